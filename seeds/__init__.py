"""Where to look and whom never to report: data files, and the loaders that name file and line of what is wrong."""

from seeds.book import load_seeds
from seeds.brands import ProtectedBrand, load_brands
from seeds.check import SeedReport, check_all
from seeds.hosting import HostingPlatform, HostingPlatforms, load_hosting
from seeds.model import Seed, SeedBook, SeedDataError, SeedProblem
from seeds.platforms import AppStore, GroupSearch, Marketplace, load_apps, load_groups, load_marketplaces
from seeds.protected import Protected, ProtectedEntry, ProtectedMatch, load_protected
from seeds.target import parse_target, registrable_domain

__all__ = [
    "AppStore",
    "GroupSearch",
    "HostingPlatform",
    "HostingPlatforms",
    "Marketplace",
    "Protected",
    "ProtectedBrand",
    "ProtectedEntry",
    "ProtectedMatch",
    "Seed",
    "SeedBook",
    "SeedDataError",
    "SeedProblem",
    "SeedReport",
    "check_all",
    "load_apps",
    "load_brands",
    "load_groups",
    "load_hosting",
    "load_marketplaces",
    "load_protected",
    "load_seeds",
    "parse_target",
    "registrable_domain",
]
