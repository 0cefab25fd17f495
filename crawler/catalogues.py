"""Which shops were seen to sell what, so that a catalogue is known again where a fraud took it to.

Kept are digests of names of goods, bounded a shop, and short digests of how the shop is reached; each of these is a
thousand people's, so that they say of nobody who it is, and still tell two houses of one owner from strangers.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col, func, select

from crawler.detection.facts import GoodsMark, PageFacts, SeenGoods, SiteFacts
from crawler.detection.fold import fold_plain
from crawler.detection.hosts import holds_strangers
from crawler.detection.score import Level
from crawler.recalling import CONFIRMED
from storage.models import Case, Catalogue, CatalogueGoods

GOODS = 96  # of one shop
COMMON = 2  # other domains from which on goods are many people's
HOLDERS = 4  # shops of which one thing is kept at most
TIES, TIE_DIGITS = 40, 5
FEWEST = 5  # goods shared with a shop of which less is not told
SHOPS = 3  # told of, those that share most


def goods_of(site: SiteFacts) -> tuple[GoodsMark, ...]:
    """What the pages of a site sell, each once at its lowest price, at most 96 things; () for articles' pages."""
    asked: dict[str, int] = {}
    for page in site.pages:
        for mark in () if page.facts.is_article else page.facts.goods:
            asked[mark.value] = min(mark.price, asked.get(mark.value, mark.price))
    return tuple(GoodsMark(value, asked[value]) for value in sorted(asked)[:GOODS])


def remember_goods(session: Session, site: SiteFacts, level: Level, now: datetime) -> None:
    """Keep what a shop sells, and since when. Of a suspicious site nothing is kept: it may be what took it."""
    if level.at_least(Level.SUSPICIOUS):
        _forget(session, site.host)
        return
    goods = goods_of(site)
    if not goods or holds_strangers(site.host):
        return
    ties = " ".join(ties_of(site))
    row = {"host": site.host, "domain": site.domain, "ties": ties, "first_at": now}
    session.execute(_insert(session, Catalogue).values(row).on_conflict_do_nothing(index_elements=["host"]))
    shop = session.exec(select(Catalogue).where(Catalogue.host == site.host)).one()
    shop.ties = ties
    kept = set(session.exec(select(CatalogueGoods.value).where(CatalogueGoods.catalogue_id == shop.id)))
    passed = kept | _common(session, [mark.value for mark in goods])
    fresh = [mark for mark in goods if mark.value not in passed][: max(0, GOODS - len(kept))]
    if fresh:
        own = {"catalogue_id": shop.id, "first_at": now}
        rows = [{**own, "value": mark.value, "price": mark.price} for mark in fresh]
        statement = _insert(session, CatalogueGoods).values(rows)
        session.execute(statement.on_conflict_do_nothing(index_elements=["catalogue_id", "value"]))


def _common(session: Session, values: list[str]) -> set[str]:
    """What so many shops sell that another row would say nothing: so the table grows with what is rare alone."""
    held = col(CatalogueGoods.value)
    return set(session.exec(select(held).where(held.in_(values)).group_by(held).having(func.count() >= HOLDERS)))


def _forget(session: Session, host: str) -> None:
    number = session.exec(select(Catalogue.id).where(Catalogue.host == host)).first()
    if number is not None:
        session.execute(delete(CatalogueGoods).where(col(CatalogueGoods.catalogue_id) == number))
        session.execute(delete(Catalogue).where(col(Catalogue.id) == number))


def _insert(session: Session, table: type[SQLModel]) -> postgresql.Insert | sqlite.Insert:
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def recall_goods(session: Session, site: SiteFacts) -> tuple[SeenGoods, ...]:
    """Shops of other people that were seen to sell at least five of the site's goods, the most first, at most three.

    Left out are goods that stand on two other domains or more, shops with a confirmed case, and those that are reached
    as this site is: a second house of one owner.
    """
    goods = {mark.value: mark for mark in goods_of(site)}
    if len(goods) < FEWEST:
        return ()
    ties = set(ties_of(site))
    shared: dict[str, list[CatalogueGoods]] = defaultdict(list)
    for shop, row in _elsewhere(session, site, list(goods)):
        if not ties & set(shop.ties.split()):
            shared[shop.host].append(row)
    told = sorted(
        (rows for rows in shared.items() if len(rows[1]) >= FEWEST), key=lambda each: (-len(each[1]), each[0])
    )
    return tuple(_seen(host, rows) for host, rows in told[:SHOPS])


def ties_of(site: SiteFacts) -> tuple[str, ...]:
    """Short digests of how the site is reached, paid and counted, and of its owner; at most forty."""
    found = {_short(tie) for page in site.pages for tie in _ties(page.facts)}
    return tuple(sorted(found)[:TIES])


def _ties(facts: PageFacts) -> Iterator[str]:
    yield from (phone.number for phone in facts.phones)
    yield from (code.value for code in facts.tax_codes)
    yield from (email.lower() for email in facts.emails)
    yield from (f"{handle.platform}:{handle.value}" for handle in facts.handles)
    yield from (f"{tracker.kind}:{tracker.value}" for tracker in facts.trackers)
    yield from (account.number for account in facts.bank_accounts)
    if facts.owner and facts.owner.name:
        yield fold_plain(facts.owner.name).strip()


def _short(tie: str) -> str:
    return hashlib.blake2b(tie.encode("utf-8", "replace"), digest_size=8).hexdigest()[:TIE_DIGITS]


def _elsewhere(session: Session, site: SiteFacts, values: list[str]) -> list[tuple[Catalogue, CatalogueGoods]]:
    """Each of the goods that stands on one other domain alone, with its shop."""
    found = (
        select(Catalogue, CatalogueGoods)
        .join(CatalogueGoods, col(CatalogueGoods.catalogue_id) == col(Catalogue.id))
        .where(
            col(CatalogueGoods.value).in_(values),
            Catalogue.domain != site.domain,
            col(Catalogue.host).not_in(select(Case.host).where(col(Case.state).in_(CONFIRMED))),
        )
    )
    holders: dict[str, set[str]] = defaultdict(set)
    rows = list(session.exec(found))
    for shop, row in rows:
        holders[row.value].add(shop.domain)
    return [(shop, row) for shop, row in rows if len(holders[row.value]) < COMMON]


def _seen(host: str, rows: list[CatalogueGoods]) -> SeenGoods:
    goods = tuple(GoodsMark(row.value, row.price) for row in sorted(rows, key=lambda each: each.value))
    return SeenGoods(host, max(row.first_at for row in rows), goods)
