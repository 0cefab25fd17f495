"""What a rule is, and how rules are found: each is one small file in ``rules/<family>/``."""

import hashlib
import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import ModuleType

from crawler.detection import rules as rules_package
from crawler.detection.errors import RuleError
from crawler.detection.reading import PageReading, SiteReading
from crawler.detection.signal import Category, Family, Signal

HERE = Path(__file__).parent
READERS = HERE.parent / "parsing"  # what rules are told of a page: read as files alone, nothing of it is imported here


class Reach(StrEnum):
    """How far a page's signal speaks. THE_PAGE: it excuses no other page, so it counts only where it decides."""

    SITE = "site"
    THE_PAGE = "the_page"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule saw. ``strength`` scales the rule's points, above 0 and up to 1; ``words`` fill its messages."""

    excerpt: str = ""
    strength: float = 1.0
    words: Mapping[str, str] = field(default_factory=dict)
    categories: tuple[Category, ...] = ()  # narrower than the rule's own, where the page tells


@dataclass(frozen=True, slots=True)
class _Rule:
    id: str
    family: Family
    points: float  # log-odds at full strength: this is the only place where they are written
    message_vi: str
    message_en: str
    categories: tuple[Category, ...] = ()
    reach: Reach = Reach.SITE

    def signal(self, finding: Finding, *, page_url: str = "", vantage: str = "") -> Signal:
        """The finding in the words that a reviewer reads."""
        return Signal(
            rule=self.id,
            family=self.family,
            points=round(self.points * min(max(finding.strength, 0.0), 1.0), 2),
            message_vi=self.message_vi.format_map(finding.words),
            message_en=self.message_en.format_map(finding.words),
            categories=finding.categories or self.categories,
            excerpt=finding.excerpt[:300],
            page_url=page_url,
            vantage=vantage,
        )


@dataclass(frozen=True, slots=True)
class PageRule(_Rule):
    """A rule over one page."""

    look: Callable[[PageReading], Finding | None] = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class SiteRule(_Rule):
    """A rule over a whole site: its host, its domain's records, its vantages."""

    look: Callable[[SiteReading], Finding | None] = field(kw_only=True)


def page_rule(
    rule_id: str,
    family: Family,
    points: float,
    *,
    vi: str,
    en: str,
    categories: tuple[Category, ...] = (),
    reach: Reach = Reach.SITE,
) -> Callable[[Callable[[PageReading], Finding | None]], PageRule]:
    """Makes a function over a page's reading a rule."""
    return lambda look: PageRule(rule_id, family, points, vi, en, categories, reach, look=look)


def site_rule(
    rule_id: str, family: Family, points: float, *, vi: str, en: str, categories: tuple[Category, ...] = ()
) -> Callable[[Callable[[SiteReading], Finding | None]], SiteRule]:
    """Makes a function over a site's reading a rule."""
    return lambda look: SiteRule(rule_id, family, points, vi, en, categories, look=look)


Rule = PageRule | SiteRule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule in ``rules/``, by id. Raises RuleError for a file without one, a wrong sign or an id used twice."""
    return collect_rules(_rule_modules())


def collect_rules(modules: Iterator[ModuleType]) -> tuple[Rule, ...]:
    """The rules that these modules hold, checked and sorted by id."""
    found: dict[str, Rule] = {}
    for module in modules:
        own = [value for value in vars(module).values() if isinstance(value, PageRule | SiteRule)]
        if not own:
            raise RuleError(f"{module.__name__}: no rule in it; decorate its function with page_rule or site_rule")
        for rule in own:
            _check(rule, module.__name__, found)
            found[rule.id] = rule
    return tuple(found[rule_id] for rule_id in sorted(found))


def _check(rule: Rule, place: str, found: Mapping[str, Rule]) -> None:
    if rule.id in found:
        raise RuleError(f"{place}: the id «{rule.id}» is taken; choose another")
    if not rule.id.startswith(f"{rule.family}."):
        raise RuleError(f"{place}: «{rule.id}» must start with its family, «{rule.family}.»")
    if (rule.family is Family.INNOCENT) != (rule.points < 0):
        raise RuleError(f"{place}: points of the innocent family are below zero, all others above")


def _rule_modules() -> Iterator[ModuleType]:
    for entry in pkgutil.walk_packages(rules_package.__path__, f"{rules_package.__name__}."):
        if not entry.ispkg:
            yield importlib.import_module(entry.name)


@cache
def rule_set_version() -> str:
    """Twelve hex digits over all that a verdict on a page comes from: this package, the page readers, and their data.

    Same digits, same verdicts on the same bytes.
    """
    return digest_sources(HERE, READERS)


def digest_sources(*folders: Path) -> str:
    """Twelve hex digits over the names and bytes of source and data files in ``folders``."""
    digest = hashlib.sha256()
    for folder in folders:
        kinds = (folder.rglob(f"*.{kind}") for kind in ("py", "toml", "json"))
        for path in sorted((path for found in kinds for path in found), key=lambda path: path.as_posix()):
            digest.update(f"{folder.name}/{path.relative_to(folder).as_posix()}".encode())
            digest.update(b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
