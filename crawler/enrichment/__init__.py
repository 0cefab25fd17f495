"""What registries and servers say of a site's domain: looked up within bounds, recorded with its evidence."""

from crawler.enrichment.lookup import Enrichment, lookup_domain
from crawler.enrichment.record import domain_facts_from_json, domain_facts_to_json, record_domain

__all__ = ["Enrichment", "domain_facts_from_json", "domain_facts_to_json", "lookup_domain", "record_domain"]
