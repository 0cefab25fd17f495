"""Finds cases by parts of words and by indicators, alike on both databases, without reading every case.

Words are folded (no marks, no capitals), so that «giam gia» finds «Giảm giá». They stand in ``case_words``, under
FTS5's trigram index on SQLite and pg_trgm's on PostgreSQL; an indicator is found by ``CaseIndicator.sought``. Both are
derived, and written in the transaction that writes what they come from: the listeners at the end of this file.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, column, event, false, inspect, table, text
from sqlmodel import Session, and_, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.models import Case, CaseIndicator, CaseSite, CaseWords

# Raised, together with a new revision of the tables, by whoever changes what a case or an indicator is found by.
FORM = 1
MAX_TERMS = 8
GRAM = 3  # letters; what is shorter no index knows
TRIGRAM_INDEX = "ix_case_words_trigram"
_CHECKED = 500  # newest rows that a check makes anew to compare
_STEP = 1000
_NUMBER = re.compile(r"[\d\s.()+/-]+")
_FTS = table("case_words_fts", column("rowid"), column("words"))
_KEEP = (
    "INSERT INTO case_words (case_id, words) VALUES (:case_id, :words) "
    "ON CONFLICT (case_id) DO UPDATE SET words = excluded.words"
)


def fold_words(words: str) -> str:
    """Lower case, without Vietnamese or other marks, đ as d, single spaces."""
    plain = unicodedata.normalize("NFKD", words.casefold().replace("đ", "d"))
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


def sought_form(value: str) -> str:
    """An indicator as it is looked for: folded; a number as its digits, an account without its bank's number."""
    head, colon, tail = value.partition(":")
    if colon and tail and (not head or head.isdigit()):
        value = tail
    return re.sub(r"\D", "", value) if _NUMBER.fullmatch(value) else "".join(fold_words(value).split())[:255]


def terms_of(words: str) -> tuple[str, ...]:
    """The parts that a case must hold, all of them; the longest first."""
    return tuple(sorted(dict.fromkeys(fold_words(words).split()), key=len, reverse=True)[:MAX_TERMS])


def find_by_words(session: Session, words: str, limit: int) -> list[int]:
    """Numbers of at most ``limit`` cases that hold every term, in no order of meaning."""
    terms = terms_of(words)
    if not terms:
        return []
    return list(session.exec(_holders(session, terms).limit(limit)))


def holds_words(words: str, case_id: ColumnElement[int]) -> ColumnElement[bool]:
    """The same as a condition on the case of that number, for words that so many hold that reading in order finds them.

    The words of each case that is come by are looked at: as EXISTS, PostgreSQL would first gather everything that holds
    them, however few are wanted.
    """
    held = select(_contains(terms_of(words))).where(CaseWords.case_id == case_id)
    return func.coalesce(held.scalar_subquery(), false())


def find_by_indicator(session: Session, spellings: Iterable[str], limit: int) -> list[int]:
    """Numbers of at most ``limit`` cases with an indicator that is sought in one of these forms."""
    query = select(CaseIndicator.case_id).where(col(CaseIndicator.sought).in_(list(spellings)))
    return list(session.exec(query.limit(limit)))


def rebuild(connection: Connection) -> int:
    """Makes everything derived anew, in the caller's transaction; gives the number of cases."""
    ensure_index(connection)
    connection.execute(text("DELETE FROM case_words"))
    number = 0
    for rows in _steps(connection, 'SELECT id, host, domain, title FROM "case" WHERE id > :last ORDER BY id'):
        numbers = [row.id for row in rows]
        sites = _sites(connection, numbers)
        values = [
            {"case_id": row.id, "words": _joined((row.host, row.domain, row.title, *sites.get(row.id, ())))}
            for row in rows
        ]
        connection.execute(text(_KEEP), values)
        number += len(rows)
    for rows in _steps(connection, "SELECT id, value FROM case_indicator WHERE id > :last ORDER BY id"):
        sought = [{"id": row.id, "sought": sought_form(row.value)} for row in rows]
        connection.execute(text("UPDATE case_indicator SET sought = :sought WHERE id = :id"), sought)
    if connection.dialect.name == "sqlite":
        connection.execute(text("INSERT INTO case_words_fts (case_words_fts) VALUES ('rebuild')"))
    connection.execute(text("DELETE FROM search_form"))
    connection.execute(text("INSERT INTO search_form (id, form) VALUES (1, :form)"), {"form": FORM})
    return number


def rebuild_old(connection: Connection) -> None:
    """Makes everything derived anew where other rules than today's made it; else only sees to the index."""
    if connection.execute(text("SELECT form FROM search_form")).scalar() == FORM:
        ensure_index(connection)
    else:
        rebuild(connection)


def ensure_index(connection: Connection) -> bool:
    """Makes PostgreSQL's trigram index where it is missing; False where the extension may or can not be had.

    pg_trgm is a trusted extension: whoever may create in the database may add it, no superuser is needed.
    """
    if connection.dialect.name != "postgresql":
        return True
    if not has_trigrams(connection):
        known = connection.execute(text("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")).first()
        allowed = connection.execute(text("SELECT has_database_privilege(current_database(), 'CREATE')")).scalar()
        if known is None or not allowed:
            return False
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
    where = "ON case_words USING gin (words gin_trgm_ops)"
    connection.execute(text(f"CREATE INDEX IF NOT EXISTS {TRIGRAM_INDEX} {where}"))
    return True


