"""Banks and e-wallets by the names that pages use, and by NAPAS BIN (data in banks.toml)."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from crawler.parsing.folding import fold


@dataclass(frozen=True, slots=True)
class Bank:
    """``id``: brand id; ``kind``: bank or wallet; ``bins``: NAPAS BINs, the usual one first."""

    id: str
    kind: str
    names: tuple[str, ...]
    bins: tuple[str, ...]

    @property
    def bin(self) -> str:
        return self.bins[0] if self.bins else ""


@dataclass(frozen=True, slots=True)
class BankMention:
    bank: Bank
    start: int
    end: int


@cache
def load_banks() -> tuple[Bank, ...]:
    """The shipped table; ``ValueError`` names the row that is incomplete."""
    rows = tomllib.loads(files("crawler.parsing").joinpath("banks.toml").read_text(encoding="utf-8"))["bank"]
    banks = []
    for row in rows:
        if not row.get("id") or row.get("kind") not in {"bank", "wallet"} or not row.get("names"):
            raise ValueError(f"banks.toml: row {row!r} needs id, kind (bank or wallet) and names")
        banks.append(Bank(row["id"], row["kind"], tuple(row["names"]), tuple(row.get("bins", ()))))
    return tuple(banks)


def lookup_bin(number: str) -> Bank | None:
    """The bank with this six-digit BIN; of two that share one, the newer (listed later)."""
    return _by_bin().get(number)


def find_banks(folded: str) -> list[BankMention]:
    """Banks named in ``folded`` text (see ``fold``), in order; at most 20."""
    by_name = _by_name()
    mentions = []
    for found in _pattern().finditer(folded):
        bank = by_name.get(found[2] or found[1])
        if bank:
            mentions.append(BankMention(bank, found.start(), found.end()))
        if len(mentions) == 20:
            break
    return mentions


def find_bank(text: str) -> Bank | None:
    """The bank that a short code or name stands for, such as ``VCB`` or ``970436``."""
    key = fold(text).strip()
    return _by_bin().get(key) or _by_name().get(key) or _by_name().get(key.replace(" ", ""))


@cache
def _by_bin() -> dict[str, Bank]:
    return {number: bank for bank in load_banks() for number in bank.bins}


@cache
def _by_name() -> dict[str, Bank]:
    names = {fold(name): bank for bank in load_banks() for name in (*bank.names, bank.id)}
    return {**{name.replace(" ", ""): bank for name, bank in names.items() if "bank" in name}, **names}


@cache
def _pattern() -> re.Pattern[str]:
    names = sorted(_by_name(), key=len, reverse=True)
    # Words that are also places and common words («An Bình», «Quân đội») name a bank only after «ngân hàng».
    bare = "|".join(re.escape(name) for name in names if _telling(name))
    led = "|".join(re.escape(name) for name in names if not _telling(name))
    lead = r"(?:ngan hang|nh|bank|tmcp)\s{0,2}[:\-]?\s{0,2}(?:tmcp|thuong mai co phan|tm cp)?\s{0,2}"
    return re.compile(rf"(?<![a-z0-9])(?:({bare})|{lead}({led}))(?![a-z0-9])")


def _telling(name: str) -> bool:
    return (
        "bank" in name or "pay" in name or "momo" in name or (" " not in name and name not in {"cake", "agri", "exim"})
    )
