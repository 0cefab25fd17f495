"""Who writes, on what law, and who signs: dated rows, in files that ship and in rows that people add."""

from takedown.offices.load import load_offices
from takedown.offices.model import Act, Agency, LegalBasis, Offices, Signer
from takedown.offices.rows import add_office_row, current_offices

__all__ = ["Act", "Agency", "LegalBasis", "Offices", "Signer", "add_office_row", "current_offices", "load_offices"]
