"""Is the sweep well? Alarms with their threshold and what to do; silence is never taken for «no fraud»."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from storage.models import Assessment, Observation, OutboxMail, Target

SILENT_AFTER = timedelta(hours=26)  # cron runs nightly
STUCK_AFTER = timedelta(hours=6)  # a target that was due so long ago is not being looked at
STAMP_AFTER = timedelta(hours=24)
UNLIKELY = 0.01  # so rarely would chance leave a day without a hit
_HITS = ("suspicious", "likely", "near_certain")


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that is watched. ``ok``: nothing to do."""

    name: str
    ok: bool
    said_vi: str
    said_en: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What the alarms are judged by."""

    last_visit: datetime | None
    stuck_targets: int
    day_assessed: int
    day_hits: int
    before_assessed: int  # in the four weeks before this day
    before_hits: int
    late_stamps: int
    unsettled_mails: int


def measure(session: Session, *, now: datetime) -> Measured:
    """Reads what there is."""
    day, month = now - timedelta(days=1), now - timedelta(days=29)
    at, level = col(Assessment.assessed_at), col(Assessment.level)
    assessed = select(func.count()).select_from(Assessment)
    return Measured(
        last_visit=session.exec(select(func.max(Observation.observed_at))).one(),
        stuck_targets=session.exec(
            select(func.count()).select_from(Target).where(col(Target.due_at) <= now - STUCK_AFTER)
        ).one(),
        day_assessed=session.exec(assessed.where(at > day)).one(),
        day_hits=session.exec(assessed.where(at > day, level.in_(_HITS))).one(),
        before_assessed=session.exec(assessed.where(at > month, at <= day)).one(),
        before_hits=session.exec(assessed.where(at > month, at <= day, level.in_(_HITS))).one(),
        late_stamps=session.exec(
            select(func.count())
            .select_from(Observation)
            .where(Observation.timestamp_state == "pending", col(Observation.observed_at) <= now - STAMP_AFTER)
        ).one(),
        unsettled_mails=session.exec(
            select(func.count()).select_from(OutboxMail).where(col(OutboxMail.state).in_(("unknown", "held", "failed")))
        ).one(),
    )


def judge_health(seen: Measured, *, now: datetime) -> tuple[Alarm, ...]:
    """Pure: every alarm, ringing or not."""
    return (_cron(seen, now), _stuck(seen), _detector(seen), _stamps(seen), _mails(seen))


def _cron(seen: Measured, now: datetime) -> Alarm:
    if seen.last_visit is None:
        return Alarm("cron", False, "Chưa có lượt quét nào.", "Nothing was ever swept.", "lachan sweep --due")
    hours = (now - seen.last_visit).total_seconds() / 3600
    words = (
        f"Lượt xem gần nhất cách đây {hours:.0f} giờ.",
        f"The last visit was {_english(round(hours), 'hour', 'hours')} ago.",
    )
    return Alarm("cron", now - seen.last_visit <= SILENT_AFTER, *words, "crontab -l; lachan doctor")


def _stuck(seen: Measured) -> Alarm:
    hours = STUCK_AFTER.total_seconds() / 3600
    vi = f"{seen.stuck_targets} mục tiêu quá hạn xem hơn {hours:.0f} giờ."
    en = f"{_english(seen.stuck_targets, 'target is', 'targets are')} overdue by more than {hours:.0f} hours."
    return Alarm("crawl", seen.stuck_targets == 0, vi, en, "lachan sweep --due; lachan doctor")


def _detector(seen: Measured) -> Alarm:
    """By Poisson's law: how likely is a day with so few hits, at the rate of the weeks before?"""
    rate = seen.before_hits / seen.before_assessed if seen.before_assessed else 0.0
    expected = rate * seen.day_assessed
    chance = sum(math.exp(-expected) * expected**k / math.factorial(k) for k in range(min(seen.day_hits, 100) + 1))
    vi = f"24 giờ qua: {seen.day_hits} nghi vấn trong {seen.day_assessed} trang; bốn tuần trước cho thấy "
    vi += f"{expected:.1f}".replace(".", ",") + "."
    hits, sites = _english(seen.day_hits, "hit", "hits"), _english(seen.day_assessed, "site", "sites")
    en = f"Last 24 h: {hits} in {sites}; four weeks before suggest {expected:.1f}."
    return Alarm("detector", chance >= UNLIKELY, vi, en, "lachan explain PAGE; lachan rescore; lachan doctor")


def _stamps(seen: Measured) -> Alarm:
    vi = f"{seen.late_stamps} lượt xem chờ dấu thời gian hơn 24 giờ."
    en = f"{_english(seen.late_stamps, 'visit has', 'visits have')} waited more than 24 hours for a time-stamp."
    return Alarm("time-stamps", seen.late_stamps == 0, vi, en, "lachan evidence stamp")


def _mails(seen: Measured) -> Alarm:
    vi = f"{seen.unsettled_mails} thư chờ người xử lý (không rõ, giữ lại, hỏng)."
    en = f"{_english(seen.unsettled_mails, 'mail waits', 'mails wait')} for a person (unknown, held, failed)."
    return Alarm("outbox", seen.unsettled_mails == 0, vi, en, "lachan outbox list; lachan outbox settle")


def _english(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
