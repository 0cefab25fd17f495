"""Loads the recipients, one small file each, and names the file and line of whatever is wrong."""

import re
import tomllib
from dataclasses import MISSING, fields
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from takedown.errors import TakedownError
from takedown.recipients.model import (
    Automation,
    Channel,
    ChannelKind,
    ContactState,
    Recipient,
    RecipientKind,
    Subject,
)
from takedown.recipients.registry import RecipientRegistry

FOLDER = Path(__file__).parent
FOLDERS = ("registrars", "hosts", "platforms", "authorities", "banks", "carriers")
_CHANNEL_KEYS = frozenset({"kind", "value", "state", "note"})
_EMAIL = re.compile(r"[A-Za-z0-9._+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}", re.ASCII)
_PHONE = re.compile(r"\+?[0-9]{3,15}", re.ASCII)
_WEB = frozenset({ChannelKind.WEB_FORM, ChannelKind.WEB_PAGE, ChannelKind.PORTAL, ChannelKind.RDAP})
_LISTS = frozenset({"required", "legal_basis", "endings", "registrar_names", "platforms", "bins", "phone_prefixes"})
_NUMBERS = frozenset({"iana_ids", "networks"})
_DATES = frozenset({"valid_from", "valid_to", "last_verified"})
_Word = TypeVar("_Word", bound=StrEnum)


class RecipientDataError(TakedownError, ValueError):
    """A recipient's file cannot be used; every fault with its file, line and remedy."""

    def __init__(self, en: str, vi: str = "") -> None:
        super().__init__(en, vi or en)


@lru_cache(maxsize=4)
def load_recipients(folder: Path = FOLDER) -> RecipientRegistry:
    """Every recipient. Raises RecipientDataError naming all faults: half a registry is not used."""
    recipients: dict[str, Recipient] = {}
    faults: list[str] = []
    for path in sorted(path for name in FOLDERS for path in (folder / name).glob("*.toml")):
        try:
            recipient = read_recipient(path)
            if recipients.setdefault(recipient.id, recipient) is not recipient:
                raise RecipientDataError(f"{path}:1: a second recipient {recipient.id}; give it an id of its own")
        except RecipientDataError as error:
            faults.append(str(error))
    faults += _claimed_twice(recipients.values())
    if faults:
        raise RecipientDataError("\n".join(faults))
    if not recipients:
        raise RecipientDataError(f"{folder}: holds no recipients; restore the folder from the release")
    return RecipientRegistry(recipients.values())


def read_recipient(path: Path) -> Recipient:
    """One file as a recipient, every key checked. Raises RecipientDataError."""
    try:
        text = path.read_text("utf-8")
        table = tomllib.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise RecipientDataError(f"{path}: {error}; correct that place") from error
    return _Reader(path, text, table).recipient()


