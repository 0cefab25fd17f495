"""Finds recipients by what is known of a site: registrar, ending, platform, network, bank or carrier."""

import re
from collections.abc import Iterable

from takedown.recipients.model import Recipient, RecipientKind

_FORMS = (
    "công ty|trách nhiệm hữu hạn|tnhh|một thành viên|mtv|cổ phần|cp|inc|llc|ltd|limited|co|corp|corporation|"
    "joint stock company|company|jsc|pte|gmbh|uab|d/b/a.*|dba.*"
)
_COMPANY = re.compile(rf"(?:{_FORMS})\.?")
_NOT_A_WORD = re.compile(r"[^\w]+")


class RecipientRegistry:
    """Every recipient by its id and by what it is responsible for. Pure: no clock, no database."""

    def __init__(self, recipients: Iterable[Recipient]) -> None:
        self.recipients = tuple(recipients)
        self._by_id = {entry.id: entry for entry in self.recipients}
        self._by_iana = {number: entry for entry in self.recipients for number in entry.iana_ids}
        self._by_name = {fold_name(name): entry for entry in self.recipients for name in entry.registrar_names}
        self._by_ending = {ending: entry for entry in self.recipients for ending in entry.endings}
        self._by_platform = {platform: entry for entry in self.recipients for platform in entry.platforms}
        self._by_network = {number: entry for entry in self.recipients for number in entry.networks}
        self._by_bin = {number: entry for entry in self.recipients for number in entry.bins}
        self._by_prefix = {prefix: entry for entry in self.recipients for prefix in entry.phone_prefixes}

    def __len__(self) -> int:
        return len(self.recipients)

    def get(self, recipient_id: str) -> Recipient | None:
        """The recipient with this id."""
        return self._by_id.get(recipient_id)

    def of_kind(self, *kinds: RecipientKind) -> tuple[Recipient, ...]:
        """Every recipient of these kinds, by id."""
        return tuple(entry for entry in self.recipients if entry.kind in kinds)

    def registrar(self, *, iana_id: str = "", name: str = "") -> Recipient | None:
        """The registrar with this IANA number; by its name only where there is no number."""
        if iana_id.isascii() and iana_id.isdigit():
            return self._by_iana.get(int(iana_id))
        return self._by_name.get(fold_name(name)) if name else None

    def registry(self, domain: str) -> Recipient | None:
        """The registry of the domain's ending."""
        return self._by_ending.get(domain.rpartition(".")[2])

    def platform(self, platform_id: str) -> Recipient | None:
        """Who runs a platform of seeds/hosting.toml."""
        return self._by_platform.get(platform_id)

    def network(self, number: int) -> Recipient | None:
        """Who runs an autonomous system."""
        return self._by_network.get(number)

    def bank(self, bin_number: str) -> Recipient | None:
        """The bank with this NAPAS BIN."""
        return self._by_bin.get(bin_number)

    def carrier(self, national_number: str) -> Recipient | None:
        """The carrier that a number (0912...) was first given to; it may have been ported since."""
        return self._by_prefix.get(national_number[:3])


def fold_name(name: str) -> str:
    """A company's name without its legal form, punctuation and case, so that spellings of one registrar meet."""
    return _NOT_A_WORD.sub(" ", _COMPANY.sub(" ", name.lower())).strip()