def has_trigrams(connection: Connection) -> bool:
    """Whether PostgreSQL has the extension; SQLite's is built in."""
    if connection.dialect.name != "postgresql":
        return True
    return connection.execute(text("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")).first() is not None


def search_faults(session: Session) -> tuple[str, ...]:
    """What does not agree between the cases and what they are found by; empty where all is well."""
    missing = session.exec(
        select(func.count())
        .select_from(Case)
        .join(CaseWords, col(CaseWords.case_id) == col(Case.id), isouter=True)
        .where(col(CaseWords.case_id).is_(None))
    ).one()
    faults = [f"{missing} cases cannot be found by words"] if missing else []
    newest = session.exec(select(Case).order_by(col(Case.id).desc()).limit(_CHECKED)).all()
    numbers = [case.id for case in newest if case.id is not None]
    rows = session.exec(select(CaseWords).where(col(CaseWords.case_id).in_(numbers)))
    kept = {row.case_id: row.words for row in rows}
    sites = _sites(session.connection(), numbers)
    stale = sum(
        case.id in kept and kept[case.id] != _joined((case.host, case.domain, case.title, *sites.get(case.id, ())))
        for case in newest
    )
    if stale:
        faults.append(f"the words of {stale} of the newest {len(newest)} cases are not today's")
    recent = session.exec(select(CaseIndicator).order_by(col(CaseIndicator.id).desc()).limit(_CHECKED))
    if strange := sum(row.sought != sought_form(row.value) for row in recent):
        faults.append(f"{strange} of the newest {_CHECKED} indicators are sought in another form than today's")
    if not _has_index(session):
        faults.append(f"the index {TRIGRAM_INDEX} is missing: searches read every case's words")
    return tuple(faults)


def _has_index(session: Session) -> bool:
    if session.get_bind().dialect.name == "sqlite":
        return True  # its tables are part of the schema
    return session.connection().execute(text("SELECT to_regclass(:name)"), {"name": TRIGRAM_INDEX}).scalar() is not None


def _holders(session: Session, terms: tuple[str, ...]) -> SelectOfScalar[int]:
    long = [term for term in terms if len(term) >= GRAM]
    if session.get_bind().dialect.name != "sqlite" or not long:
        return select(CaseWords.case_id).where(_contains(terms))
    phrases = " AND ".join('"' + term.replace('"', '""') + '"' for term in long)
    query = select(_FTS.c.rowid).where(_FTS.c.words.match(phrases))
    short = [_FTS.c.words.contains(term, autoescape=True) for term in terms if len(term) < GRAM]
    return query.where(*short)


def _contains(terms: tuple[str, ...]) -> ColumnElement[bool]:
    return and_(*(col(CaseWords.words).contains(term, autoescape=True) for term in terms))


def _joined(parts: Iterable[str]) -> str:
    """The words of a case, each once; a name in Punycode as it is read, too."""
    known = dict.fromkeys(part for part in parts if part)
    read = dict.fromkeys(_readable(part) for part in known if "xn--" in part)
    words = fold_words(" ".join((*known, *read)))
    return words if len(words) <= 8000 else words[:7999] + "…"


def _readable(host: str) -> str:
    labels = []
    for label in host.split("."):
        try:
            labels.append(label[4:].encode().decode("punycode") if label.startswith("xn--") else label)
        except UnicodeError:
            labels.append(label)
    return ".".join(labels)


def _sites(connection: Connection, numbers: list[int]) -> dict[int, list[str]]:
    """By case, the hosts that it gathered."""
    found: dict[int, list[str]] = {}
    rows = connection.execute(
        select(CaseSite.case_id, CaseSite.host)
        .where(col(CaseSite.case_id).in_(numbers), col(CaseSite.removed_at).is_(None))
        .order_by(col(CaseSite.id))
    )
    for case_id, host in rows:
        found.setdefault(case_id, []).append(host)
    return found


def _steps(connection: Connection, query: str) -> Iterator[Any]:
    last = 0
    while rows := connection.execute(text(f"{query} LIMIT {_STEP}"), {"last": last}).all():
        yield rows
        last = rows[-1].id


def _keep(connection: Connection, case_id: int) -> None:
    row = connection.execute(select(Case.host, Case.domain, Case.title).where(Case.id == case_id)).first()
    if row is not None:
        words = _joined((*row, *_sites(connection, [case_id]).get(case_id, ())))
        connection.execute(text(_KEEP), {"case_id": case_id, "words": words})


@event.listens_for(Case, "after_insert")
def _case_made(_: object, connection: Connection, case: Case) -> None:
    words = _joined((case.host, case.domain, case.title))
    connection.execute(text(_KEEP), {"case_id": case.id, "words": words})


@event.listens_for(Case, "after_update")
def _case_changed(_: object, connection: Connection, case: Case) -> None:
    seen = inspect(case).attrs
    if case.id is not None and any(seen[name].history.has_changes() for name in ("host", "domain", "title")):
        _keep(connection, case.id)


@event.listens_for(CaseSite, "after_insert")
@event.listens_for(CaseSite, "after_update")
def _sites_changed(_: object, connection: Connection, site: CaseSite) -> None:
    _keep(connection, site.case_id)


@event.listens_for(CaseIndicator, "before_insert")
@event.listens_for(CaseIndicator, "before_update")
def _indicator_changed(_: object, __: Connection, indicator: CaseIndicator) -> None:
    indicator.sought = sought_form(indicator.value)
