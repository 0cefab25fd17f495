"""Looks at one site as far as it is worth: first look, full reading, telling pages, browser from two vantages."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from crawler.binaries import recognise_illegible
from crawler.bounds import Bounds
from crawler.detection.calibration import page_calibration
from crawler.detection.difference import compare_views
from crawler.detection.engine import assess
from crawler.detection.facts import Brand, FirstLook, PageFacts, SiteFacts, VantageDifference
from crawler.detection.firstlook import judge_first_look
from crawler.detection.rating import PRIOR, adjust, judge_level
from crawler.detection.rule import rule_set_version
from crawler.detection.score import Level, Score
from crawler.evidence.read import ICON, choose_images
from crawler.examined import Examination, SeenPage
from crawler.frontier import LeasedTarget
from crawler.ocr import Recognised
from crawler.parsing.recognised import add_recognised
from crawler.reading.job import WITHOUT_STRUCTURE, ReadingJob
from crawler.reading.reader import Reader, ReadingFailedError
from crawler.rendering.vantages import entering
from crawler.site_clock import SiteClock, left_for_site, worked
from crawler.site_icon import find_icon, icon_exchanges
from crawler.site_outcome import (
    cut_short,
    judge_outcome,
    lost_text,
    never_clean_unread,
    read_from_picture,
    unread,
    unreadable,
    where_led,
)
from crawler.stand_ins import CLOTHES, READABLE, judge_look
from crawler.telling_pages import choose_pages
from crawler.visit import Exchange, Outcome, Vantage, Visit, host_in
from seeds import registrable_domain
from storage.models.target import VERIFY

logger = logging.getLogger(__name__)

FIRST_LOOK = "first look"
# Odd answers that browsers tolerate or get past: a plain fetch's failure must not hide a page from us.
WORTH_A_BROWSER = frozenset(
    {Outcome.FAILED, Outcome.TLS_FAILED, Outcome.CHALLENGE, Outcome.EMPTY_SHELL, Outcome.UNREADABLE}
)
NAMES_A_BRAND = frozenset({"brand-in-title", "brand-in-host"})  # reasons of the first look
SHELL_PAGES = 2  # further pages rendered when a site shows nothing without a browser

Fetch = Callable[[str], Awaitable[Visit]]


class ReadsPictures(Protocol):
    """What reads the words in a screenshot."""

    @property
    def version(self) -> str:
        """The program's own."""
        ...

    async def read(self, screenshot: bytes) -> Recognised:
        """Its words, or the reason why there are none; it never raises for what the picture holds."""
        ...


class CapturesPages(Protocol):
    """A browser, as far as an examination needs one."""

    async def capture(self, url: str, vantage: Vantage, robots: str = "") -> Visit:
        """One visit; it never raises for a fault of the site's or the browser's."""
        ...


@dataclass
class _Progress:
    """What has been gathered so far, so that a deadline costs only what comes after it."""

    pages: list[SeenPage] = field(default_factory=list)
    differences: list[VantageDifference] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    dropped_at: str = ""
    cut: bool = False
    overran: bool = False
    judged: tuple[SiteFacts, Score] | None = None

    def judge(self, site: SiteFacts) -> Score:
        """The score of ``site``, reckoned once while nothing is added to it: judging costs as much as reading."""
        if self.judged is None or self.judged[0] != site:
            self.judged = (site, assess(site))
        return self.judged[1]