class _Reader:
    """Reads one file; every fault knows its line."""

    def __init__(self, path: Path, text: str, table: dict[str, Any]) -> None:
        self.path, self.lines, self.table = path, text.splitlines(), table

    def recipient(self) -> Recipient:
        self._check_keys()
        state = self._word(ContactState, "state")
        verified, by = self._date("last_verified"), self._text("verified_by", needed=False)
        if state is ContactState.CONFIRMED and not (verified and by):
            raise self._fault("state", "confirmed needs last_verified and verified_by; add them, or write unconfirmed")
        if self.table["id"] != self.path.stem:
            raise self._fault("id", f'is not the file\'s name; write id = "{self.path.stem}"')
        valid_from = self._date("valid_from")
        assert valid_from is not None
        return Recipient(
            id=self._text("id"),
            name=self._text("name"),
            kind=self._word(RecipientKind, "kind"),
            state=state,
            accepts=tuple(self._known(Subject, "accepts", word) for word in self._list("accepts", needed=True)),
            channels=self._channels(state, verified, by),
            who_may_file=self._text("who_may_file"),
            required=self._list("required", needed=True),
            legal_basis=self._list("legal_basis"),
            deadline=self._text("deadline", needed=False),
            deadline_hours=self._hours(),
            automation=self._word(Automation, "automation"),
            source=self._text("source"),
            valid_from=valid_from,
            valid_to=self._date("valid_to"),
            last_verified=verified,
            verified_by=by,
            note=self._text("note", needed=False),
            endings=self._list("endings"),
            registrar_names=self._list("registrar_names"),
            platforms=self._list("platforms"),
            bins=self._list("bins"),
            phone_prefixes=self._list("phone_prefixes"),
            iana_ids=self._numbers("iana_ids"),
            networks=self._numbers("networks"),
        )

    def _check_keys(self) -> None:
        known = {entry.name: entry.default is MISSING for entry in fields(Recipient)}
        if missing := [name for name, needed in known.items() if needed and name not in self.table]:
            raise RecipientDataError(f"{self.path}:1: lacks {', '.join(missing)}; add them")
        for name in self.table:
            if name not in known:
                raise self._fault(name, f"is unknown; use one of {', '.join(known)}")

    def _channels(self, state: ContactState, verified: date | None, by: str) -> tuple[Channel, ...]:
        entries = self.table["channels"]
        if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
            raise self._fault("channels", "must be [[channels]] tables, at least one; add it")
        return tuple(self._channel(number, entry, state, verified, by) for number, entry in enumerate(entries))

    def _channel(
        self, number: int, entry: dict[str, Any], state: ContactState, verified: date | None, by: str
    ) -> Channel:
        place = f"{self.path}:{self._line('[channels]', number)}: channel {number + 1}"
        texts = {key: entry.get(key, "") for key in ("kind", "value", "note")}
        if set(entry) - _CHANNEL_KEYS or not all(isinstance(value, str) for value in texts.values()):
            raise RecipientDataError(
                f"{place} holds kind, value, state and note as texts, and nothing else; correct it"
            )
        try:
            kind, own = ChannelKind(texts["kind"]), ContactState(entry.get("state", state))
        except ValueError as error:
            words = f"kinds {', '.join(ChannelKind)}; states {', '.join(ContactState)}"
            raise RecipientDataError(f"{place}: {error}; use {words}") from error
        if own is ContactState.CONFIRMED and state is not ContactState.CONFIRMED:
            raise RecipientDataError(f"{place} is confirmed, its recipient is not; confirm the recipient first")
        if problem := channel_problem(kind, texts["value"]):
            raise RecipientDataError(f"{place}: {problem[0]}")
        sure = own is ContactState.CONFIRMED
        return Channel(kind, texts["value"], own, texts["note"], verified if sure else None, by if sure else "")

    def _text(self, key: str, *, needed: bool = True) -> str:
        value = self.table.get(key, "")
        if not isinstance(value, str) or (needed and not value.strip()):
            raise self._fault(key, "must be a text; write one in quotation marks")
        return value

    def _list(self, key: str, *, needed: bool = False) -> tuple[str, ...]:
        value = self.table.get(key, [])
        if not isinstance(value, list) or (needed and not value) or not all(isinstance(v, str) and v for v in value):
            raise self._fault(key, 'must be a list of texts, as ["a", "b"]; correct it')
        return tuple(value)

    def _numbers(self, key: str) -> tuple[int, ...]:
        value = self.table.get(key, [])
        if not isinstance(value, list) or not all(type(item) is int and item > 0 for item in value):
            raise self._fault(key, "must be a list of numbers, as [13335]; correct it")
        return tuple(value)

    def _hours(self) -> int | None:
        value = self.table.get("deadline_hours")
        if value is not None and (type(value) is not int or not 0 < value <= 24 * 366):
            raise self._fault("deadline_hours", "must be a number of hours, as 24; correct it")
        return value

    def _date(self, key: str) -> date | None:
        value = self.table.get(key)
        if value is not None and type(value) is not date:
            raise self._fault(key, "must be a date without quotation marks, as 2026-11-01; correct it")
        return value

    def _word(self, kind: type[_Word], key: str) -> _Word:
        return self._known(kind, key, self.table[key])

    def _known(self, kind: type[_Word], key: str, value: object) -> _Word:
        try:
            return kind(str(value))
        except ValueError as error:
            raise self._fault(key, f"holds the unknown word {value!r}; use one of {', '.join(kind)}") from error

    def _fault(self, key: str, problem: str) -> RecipientDataError:
        return RecipientDataError(f"{self.path}:{self._line(key)}: {key} {problem}")

    def _line(self, start: str, nth: int = 0) -> int:
        key = re.compile(rf"\s*\[?{re.escape(start)}\b" if start[0] != "[" else r"\s*\[\[\s*channels\s*\]\]")
        found = [number for number, line in enumerate(self.lines, start=1) if key.match(line)]
        return found[nth] if nth < len(found) else 1


def channel_problem(kind: ChannelKind, value: str) -> tuple[str, str] | None:
    """What is wrong with a channel's address, with the remedy, in English and Vietnamese; None when nothing is, or when
    there is none yet."""
    if not value:
        return None
    if value != value.strip() or not value.isprintable() or len(value) > 500:
        return (
            "the address has spaces around it, unprintable signs or over 500 letters; correct it",
            "địa chỉ có khoảng trắng ở đầu hoặc cuối, có ký tự không in được hoặc dài quá 500 chữ; hãy sửa",
        )
    if kind is ChannelKind.EMAIL and not _EMAIL.fullmatch(value):
        return (
            f"{value!r} is no e-mail address; write it as abuse@example.net, one a channel",
            f"{value!r} không phải địa chỉ thư; viết như abuse@example.net, mỗi kênh một địa chỉ",
        )
    if kind is ChannelKind.PHONE and not _PHONE.fullmatch(value):
        return (
            f"{value!r} is no telephone number; write digits alone",
            f"{value!r} không phải số điện thoại; chỉ viết chữ số",
        )
    if kind in _WEB and not _is_https(value):
        return (
            f"{value!r} is no https address; write it as https://example.net/abuse",
            f"{value!r} không phải địa chỉ https; viết như https://example.net/abuse",
        )
    return None


def _is_https(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme == "https" and bool(parts.hostname) and parts.port != 0 and not parts.username
    except ValueError:
        return False


def _claimed_twice(recipients: Any) -> list[str]:
    """What two recipients both say is theirs: then nobody could tell whom to write to."""
    owners: dict[tuple[str, object], str] = {}
    faults = []
    for entry in recipients:
        for key in ("iana_ids", "endings", "platforms", "networks", "bins", "phone_prefixes"):
            for value in getattr(entry, key):
                other = owners.setdefault((key, value), entry.id)
                if other != entry.id:
                    faults.append(f"{entry.id}: {key} {value!r} is claimed by {other} too; keep it in one file")
    return faults
