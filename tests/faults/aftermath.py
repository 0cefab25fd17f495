"""What a database, an evidence store and a web say after a story of kills: is anything lost, twice, or half done?"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import Session, col, select

from crawler.config import Config
from crawler.lease_owner import owner_is_gone
from crawler.reading.job import WITHOUT_STRUCTURE
from crawler.reading.reader import ReaderDiedError
from storage.db import open_engine, read_session
from storage.models import Assessment, Case, Observation, Target
from tests.faults.sweeping import run
from tests.site.server import LocalWeb

DIED = WITHOUT_STRUCTURE + ReaderDiedError.why
LOOKS = {False: 1, True: 3}  # how often the front page of an article and of a shop is asked for: fetched; and rendered


@dataclass
class Aftermath:
    """``again``: front pages asked for more often than needed; ``allowed``: at most so many were under way at kills."""

    targets: int = 0
    settled: int = 0
    cases: int = 0
    visits: int = 0
    again: int = 0
    allowed: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.targets} targets swept ({self.settled} of them anew, since a kill had spoilt their look), "
            f"{self.cases} cases, {self.visits} visits in evidence that holds; "
            f"{self.again} looks done again, at most {self.allowed} were under way"
        )


def held_by_the_dead(config: Config) -> int:
    """Leases of processes that have ended."""
    engine = open_engine(config.database)
    with read_session(engine) as session:
        owners = session.exec(select(Target.lease_owner).where(col(Target.lease_until) > datetime.now(UTC))).all()
    engine.dispose()
    return sum(map(owner_is_gone, owners))


def config_of(env: dict[str, str]) -> Config:
    """What the settings of a sweep lead to."""
    return Config(data_dir=Path(env["LACHAN_DATA_DIR"]), database_url=env["LACHAN_DATABASE_URL"])


def look(
    env: dict[str, str], hosts: Sequence[str], shops: set[str], web: LocalWeb, *, kills: int, readers: int
) -> Aftermath:
    """Sweep anew what a kill spoilt, then hold everything against what an undisturbed run would have left.

    ``kills``: how many looks can have been under way when the sweep itself was killed. ``readers``: how many readers
    were killed; two deaths at one page leave its words without their structure, which the record says.
    """
    after = Aftermath(targets=len(hosts), allowed=kills)
    touched = {host: web.touched(host, "/") for host in hosts}
    spoilt = _spoilt(config_of(env))
    after.settled = len(spoilt)
    after.again = sum(max(0, touched[host] - LOOKS[host in shops]) for host in hosts)
    if spoilt and (ended := run(env, "sweep", *spoilt)).code:
        after.faults.append(f"what was spoilt is not settled by the next sweep: {ended.said}")
    if after.again > after.allowed * LOOKS[True] + len(spoilt) * LOOKS[True]:
        after.faults.append(f"{after.again} looks were done again, and at most {after.allowed} were under way")
    verified = run(env, "evidence", "verify")
    if verified.code:
        after.faults.append(f"evidence does not hold: {verified.said}")
    engine = open_engine(config_of(env).database)
    with read_session(engine) as session:
        _judge(session, set(hosts), shops, after)
        unread = session.exec(select(Observation.host).where(col(Observation.reason) == DIED)).all()
    engine.dispose()
    if len(unread) > readers // 2:
        after.faults.append(f"readers died at the pages of {sorted(unread)}, and only {readers} were killed")
    doctor = [check for check in run(env, "doctor").said if check["health"] == "fail"]
    after.faults += [f"doctor says {check}" for check in doctor]
    if left := sorted(path.name for path in Path(env["TMPDIR"]).iterdir()):
        after.faults.append(f"left in the temporary folder: {left}")
    return after


def _spoilt(config: Config) -> list[str]:
    """Targets whose last look failed: a killed browser's, for the most part. They are due again, later."""
    engine = open_engine(config.database)
    with read_session(engine) as session:
        urls = session.exec(select(Target.url).where(col(Target.attempts) > 0, col(Target.due_at).is_not(None))).all()
    engine.dispose()
    return list(urls)


def _judge(session: Session, hosts: set[str], shops: set[str], after: Aftermath) -> None:
    targets = session.exec(select(Target)).all()
    lost = hosts - {target.host for target in targets if target.last_outcome == "read"}
    after.faults += [f"lost: {sorted(lost)}"] if lost else []
    held = [target.host for target in targets if target.lease_owner]
    after.faults += [f"still leased: {held}"] if held else []
    cases = Counter(session.exec(select(Case.host)).all())
    after.cases = sum(cases.values())
    after.faults += [f"cases: {_difference(cases, Counter(shops))}"] if cases != Counter(shops) else []
    observations = session.exec(select(Observation)).all()
    after.visits = len(observations)
    _judge_scores(session.exec(select(Assessment).order_by(col(Assessment.id))).all(), shops, after)
    looks = defaultdict(list)
    for seen in observations:
        outcome = "read" if seen.reason.startswith(WITHOUT_STRUCTURE) else f"{seen.outcome} {seen.reason}".strip()
        looks[seen.host].append(f"{seen.vantage} {outcome}")
        if not seen.manifest_digest:
            after.faults.append(f"{seen.host} was not sealed")
    whole = {"fetch read", "phone read", "desktop read"}
    after.faults += [f"{host} was seen by halves: {looks[host]}" for host in shops if not whole <= set(looks[host])]
    once = Counter((seen.host, seen.assessment_id, seen.vantage) for seen in observations)
    after.faults += [f"recorded twice: {key}" for key, count in once.items() if count > 1]


def _judge_scores(assessments: Iterable[Assessment], shops: set[str], after: Aftermath) -> None:
    """The newest score of every shop is the same: no part of its page went missing because somebody was killed."""
    points = {row.host: round(row.points, 2) for row in assessments}
    found = Counter(points[host] for host in shops if host in points)
    if len(found) > 1:
        after.faults.append(f"shops of the same design score differently: {dict(found)}")
    if guilty := [host for host, score in points.items() if host not in shops and score > 0]:
        after.faults.append(f"articles that score: {guilty}")


def _difference(found: Counter[str], wanted: Counter[str]) -> str:
    return f"too many {dict(found - wanted)}, missing {dict(wanted - found)}"
