"""`lachan review`: judging cases from a terminal or a script, with the rules of the desk."""

from typing import TYPE_CHECKING, Annotated

import typer

from takedown.cli.acting import As, AsJson, English, Reason, at_the_desk

if TYPE_CHECKING:
    from storage.models import Case

_Number = Annotated[int, typer.Argument(metavar="ID", min=1, help="The case's number.")]


def take(number: _Number, name: As, as_json: AsJson = False) -> None:
    """Open a case for judging, for yourself alone, for half an hour."""
    from takedown import review

    with at_the_desk(name) as desk:
        case = review.take(desk.session, number, actor=desk.actor, now=desk.now)
    say_state(case, as_json)


def judge(
    numbers: Annotated[list[int], typer.Argument(metavar="ID...", help="One case, or several for one verdict.")],
    verdict: Annotated[str, typer.Option(help="confirmed, false_positive, duplicate or police_first.")],
    reason: Reason,
    name: As,
    duplicate_of: Annotated[int | None, typer.Option(min=1, help="The case that this one repeats.")] = None,
    clean_only: Annotated[
        bool, typer.Option("--clean-only", help="An honest site that was broken into: ask to clean it, nothing else.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Give a verdict; cases that somebody else has open are named and left alone."""
    from takedown import review
    from takedown.cli.exit_codes import ExitCode
    from takedown.cli.faults import WrongUsageError
    from takedown.cli.shown import complain, say, say_json
    from takedown.lifecycle import CaseState

    if verdict not in review.VERDICTS:
        raise WrongUsageError(
            f"`{verdict}` is no verdict; use one of {', '.join(sorted(review.VERDICTS))}",
            f"`{verdict}` không phải kết luận; dùng một trong {', '.join(sorted(review.VERDICTS))}",
        )
    if len(numbers) > 1 and (duplicate_of or clean_only):
        raise WrongUsageError(
            "--duplicate-of and --clean-only are for one case at a time",
            "--duplicate-of và --clean-only chỉ dùng cho từng vụ một",
        )
    with at_the_desk(name) as desk:
        if len(numbers) == 1:
            review.take(desk.session, numbers[0], actor=desk.actor, now=desk.now)
            case = review.judge(
                desk.session,
                numbers[0],
                CaseState(verdict),
                reason=reason,
                duplicate_of=duplicate_of,
                clean_only=clean_only,
                actor=desk.actor,
                now=desk.now,
            )
        else:
            report = review.judge_many(
                desk.session, numbers, CaseState(verdict), reason=reason, actor=desk.actor, now=desk.now
            )
    if len(numbers) == 1:
        say_state(case, as_json)
        return
    if as_json:
        say_json(report)
    else:
        say(f"{verdict}: {', '.join(map(str, report.judged)) or '-'}")
        complain(*(words for _, words in report.refused))
    if report.refused:
        raise typer.Exit(ExitCode.SOME_FAILED)


def release(number: _Number, name: As, as_json: AsJson = False) -> None:
    """Give a case back to the queue without a verdict."""
    from takedown import review

    with at_the_desk(name) as desk:
        case = review.release(desk.session, number, actor=desk.actor, now=desk.now)
    say_state(case, as_json)


def assign(
    number: _Number,
    to: Annotated[str, typer.Argument(metavar="[NAME]", help="Whose it is; nothing: nobody's.")] = "",
    name: As = "",
    as_json: AsJson = False,
) -> None:
    """Assign a case to a reviewer, or to nobody."""
    from takedown import review

    with at_the_desk(name) as desk:
        case = review.assign(desk.session, number, to, actor=desk.actor, now=desk.now)
    say_state(case, as_json)


def blind(
    number: _Number,
    name: As,
    off: Annotated[bool, typer.Option("--off", help="One reviewer is enough.")] = False,
    as_json: AsJson = False,
) -> None:
    """Ask two people to judge a case without seeing each other's words."""
    from takedown import review

    with at_the_desk(name) as desk:
        case = review.set_blind(desk.session, number, not off, actor=desk.actor, now=desk.now)
    say_state(case, as_json)


def undo(number: _Number, reason: Reason, name: As, as_json: AsJson = False) -> None:
    """Take a verdict back: your own within a day, anybody's as an approver, never after a notice was approved."""
    from takedown import review

    with at_the_desk(name) as desk:
        case = review.undo(desk.session, number, reason=reason, actor=desk.actor, now=desk.now)
    say_state(case, as_json)


def move(
    number: _Number,
    to: Annotated[str, typer.Option(help="refused, escalated, closed, or confirmed when police give it back.")],
    reason: Reason,
    name: As,
    as_json: AsJson = False,
) -> None:
    """Move a case by hand where no verdict, notice or check does: an approver's word."""
    from takedown import review
    from takedown.cli.faults import WrongUsageError
    from takedown.lifecycle import CaseState

    if to not in review.MOVED_BY_HAND:
        raise WrongUsageError(
            f"`{to}` is not reached by hand; use one of {', '.join(sorted(review.MOVED_BY_HAND))}",
            f"`{to}` không chuyển bằng tay được; dùng một trong {', '.join(sorted(review.MOVED_BY_HAND))}",
        )
    with at_the_desk(name) as desk:
        case = review.move(desk.session, number, CaseState(to), reason=reason, actor=desk.actor, now=desk.now)
    say_state(case, as_json)


def merge(
    into: Annotated[int, typer.Argument(metavar="INTO", min=1)],
    gone: Annotated[int, typer.Argument(metavar="FROM", min=1)],
    reason: Reason,
    name: As,
    as_json: AsJson = False,
) -> None:
    """Put case FROM into case INTO, with its sites and indicators: they are one scam."""
    from takedown import gathering

    with at_the_desk(name) as desk:
        case = gathering.merge(desk.session, into, gone, reason=reason, actor=desk.actor, now=desk.now)
    say_state(case, as_json)


def split(
    number: _Number,
    host: Annotated[str, typer.Argument(metavar="HOST", help="The gathered site to take out again.")],
    reason: Reason,
    name: As,
    as_json: AsJson = False,
) -> None:
    """Take a gathered site out of a case again."""
    from takedown import gathering

    with at_the_desk(name) as desk:
        case = gathering.split(desk.session, number, host, reason=reason, actor=desk.actor, now=desk.now)
    say_state(case, as_json)


def related(number: _Number, as_json: AsJson = False, english: English = False) -> None:
    """Show a case's sites, and other cases that share an account, a phone, a tracker or an address with it."""
    from takedown import gathering
    from takedown.cli.shown import in_language, say, say_json

    with at_the_desk(None, english=english) as desk:
        sites, found = gathering.sites_of(desk.session, number), gathering.related(desk.session, number)
    if as_json:
        say_json({"sites": sites, "related": found})
        return
    say(in_language(desk.language, "Trang: ", "Sites: ") + ", ".join(site.host for site in sites))
    for other in found:
        shared = ", ".join(f"{entry.kind} {entry.value}" for entry in other.shared)
        say(f"#{other.case_id}  {other.host}  {other.state}  {shared}")
    if not found:
        say(in_language(desk.language, "Không vụ nào khác chung dấu hiệu.", "No other case shares an indicator."))


def say_state(case: "Case", as_json: bool) -> None:
    """What a change led to."""
    from takedown.cli.shown import say, say_json

    told = {
        "case": case.id,
        "state": case.state,
        "lock_holder": case.lock_holder,
        "assignee": case.assignee,
        "merged_into": case.merged_into,
    }
    say_json(told) if as_json else say(f"#{case.id}  {case.host}  {case.state}")
