"""`lachan appeals` and `lachan withdrawals`: objections, and the proof that everything was taken back."""

from typing import TYPE_CHECKING, Annotated

import typer

from takedown.cli.acting import As, AsJson, Reason, at_the_desk

if TYPE_CHECKING:
    from storage.models import Withdrawal, WithdrawalStep


def receive(
    url: Annotated[str, typer.Argument(metavar="URL", help="The site that the objection is about.")],
    text: Annotated[str, typer.Option(help="Why the site is honest, in the owner's words.")],
    owner: Annotated[str, typer.Option(help="Who objects.")] = "",
    contact: Annotated[str, typer.Option(help="How to reach them.")] = "",
    as_json: AsJson = False,
) -> None:
    """Take an objection in that came by letter or call; prints the receipt code once."""
    from takedown.appeals import receive_appeal
    from takedown.cli.shown import say, say_json

    with at_the_desk(None) as desk:
        receipt = receive_appeal(desk.session, url=url, text=text, name=owner, contact=contact, now=desk.now)
    say_json(receipt) if as_json else say(f"#{receipt.appeal_id}  {receipt.code}")


def list_appeals(
    state: Annotated[str | None, typer.Option(help="received, upheld or rejected.")] = None, as_json: AsJson = False
) -> None:
    """List objections, the next to be decided first."""
    from takedown import appeals
    from takedown.cli.shown import Column, say_json, say_table, shown_time

    with at_the_desk(None) as desk:
        found = appeals.list_appeals(desk.session, state)
    if as_json:
        say_json(
            [
                {
                    "id": row.id,
                    "url": row.url,
                    "case": row.case_id,
                    "state": row.state,
                    "text": row.text,
                    "name": row.name,
                    "contact": row.contact,
                    "due_at": row.due_at,
                    "decided_by": row.decided_by,
                    "decision": row.decision,
                }
                for row in found
            ]
        )
        return
    titles = ["Số", "Vụ", "Trang", "Trạng thái", "Hạn", "Lời khiếu nại"]
    rows = [(row.id, row.case_id or "", row.url, row.state, shown_time(row.due_at), row.text[:120]) for row in found]
    say_table([Column(title, fold=place in {2, 5}) for place, title in enumerate(titles)], rows)


def status(
    code: Annotated[str, typer.Argument(metavar="CODE", help="The receipt code.")], as_json: AsJson = False
) -> None:
    """Show where an objection stands, as its sender may see it."""
    from takedown.appeals import appeal_status
    from takedown.cli.shown import say, say_json

    with at_the_desk(None) as desk:
        found = appeal_status(desk.session, code)
    say_json(found) if as_json else say(f"{found.url}  {found.state}  {found.decision}")


def decide(
    number: Annotated[int, typer.Argument(metavar="APPEAL", min=1)],
    decision: Annotated[str, typer.Option(help="The words that its sender will read.")],
    name: As,
    uphold: Annotated[bool, typer.Option("--uphold", help="The owner is right: withdraw everything.")] = False,
    reject: Annotated[bool, typer.Option("--reject", help="The case stands.")] = False,
    as_json: AsJson = False,
) -> None:
    """Decide an objection, as an approver who had no part in the case."""
    from takedown.appeals import decide_appeal
    from takedown.cli.faults import WrongUsageError
    from takedown.cli.opening import open_store
    from takedown.cli.shown import say, say_json

    if uphold == reject:
        raise WrongUsageError("say either --uphold or --reject", "chọn một trong hai: --uphold hoặc --reject")
    with at_the_desk(name) as desk:
        row = decide_appeal(
            desk.session,
            open_store(desk.config),
            number,
            upheld=uphold,
            decision=decision,
            actor=desk.actor,
            now=desk.now,
        )
    told = {"id": row.id, "state": row.state, "case": row.case_id}
    say_json(told) if as_json else say(f"#{row.id}  {row.state}")


def order(
    number: Annotated[int, typer.Argument(metavar="CASE", min=1)], reason: Reason, name: As, as_json: AsJson = False
) -> None:
    """Withdraw everything that was said about a case; whoever was told hears of it."""
    from takedown.cli.opening import open_store
    from takedown.cli.shown import say, say_json
    from takedown.withdrawal import order_withdrawal, steps_of

    with at_the_desk(name) as desk:
        row = order_withdrawal(
            desk.session, open_store(desk.config), number, reason=reason, actor=desk.actor, now=desk.now
        )
        steps = steps_of(desk.session, row.id or 0)
    told = [{"step": step.id, "kind": step.kind, "place": step.place, "state": step.state} for step in steps]
    if as_json:
        say_json({"withdrawal": row.id, "steps": told})
        return
    say(f"#{row.id}", *(f"  {step.id}  {step.kind}  {step.place}  {step.state}" for step in steps))


def list_withdrawals(
    number: Annotated[int | None, typer.Argument(metavar="[CASE]", min=1)] = None, as_json: AsJson = False
) -> None:
    """List withdrawals with every place that they must reach, and the proof that they did."""
    from takedown import withdrawal
    from takedown.cli.shown import say, say_json

    with at_the_desk(None) as desk:
        rows = withdrawal.list_withdrawals(desk.session, number)
        found = [(row, withdrawal.steps_of(desk.session, row.id or 0)) for row in rows]
    if as_json:
        say_json([_withdrawal(row, steps) for row, steps in found])
        return
    for row, steps in found:
        say(f"#{row.id}  vụ {row.case_id}  {'xong' if row.done_at else 'chưa xong'}")
        say(*(f"  {step.id}  {step.kind}  {step.place}  {step.state}  {step.proof}" for step in steps))


def _withdrawal(row: "Withdrawal", steps: "tuple[WithdrawalStep, ...]") -> dict[str, object]:
    places = [
        {"step": step.id, "kind": step.kind, "place": step.place, "state": step.state, "proof": step.proof}
        for step in steps
    ]
    return {
        "withdrawal": row.id,
        "case": row.case_id,
        "ordered_by": row.ordered_by,
        "reason": row.reason,
        "done_at": row.done_at,
        "steps": places,
    }


def prove(
    number: Annotated[int, typer.Argument(metavar="STEP", min=1, help="The step's number.")],
    proof: Annotated[str, typer.Option(help="Letter number, ticket, who answered; for a list, the new digest.")],
    name: As,
    as_json: AsJson = False,
) -> None:
    """Note how it is known that a withdrawal reached one place."""
    from storage.models import WithdrawalStep
    from takedown.cli.shown import say, say_json
    from takedown.withdrawal import prove_notice, prove_publication

    with at_the_desk(name) as desk:
        step = desk.session.get(WithdrawalStep, number)
        if step is not None and step.kind == "publication":
            step = prove_publication(desk.session, number, absent_from=proof, actor=desk.actor, now=desk.now)
        else:
            step = prove_notice(desk.session, number, proof=proof, actor=desk.actor, now=desk.now)
    told = {"step": step.id, "state": step.state, "proof": step.proof}
    say_json(told) if as_json else say(f"{step.id}  {step.place}  {step.state}")
