"""`lachan verify`: looks whether reported pages came down, and whether those that did stay down."""

from typing import Annotated

import typer

from takedown.cli.acting import AsJson, English


def verify_pages(
    cases: Annotated[
        list[int] | None, typer.Argument(metavar="[CASE]...", help="Look at these now, due or not.")
    ] = None,
    as_json: AsJson = False,
    english: English = False,
) -> None:
    """Visit the pages whose look is due from every vantage, and the control page, and judge. What cron calls."""
    from datetime import UTC, datetime

    from storage.db import write_session
    from takedown.cli.configured import load_config
    from takedown.cli.exit_codes import ExitCode
    from takedown.cli.opening import opened_database
    from takedown.cli.shown import complain, in_language, say, say_json
    from takedown.cli.sweep import leave
    from takedown.watching import ask_due, check_now, judge_asked

    config = load_config()
    with opened_database(config, make=True) as engine, write_session(engine) as session:
        for number in cases or []:
            check_now(session, number, now=datetime.now(UTC))
        asked = ask_due(session, now=datetime.now(UTC), control_url=config.control_url)
        session.commit()
    from crawler.stop_signals import StopSignals
    from crawler.sweep import SweepRequest, run_sweep
    from storage.models.target import VERIFY

    with StopSignals() as stops:
        summary = run_sweep(config, SweepRequest(due=True, purpose=VERIFY), stops)
        with opened_database(config) as engine, write_session(engine) as session:
            report = judge_asked(session, now=datetime.now(UTC), control_url=config.control_url)
            session.commit()
        if as_json:
            say_json({"asked": asked, "sweep": summary.to_json(), "report": report})
        else:
            words = in_language(
                "en" if english else config.language,
                "Hỏi {} vụ, kết luận {}: đã gỡ {}, tái xuất {}, đóng {}, chờ {}.",
                "{} cases asked, {} judged: {} down, {} back, {} closed, {} waiting.",
            )
            judged = len(report.judged) + len(report.down) + len(report.relapsed) + len(report.closed)
            ended = (len(report.down), len(report.relapsed), len(report.closed), len(report.waiting))
            say(words.format(len(asked), judged, *ended))
            if summary.broken:
                complain(summary.broken)
        if summary.exit_code not in {ExitCode.DONE, ExitCode.SOME_FAILED}:  # a page that is gone is no failure of ours
            leave(summary, summary.exit_code)
