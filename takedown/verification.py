"""Did it come down? A pure judgement over visits from several vantages, with a control page that proves us healthy."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

AGREE_OVER = timedelta(hours=20)  # two rounds at least so far apart must say «down»
TAKEDOWN_GAPS = (1, 3, 6, 12, 24, 24, 48)  # hours; the last one repeats
RELAPSE_GAPS = (24, 48, 96, 168, 336, 720)  # hours; after the last one the watch ends
_SUSPENDED = ("suspended", "tạm ngưng", "tạm khóa", "đã bị khóa", "this site has been disabled")  # of error pages only
_NO_SUCH_NAME = ("nxdomain", "not known", "has no address", "no address associated", "name_not_resolved")


class Verdict(StrEnum):
    """How one address stands. Only the DOWN ones may close a case; none of the others says that it came down."""

    LIVE = "live"
    REMOVED = "removed"
    SUSPENDED = "suspended"
    PARKED = "parked"
    DNS_HOLD = "dns_hold"
    CHALLENGE = "challenge"
    CLOAKED = "cloaked"  # one vantage sees the page, another does not
    CHANGED = "changed"  # a page is there, and it is not the one that was reported
    OUR_FAULT = "our_fault"
    UNKNOWN = "unknown"

    @property
    def is_down(self) -> bool:
        return self in {Verdict.REMOVED, Verdict.SUSPENDED, Verdict.PARKED, Verdict.DNS_HOLD}


class Acted(StrEnum):
    """Who seems to have acted, by where the page broke: the registry's codes, the name, the answer."""

    REGISTRAR = "registrar"
    DNS = "dns"
    HOST = "host"
    OWNER_OR_HOST = "owner_or_host"
    NOBODY = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """One visit. ``level``: what the crawler thought of the page, "" where it read none."""

    observation_id: int
    vantage: str
    outcome: str
    at: datetime
    status: int = 0
    reason: str = ""
    title: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Before:
    """The page as it was reported."""

    title: str = ""
    level: str = "suspicious"


@dataclass(frozen=True, slots=True)
class RegistryWord:
    """What the registry says of the name in this round; empty where it was not asked or did not answer."""

    statuses: tuple[str, ...] = ()  # EPP codes
    unregistered: bool = False

    @property
    def holds(self) -> tuple[str, ...]:
        """The codes that take a name out of the DNS."""
        return tuple(sorted(code for code in self.statuses if code.lower().replace(" ", "") in _HOLDS))


@dataclass(frozen=True, slots=True)
class Judgement:
    """One round's word on one address."""

    verdict: Verdict
    acted: Acted
    reason: str
    observations: tuple[int, ...] = ()


_HOLDS = frozenset({"serverhold", "clienthold"})
_OURS = frozenset({"egress_refused", "robots_disallowed", "browser_failed"})
# a look that ended so has seen the page: most phishing is nothing but a door that asks for a password
SHOWN = frozenset({"read", "truncated", "login_wall"})
# the outcomes that say something; whatever else a visit ended with is unknown
JUDGED = _OURS | SHOWN | {"http_error", "not_found", "suspended", "parked", "challenge", "dns_failed"}
_GONE_STATUS = frozenset({404, 410, 451})
_SUSPECT = frozenset({"watch", "suspicious", "likely", "near_certain"})


def judge(
    visits: Iterable[Seen], *, control: Iterable[Seen], before: Before, registry: RegistryWord | None = None
) -> Judgement:
    """Judges one round. ``control``: visits of a page that is known to be up."""
    seen = tuple(visits)
    numbers = tuple(entry.observation_id for entry in seen)
    if not any(entry.outcome == "read" for entry in control):
        return Judgement(
            Verdict.OUR_FAULT, Acted.NOBODY, "the control page was not read: the fault may be ours", numbers
        )
    theirs = [entry for entry in seen if entry.outcome not in _OURS]
    if not theirs:
        faults = ", ".join(sorted({entry.outcome for entry in seen})) or "no visit"
        return Judgement(Verdict.OUR_FAULT, Acted.NOBODY, f"nothing was seen of the site: {faults}", numbers)
    words = [_judge_one(entry, before, registry or RegistryWord()) for entry in theirs]
    return _combine(theirs, words, numbers)


