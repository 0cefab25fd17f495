"""A plan and a list of notices in words, for a person at a terminal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from takedown.cli.shown import Column, in_language, say, say_table, shown_time

if TYPE_CHECKING:
    from storage.models import Notice
    from takedown.drafting import Planned
    from takedown.spacing import Turn

ACTS = {
    "require": ("yêu cầu", "requires"),
    "propose": ("đề nghị", "proposes"),
    "report": ("báo cáo", "reports"),
    "ask_clean": ("đề nghị làm sạch", "asks to clean"),
}
_EFFECTS = {
    "refuse": ("KHÔNG ĐƯỢC", "REFUSED"),
    "wait": ("CHỜ", "WAIT"),
    "narrow": ("THU HẸP", "NARROWED"),
    "warn": ("LƯU Ý", "NOTE"),
}


def say_plan(planned: "Planned", language: str) -> None:
    """What the guards say, then one line a recipient."""
    english = language == "en"
    for finding in planned.findings:
        say(f"{_EFFECTS[finding.effect][english]}: {finding.message(language)}")
    titles = in_language(
        language,
        "Nơi nhận|Vai trò|Việc|Kênh|Thời hạn|Căn cứ|Vì sao|Vướng",
        "Recipient|Role|Act|Channel|Clock|Law|Why|Problem",
    ).split("|")
    rows = []
    for step in planned.plan.steps:
        had = in_language(language, "đã có thông báo", "has a notice") if step.recipient.id in planned.already else ""
        rows.append(
            (
                step.recipient.id,
                step.role,
                ACTS[step.act][english],
                f"{step.channel.kind} {step.channel.value}" if step.channel else "-",
                f"{step.clock.total_seconds() / 3600:.0f} h" + ("" if step.binding else " *"),
                "; ".join(basis.number or basis.id for basis in step.legal) or "-",
                step.why_en if english else step.why_vi,
                had or step.problem or _waits(planned.turns[step.recipient.id], language),
            )
        )
    if rows:
        say_table([Column(title, fold=place >= 5) for place, title in enumerate(titles)], rows)
        say(in_language(language, "* không ràng buộc: hạn theo dõi của ta.", "* not binding: our own follow-up clock."))
    for line in planned.plan.unknown:
        say(f"? {line}")


def _waits(turn: "Turn", language: str) -> str:
    """Whom a recipient's turn waits for."""
    if turn.due:
        return ""
    names = ", ".join(turn.after)
    if turn.until is None:
        return in_language(language, f"chờ {names} được báo trước", f"after {names} was told")
    until = shown_time(turn.until)
    return in_language(language, f"chờ {names} đến {until}", f"waits for {names} until {until}")


def say_notices(notices: "Sequence[Notice]") -> None:
    """One line a notice."""
    if not notices:
        say("Không có thông báo nào. / No notice.")
        return
    titles = ["Số", "Vụ", "Nơi nhận", "Loại", "Việc", "Kênh", "Trạng thái", "Soạn", "Duyệt", "Hạn", "Mã"]
    say_table(
        [Column(title) for title in titles],
        [
            (
                notice.id,
                notice.case_id,
                notice.recipient_id,
                notice.kind,
                notice.act,
                notice.channel,
                notice.state,
                notice.prepared_by,
                notice.approved_by,
                shown_time(notice.due_at),
                notice.token,
            )
            for notice in notices
        ],
    )