@dataclass(frozen=True)
class Examiner:
    """The funnel for one site. ``browser`` is None when there is none, and ``no_browser`` says why."""

    brands: tuple[Brand, ...]
    bounds: Bounds
    pages_per_site: int
    browser: CapturesPages | None
    no_browser: str
    vantages: tuple[Vantage, ...]  # for rendered looks, the most telling first
    stopping: Callable[[], bool]
    recogniser: ReadsPictures | None = (
        None  # None: words drawn as pictures are not read, and ``no_recogniser`` says why
    )
    no_recogniser: str = ""
    reader: Reader = field(default_factory=Reader)
    learned: bool = True  # is the learned model asked beside the rules?
    presses: bool = True  # may what stands before a page be pressed?

    async def examine(self, target: LeasedTarget, front: Visit, fetch: Fetch, spent: float = 0.0) -> Examination:
        """Everything worth knowing of ``target``, whose front page came back as ``front`` after ``spent`` seconds."""
        progress, clock = _Progress(), SiteClock(self.bounds.site_seconds, spent)
        try:
            async with clock:
                await self._look(front, fetch, progress)
                await self._verify(target, front, progress)
        except TimeoutError:
            progress.overran = True
            progress.notes.append(f"stopped after {clock.worked:.0f} s on this site")
            progress.pages = progress.pages or [SeenPage(unread(front))]
        site = self._site(target, front, progress)
        score = unflagged() if progress.dropped_at == FIRST_LOOK and site.pages else progress.judge(site)
        outcome, reason = judge_outcome(progress.pages, front)
        score = never_clean_unread(score, read=outcome is Outcome.READ)
        if progress.notes and progress.pages:  # what a person must know goes with the evidence, not into a log alone
            first = progress.pages[0]
            visit = replace(first.visit, notes=(*first.visit.notes, *progress.notes))
            progress.pages[0] = replace(first, visit=visit)
        return Examination(
            target=target,
            outcome=outcome,
            reason=reason,
            pages=tuple(progress.pages),
            site=site,
            score=score,
            dropped_at=progress.dropped_at,
            notes=tuple(progress.notes),
            cut=progress.cut,
            overran=progress.overran,
            seconds=clock.worked,
        )

    async def _verify(self, target: LeasedTarget, front: Visit, progress: _Progress) -> None:
        """A page that is checked for being down is seen by every vantage, however little the plain fetch found."""
        seen = any(page.visit.vantage.method == "browser" for page in progress.pages)
        if target.purpose == VERIFY and not seen and not self._stops(progress):
            progress.dropped_at = ""
            await self._render(front, progress)

    async def _look(self, front: Visit, fetch: Fetch, progress: _Progress) -> None:
        look, front = await self._first_look(front)
        if look is None:
            progress.pages.append(SeenPage(front))
            if front.outcome in WORTH_A_BROWSER and self.browser is not None and not self._stops(progress):
                await self._render(front, progress)
            return
        verdict = judge_first_look(look, self.brands)
        if front.outcome not in READABLE and front.outcome is not Outcome.EMPTY_SHELL:
            progress.pages.append(
                SeenPage(front)
            )  # parked, suspended, «not found», yet with scripts: what do they show?
            if self.browser is not None and not self._stops(progress):
                await self._render(front, progress)
            return
        unread = cut_short(look.gaps) or recognise_illegible(front.html, look.text)
        if not (verdict.look_closer or verdict.render or look.is_shell or unread):
            progress.pages.append(SeenPage(front, skim(look, front) if look.text.strip() else None))
            progress.dropped_at = FIRST_LOOK
            return
        progress.pages.append(await self._read(front, look))
        await self._add_codes(look, fetch, progress)
        if not look.is_shell:
            await self._read_telling_pages(progress, fetch)
        level = progress.judge(self._site_of(front, progress)).level
        read = progress.pages[0].visit.outcome
        if not (verdict.render or look.is_shell or read in WORTH_A_BROWSER or level.at_least(Level.WATCH)):
            progress.dropped_at = "reading"
        elif self.browser is None or not self._stops(progress):
            await self._render(front, progress)
            if look.is_shell and not self._stops(progress):
                await self._render_further(fetch, progress)
            await self._enter(front, progress)
        await self._add_icon(progress, fetch, named=not NAMES_A_BRAND.isdisjoint(verdict.reasons))

    def _stops(self, progress: _Progress) -> bool:
        """Whether the run is to end here; what this site then lacks, the next run looks for."""
        if not self.stopping():
            return False
        if not progress.cut:
            progress.cut = True
            progress.notes.append("the run stopped before this site was seen whole: it stays due")
        return True

    async def _first_look(self, visit: Visit) -> tuple[FirstLook | None, Visit]:
        """The quick reading, and the visit with its outcome corrected when there is nothing without a browser."""
        if visit.outcome not in {*READABLE, *CLOTHES, Outcome.EMPTY_SHELL} or not visit.html:
            return None, visit
        try:
            look = await self.reader.look(ReadingJob.of(visit, self.bounds, {}))
        except ReadingFailedError as error:
            return None, visit if visit.outcome in CLOTHES else unreadable(visit, error)
        return judge_look(look, visit, self.brands)

    async def _read(self, visit: Visit, look: FirstLook | None = None) -> SeenPage:
        if not visit.html or visit.outcome not in READABLE:
            return SeenPage(visit)  # an error or an empty shell is not the site's content
        try:
            gap = next((gap for gap in look.gaps if gap.startswith(WITHOUT_STRUCTURE)), "") if look is not None else ""
            job = ReadingJob.of(visit, self.bounds, images_of(visit, self.bounds))
            facts = await self.reader.page(job, gap=gap)
        except ReadingFailedError as error:
            return SeenPage(unreadable(visit, error))
        if visit.recognised:
            facts = add_recognised(facts, visit.recognised, self.bounds)
        return SeenPage(lost_text(visit, facts), facts)

    async def _read_telling_pages(self, progress: _Progress, fetch: Fetch) -> None:
        front = progress.pages[0]
        if front.facts is None:
            return
        host = front.visit.final_host
        for url in choose_pages(front.facts, host=host, limit=self.pages_per_site - 1):
            if self._stops(progress):
                return
            if worked() > self.bounds.telling_seconds:
                progress.notes.append(f"slow to look at: after {worked():.0f} s no further page was fetched")
                return
            look, visit = await self._first_look(await fetch(url))
            progress.pages.append(await self._read(visit, look))
            if look is not None:
                await self._add_codes(look, fetch, progress)

    async def _add_codes(self, look: FirstLook, fetch: Fetch, progress: _Progress) -> None:
        """Read the last page anew with the pictures that may hold a payment code, when no browser will bring them."""
        if self.browser is not None or not look.qr_images:
            return
        pictures: list[Exchange] = []
        for url in look.qr_images[: self.bounds.images_per_page]:
            if worked() > self.bounds.telling_seconds:
                progress.notes.append(f"slow to look at: after {worked():.0f} s no further picture was fetched")
                break
            picture = await fetch(url)
            pictures.extend(replace(exchange, resource="image") for exchange in picture.exchanges[-1:])
        visit = progress.pages[-1].visit
        progress.pages[-1] = await self._read(replace(visit, exchanges=(*visit.exchanges, *pictures)))

    async def _add_icon(self, progress: _Progress, fetch: Fetch, *, named: bool) -> None:
        """Read a page anew with the site's icon, which no headless browser fetches: where there are brands' marks to
        compare it with, and the site was rendered or names a brand."""
        rendered = any(page.visit.vantage.method == "browser" for page in progress.pages)
        learnt = any(brand.emblems for brand in self.brands)
        if not learnt or not (named or rendered) or self.stopping() or worked() > self.bounds.telling_seconds:
            return
        if (wanted := find_icon(progress.pages)) is None:
            return
        place, url = wanted
        page = progress.pages[place]
        exchanges = icon_exchanges(await fetch(url))
        if exchanges:
            visit = replace(page.visit, exchanges=(*page.visit.exchanges, *exchanges))
            progress.pages[place] = await self._read(visit)

    async def _render(self, front: Visit, progress: _Progress) -> None:
        if self.browser is None:
            progress.notes.append(f"not rendered: {self.no_browser}")
            return
        url = front.requested_url
        visits = await asyncio.gather(*(self._capture(url, each, front.robots, progress) for each in self.vantages))
        rendered = [await self._read_rendered(visit, progress) for visit in visits]
        views = [page.view for page in rendered if page.view]
        if len(views) == 2:
            progress.differences.append(compare_views(views[0], views[1]))
        await self._read_picture(front, progress)

    async def _enter(self, front: Visit, progress: _Progress) -> None:
        """A look behind the gate of a site whose open part says too little to suspect it."""
        gated = next((page.visit for page in progress.pages if page.visit.gate), None)
        if self.browser is None or gated is None or self._stops(progress):
            return
        if progress.judge(self._site_of(front, progress)).level.at_least(Level.SUSPICIOUS):
            return
        if not self.presses:
            progress.notes.append(f"«{gated.gate}» stands before the page and was not pressed: LACHAN_PRESS is false")
            return
        visit = await self._capture(front.requested_url, entering(gated.vantage), front.robots, progress)
        await self._read_rendered(visit, progress)

    async def _read_rendered(self, visit: Visit, progress: _Progress) -> SeenPage:
        """What a browser brought, kept before it is read: the site's time may end meanwhile."""
        progress.pages.append(SeenPage(unread(visit)))
        place = len(progress.pages) - 1
        look, visit = await self._first_look(visit)
        progress.pages[place] = await self._read(visit, look)
        return progress.pages[place]

    async def _read_picture(self, front: Visit, progress: _Progress) -> None:
        """The words of the first screenshot, where those of the markup do not say enough to suspect the site."""
        page = next((page for page in progress.pages if page.visit.screenshot), None)
        if page is None or progress.judge(self._site_of(front, progress)).level.at_least(Level.SUSPICIOUS):
            return
        found = Recognised(reason=self.no_recogniser or "switched off")
        if self.recogniser is not None:
            found = await self.recogniser.read(page.visit.screenshot)
        if found.reason:
            progress.notes.append(f"words in pictures were not read: {found.reason}")
        if self.recogniser is not None and found.text.strip():
            tools = (*page.visit.tools, ("tesseract", self.recogniser.version))
            seen = read_from_picture(replace(page.visit, recognised=found.text, tools=tools))
            progress.pages[progress.pages.index(page)] = await self._read(seen)

    async def _render_further(self, fetch: Fetch, progress: _Progress) -> None:
        """A few pages of a site that shows nothing without a browser; a plain fetch asks robots.txt about each."""
        facts = next((page.facts for page in progress.pages if page.facts), None)
        if self.browser is None or facts is None:
            return
        host = host_in(facts.url)
        for url in choose_pages(facts, host=host, limit=SHELL_PAGES):
            plain = await fetch(url)
            if plain.outcome is Outcome.ROBOTS_DISALLOWED:
                progress.pages.append(SeenPage(plain))
                continue
            rendered = await self._capture(url, self.vantages[0], plain.robots, progress)
            progress.pages.append(await self._read(rendered))

    async def _capture(self, url: str, vantage: Vantage, robots: str, progress: _Progress) -> Visit:
        """One capture, tried once more when the browser failed; a second failure is noted.

        Raises TimeoutError where the site has no time left for it.
        """
        assert self.browser is not None
        if left_for_site() < self.bounds.least_render_seconds:
            raise TimeoutError
        visit = await self.browser.capture(url, vantage, robots)
        again = visit.outcome is Outcome.BROWSER_FAILED and left_for_site() >= self.bounds.least_render_seconds
        if again and not self.stopping():
            logger.warning("the browser failed on %s, trying once more: %s", url, visit.reason)
            visit = await self.browser.capture(url, vantage, robots)
        if visit.outcome is Outcome.BROWSER_FAILED:
            progress.notes.append(f"not captured as {vantage.name}: {visit.reason}"[:300])
        return visit

    def _site_of(self, front: Visit, progress: _Progress) -> SiteFacts:
        host = front.final_host
        return self._assemble(host, registrable_domain(host), front.started_at, progress)

    def _site(self, target: LeasedTarget, front: Visit, progress: _Progress) -> SiteFacts:
        """The site is where the target led: a shortener's redirect says nothing against the shortener."""
        host = host_in(where_led(front, progress.pages)) or target.host
        domain = target.domain if host == target.host else registrable_domain(host)
        return self._assemble(host, domain, front.started_at, progress)

    def _assemble(self, host: str, domain: str, observed_at: datetime, progress: _Progress) -> SiteFacts:
        return SiteFacts(
            host=host,
            domain=domain,
            observed_at=observed_at,
            pages=tuple(view for page in progress.pages if (view := page.view)),
            differences=tuple(progress.differences),
            brands=self.brands,
            learned=self.learned,
        )


def images_of(visit: Visit, bounds: Bounds) -> dict[str, bytes]:
    """The pictures among a visit's exchanges, likely payment codes first, within bounds."""
    pictures = ((each.url, each.body) for each in visit.exchanges if each.resource == "image" and each.body)
    icons = ((each.url, each.body) for each in visit.exchanges if each.resource == ICON)
    return choose_images(pictures, bounds, icons)


def skim(look: FirstLook, visit: Visit) -> PageFacts:
    """What the first look saw, as facts: enough for a page that nothing more will be asked of."""
    return PageFacts(
        url=visit.final_url,
        observed_at=visit.started_at,
        title=look.title,
        text=look.text,
        declared_language=look.declared_language,
        status=visit.status or 200,
        html_bytes=len(visit.html),
        gaps=("first look only",),
    )


def unflagged() -> Score:
    """The score of a readable page in which the first look found nothing to look at: the prior, and no signals."""
    return Score(
        points=PRIOR,
        probability=round(page_calibration().probability(PRIOR), 4),
        level=judge_level(PRIOR),
        adjustments=adjust(()),
        rule_set=rule_set_version(),
    )