def _combine(seen: list[Seen], words: list[tuple[Verdict, Acted, str]], numbers: tuple[int, ...]) -> Judgement:
    """Vantages that disagree are a finding of their own; one alone never says «down»."""
    verdicts = {verdict for verdict, _, _ in words}
    told = "; ".join(f"{entry.vantage}: {reason}" for entry, (_, _, reason) in zip(seen, words, strict=True))[:900]
    if Verdict.LIVE in verdicts:
        others = verdicts - {Verdict.LIVE, Verdict.UNKNOWN}
        return Judgement(Verdict.CLOAKED if others else Verdict.LIVE, Acted.NOBODY, told, numbers)
    if Verdict.CHALLENGE in verdicts:
        return Judgement(Verdict.CHALLENGE, Acted.NOBODY, told, numbers)
    if Verdict.UNKNOWN in verdicts:
        return Judgement(Verdict.UNKNOWN, Acted.NOBODY, told, numbers)
    if all(verdict.is_down for verdict in verdicts):
        if len({entry.vantage for entry in seen}) < 2:
            return Judgement(Verdict.UNKNOWN, Acted.NOBODY, f"one vantage alone; {told}", numbers)
        verdict, acted, _ = words[0]
        return Judgement(verdict, acted, told, numbers)
    return Judgement(Verdict.CHANGED, Acted.NOBODY, told, numbers)


def _judge_one(entry: Seen, before: Before, registry: RegistryWord) -> tuple[Verdict, Acted, str]:
    """What one visit says."""
    if entry.outcome not in JUDGED:
        return Verdict.UNKNOWN, Acted.NOBODY, f"{entry.outcome}: {entry.reason or 'no answer'}"
    if entry.outcome == "dns_failed":
        if registry.holds:
            return Verdict.DNS_HOLD, Acted.REGISTRAR, f"the name does not resolve, status {', '.join(registry.holds)}"
        if registry.unregistered:
            return Verdict.REMOVED, Acted.REGISTRAR, "the name is registered no longer"
        if any(mark in entry.reason.lower() for mark in _NO_SUCH_NAME):
            return Verdict.REMOVED, Acted.DNS, "the name does not exist"
        return Verdict.UNKNOWN, Acted.NOBODY, f"the name could not be looked up: {entry.reason or 'no reason'}"
    if entry.outcome == "suspended":
        return Verdict.SUSPENDED, Acted.HOST, "the notice of a host that switched it off"
    if entry.outcome == "parked":
        return Verdict.PARKED, Acted.OWNER_OR_HOST, "the page of a name that is parked"
    if entry.outcome == "challenge":
        return Verdict.CHALLENGE, Acted.NOBODY, "a bot check is in the way"
    if entry.outcome in {"http_error", "not_found"}:
        return _judge_status(entry)
    word = _judge_page(entry, before)
    if entry.outcome != "read" and word[0] is not Verdict.LIVE:  # a door, or half a page: what is behind was not seen
        return Verdict.UNKNOWN, Acted.NOBODY, f"{entry.outcome}: {entry.reason or 'not the whole page was seen'}"
    return word


def _judge_status(entry: Seen) -> tuple[Verdict, Acted, str]:
    text = f"{entry.title} {entry.reason}".lower()
    if any(mark in text for mark in _SUSPENDED):
        return Verdict.SUSPENDED, Acted.HOST, f"HTTP {entry.status}, «{entry.title}»"
    if entry.status in _GONE_STATUS or entry.outcome == "not_found":
        return Verdict.REMOVED, Acted.OWNER_OR_HOST, f"HTTP {entry.status}: the page is not there"
    return Verdict.UNKNOWN, Acted.NOBODY, f"HTTP {entry.status}: an error that may pass"


def _judge_page(entry: Seen, before: Before) -> tuple[Verdict, Acted, str]:
    """A page that was read is never down by its title: «your account is suspended» is what phishing says."""
    if entry.level in _SUSPECT:
        return Verdict.LIVE, Acted.NOBODY, f"a page that is still {entry.level}"
    if before.title and entry.title == before.title:
        return Verdict.LIVE, Acted.NOBODY, "a page with the title that was reported"
    return Verdict.CHANGED, Acted.NOBODY, f"another page: «{entry.title}»"


def agrees_over_time(rounds: Iterable[tuple[datetime, Verdict]]) -> bool:
    """Whether the newest rounds all say «down», and the first of them is old enough. ``rounds``: the newest first."""
    since: datetime | None = None
    newest: datetime | None = None
    for at, verdict in rounds:
        if not verdict.is_down:
            break
        newest, since = newest or at, at
    return newest is not None and since is not None and newest - since >= AGREE_OVER


def next_gap(purpose: str, step: int) -> timedelta | None:
    """Until the next look: growing; None where the watch for a relapse ends."""
    if purpose == "relapse":
        return timedelta(hours=RELAPSE_GAPS[step]) if step < len(RELAPSE_GAPS) else None
    return timedelta(hours=TAKEDOWN_GAPS[min(step, len(TAKEDOWN_GAPS) - 1)])
