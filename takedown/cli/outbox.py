"""`lachan outbox`: mails that leave once, those that need a person's word, and the answers."""

from typing import TYPE_CHECKING, Annotated

import typer

from takedown.cli.acting import As, AsJson, Reason, at_the_desk

if TYPE_CHECKING:
    from storage.models import OutboxMail
    from takedown.delivery.replies import Taken

_Number = Annotated[int, typer.Argument(metavar="MAIL", min=1, help="The mail's number.")]


def send(as_json: AsJson = False) -> None:
    """Send what was released and is due; without LACHAN_SENDING=true, say what would leave. What cron calls."""
    from datetime import UTC, datetime

    from storage.db import write_session
    from takedown.cli.configured import load_config
    from takedown.cli.exit_codes import ExitCode
    from takedown.cli.faults import WrongUsageError
    from takedown.cli.opening import open_store, opened_database
    from takedown.cli.shown import say, say_json
    from takedown.delivery.calendar import Calendar
    from takedown.delivery.outbox import queue_released, send_due
    from takedown.delivery.smtp import SmtpServer, SmtpTransport
    from takedown.withdrawal import update_withdrawals

    config = load_config()
    if config.sending and not config.smtp_url:
        raise WrongUsageError(
            "LACHAN_SENDING is on and no server is set; set LACHAN_SMTP_URL=smtp://user@host:587",
            "LACHAN_SENDING bật mà chưa đặt máy chủ; đặt LACHAN_SMTP_URL=smtp://user@host:587",
        )
    transport = SmtpTransport(SmtpServer.parse(config.smtp_url)) if config.sending else None
    calendar, store = Calendar.parse(config.send_hours), open_store(config)
    with opened_database(config, make=True) as engine:
        with write_session(engine) as session:
            queue_released(session, store, sender=config.mail_from, now=datetime.now(UTC))
            session.commit()
        report = send_due(
            engine,
            store,
            transport,
            now=datetime.now(UTC),
            calendar=calendar,
            per_recipient_hour=config.mails_per_hour,
        )
        with write_session(engine) as session:
            update_withdrawals(session, now=datetime.now(UTC))
            session.commit()
    if as_json:
        say_json(report)
    else:
        say(
            f"đã gửi / sent: {len(report.sent)}; chờ / waiting: {report.waiting}; giữ lại / held: {len(report.held)}; "
            f"không rõ / unknown: {len(report.unknown)}; hỏng / failed: {len(report.failed)}"
        )
        if report.dry:
            say(f"chạy thử, chưa gửi / dry run, would send: {', '.join(map(str, report.dry))} (LACHAN_SENDING=true)")
    if report.held or report.unknown or report.failed:
        raise typer.Exit(ExitCode.SOME_FAILED)


def list_mails(
    state: Annotated[str | None, typer.Option(help="queued, sent, unknown, held, failed ...")] = None,
    as_json: AsJson = False,
) -> None:
    """List mails, the newest first."""
    from takedown.cli.faults import WrongUsageError
    from takedown.cli.shown import Column, say_json, say_table
    from takedown.delivery import outbox

    if state is not None and state not in set(outbox.MailState):
        raise WrongUsageError(
            f"`{state}` is no state; use one of {', '.join(outbox.MailState)}",
            f"`{state}` không phải trạng thái; dùng một trong {', '.join(outbox.MailState)}",
        )
    with at_the_desk(None) as desk:
        mails = outbox.list_mails(desk.session, state)
    if as_json:
        say_json([_told(mail) for mail in mails])
        return
    titles = ["Thư", "Thông báo", "Tới", "Trạng thái", "Lần", "Lý do"]
    rows = [(mail.id, mail.notice_id, mail.to_address, mail.state, mail.attempts, mail.reason) for mail in mails]
    say_table([Column(title, fold=title == "Lý do") for title in titles], rows)


def settle(
    number: _Number,
    reason: Reason,
    name: As,
    sent: Annotated[bool, typer.Option("--sent", help="It did leave.")] = False,
    again: Annotated[bool, typer.Option("--again", help="It did not leave: queue it again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say what became of a mail that is unknown, held or failed; only a person can."""
    from takedown.cli.faults import WrongUsageError
    from takedown.cli.shown import say, say_json
    from takedown.delivery.outbox import settle_mail

    if sent == again:
        raise WrongUsageError("say either --sent or --again", "chọn một trong hai: --sent hoặc --again")
    with at_the_desk(name) as desk:
        mail = settle_mail(desk.session, number, was_sent=sent, reason=reason, actor=desk.actor, now=desk.now)
    say_json(_told(mail)) if as_json else say(f"#{mail.id}  {mail.state}")


def replies(as_json: AsJson = False) -> None:
    """Fetch unread answers by IMAP and match them to their notices and letters. What cron calls.

    Answers to owner-record requests are sealed; without the key for that they stay unread on the server.
    """
    from storage.errors import VaultError
    from takedown.cli.configured import load_config
    from takedown.cli.exit_codes import ExitCode
    from takedown.cli.faults import WrongUsageError
    from takedown.cli.opening import open_store
    from takedown.cli.records import vault_if_set
    from takedown.cli.shown import complain, say, say_json
    from takedown.delivery.mailbox import open_mailbox
    from takedown.delivery.replies import take_reply
    from takedown.words import fault_words

    config = load_config()
    if not config.imap_url:
        raise WrongUsageError(
            "no mailbox is set; set LACHAN_IMAP_URL=imaps://user:password@host/INBOX",
            "chưa đặt hộp thư; đặt LACHAN_IMAP_URL=imaps://user:password@host/INBOX",
        )
    store, taken = open_store(config), []
    left: VaultError | None = None
    with open_mailbox(config.imap_url) as mailbox:
        for uid, data in mailbox.unread():
            with at_the_desk(None) as desk:
                try:
                    taken.append(take_reply(desk.session, store, data, now=desk.now, vault=vault_if_set(desk)))
                except VaultError as error:  # it names people: unread on the server it waits for its key
                    desk.session.rollback()
                    left = error
                    continue
            mailbox.mark_read(uid)  # only now: what was not committed comes again
    if as_json:
        say_json(taken)
    else:
        say(*map(_where, taken))
    if left is not None:
        complain(fault_words(left, config.language))
        raise typer.Exit(ExitCode.SOME_FAILED)


def _where(entry: "Taken") -> str:
    if entry.letter_id is not None:
        return f"{entry.kind}  công văn / letter {entry.letter_id}"
    if entry.erased_request is not None:
        return f"{entry.kind}  yêu cầu đã xóa / erased request {entry.erased_request}"
    return f"{entry.kind}  thông báo / notice {entry.notice_id or '?'}"


def _told(mail: "OutboxMail") -> dict[str, object]:
    return {
        "id": mail.id,
        "notice": mail.notice_id,
        "to": mail.to_address,
        "subject": mail.subject,
        "state": mail.state,
        "attempts": mail.attempts,
        "reason": mail.reason,
        "message_id": mail.message_id,
        "sent_at": mail.sent_at,
    }
