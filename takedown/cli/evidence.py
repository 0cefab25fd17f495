"""`lachan evidence`: check sealed evidence, export it, get the time-stamps that are still pending."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlmodel import Session

    from crawler.config import Config
    from crawler.evidence.export import BundleReport
    from crawler.evidence.faults import EvidenceReport
    from crawler.evidence.timestamp import StampReport
    from storage.artifacts import ArtifactStore
    from storage.witness import Witness
    from takedown.case_check import CaseFault
    from takedown.history_check import HistoryFault


def verify(
    number: Annotated[int | None, typer.Argument(metavar="[ID]", min=1, help="A case; by default everything.")] = None,
    bundle: Annotated[
        Path | None, typer.Option(help="Only this: is the file as we exported it, and what it holds as we sealed it?")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """Find any altered, missing or added byte of one case's evidence and history, or of all and the audit log."""
    from storage.db import read_session
    from storage.witness import Witness
    from takedown.cli.configured import load_config
    from takedown.cli.evidence_text import Tally, say_tally
    from takedown.cli.exit_codes import ExitCode
    from takedown.cli.opening import open_store, opened_database
    from takedown.cli.shown import say_json

    config = load_config()
    authorities = Path(config.timestamp_ca) if config.timestamp_ca else None
    tally = Tally("en" if english or as_json else config.language)
    witness = Witness.at(config.witness_file)
    if bundle is None and not witness.size:
        tally.unwitnessed = str(witness.path)
    with opened_database(config) as engine, read_session(engine) as session:
        reports = (
            bundle_reports(session, bundle)
            if bundle is not None
            else checked(session, open_store(config), number, authorities, witness)
        )
        for report in reports:
            tally.add(report)
    if as_json:
        say_json(tally.summary())
    else:
        say_tally(tally)
    if tally.faults:
        raise typer.Exit(ExitCode.SOME_FAILED)


def bundle_reports(session: "Session", file: Path) -> "Iterator[EvidenceReport]":
    """What is in a bundle, compared with the log. Raises WrongUsageError where the file cannot be read."""
    from crawler.evidence.bundle_check import check_bundle
    from takedown.cli.faults import WrongUsageError

    try:
        yield from check_bundle(session, file)
    except OSError as error:
        raise WrongUsageError(
            f"{file}: {error.strerror}; name a bundle that `lachan evidence export` wrote",
            f"{file}: {error.strerror}; nêu một gói mà `lachan evidence export` đã ghi",
        ) from error


def checked(
    session: "Session", store: "ArtifactStore", number: int | None, authorities: Path | None, witness: "Witness"
) -> "Iterator[EvidenceReport]":
    """A report for each sealed visit of a case, or of all there are, its assessments and the audit log among them."""
    from crawler.evidence.verify import verify_all, verify_case
    from takedown.history import host_of_case

    if number is None:
        yield from verify_all(session, store, authorities, witness)
    else:
        yield from verify_case(session, store, host_of_case(session, number), authorities, witness)
    yield history_report(session, number)
    yield case_report(session, number)


def history_report(session: "Session", number: int | None) -> "EvidenceReport":
    """What the histories of a case, or of all, and the audit log do not tell alike; with number 0."""
    from crawler.evidence.faults import EvidenceReport, Fault
    from takedown.history_check import check_history

    def told(fault: "HistoryFault") -> Fault:
        line = f"«{fault.what}» {fault.at:%Y-%m-%d %H:%M:%S} UTC" if fault.at else ""
        expected, found = {
            "altered": (f"{line} as in the audit log", "other words"),
            "missing": (f"{line} as in the audit log", "no such line"),
            "added": ("an entry in the audit log", f"{line} without one"),
            "unreadable": ("a line as it was written", fault.what),
        }[fault.kind]
        return Fault(fault.kind, f"history of {fault.subject}", expected, found)

    return EvidenceReport(0, faults=tuple(map(told, check_history(session, number))))


def case_report(session: "Session", number: int | None) -> "EvidenceReport":
    """What the row of a case, or of any, tells otherwise than its history; with number 0."""
    from crawler.evidence.faults import EvidenceReport, Fault
    from takedown.case_check import check_cases

    def told(fault: "CaseFault") -> Fault:
        expected, found = {
            "altered": (f"{fault.column} «{fault.expected}» as in its history", f"«{fault.found}»"),
            "missing": ("a row as in its history", "no row"),
            "added": ("a line in its history that opened it", "none"),
            "unreadable": ("a row as it was written", fault.found),
        }[fault.kind]
        return Fault(fault.kind, f"row of {fault.subject}", expected, found)

    return EvidenceReport(0, faults=tuple(map(told, check_cases(session, number))))


def export(
    number: Annotated[int, typer.Argument(metavar="ID", min=1, help="The case.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="The bundle; by default case-ID.zip.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """Export one case's evidence as a bundle that a third party can check without this program."""
    from takedown.cli.configured import load_config
    from takedown.cli.shown import complain, in_language, say, say_json

    config = load_config()
    language = "en" if english else config.language
    report = export_case(number, output or Path(), config)
    if report.unstamped:
        words = in_language(language, "{} lượt xem chưa có dấu giờ", "{} visits have no time-stamp")
        pending = any(state == "pending" for _, state in report.unstamped)
        complain(words.format(len(report.unstamped)) + ("; lachan evidence stamp" if pending else ""))
    if as_json:
        say_json(report)
        return
    words = in_language(
        language,
        "{}: {} lượt xem, {} bản đánh giá, {} tệp, {:.1f} MB, sha256 {}. README.md bên trong chỉ cách kiểm tra.",
        "{}: {} visits, {} assessments, {} files, {:.1f} MB, sha256 {}. The README.md inside says how to check it.",
    )
    counts = (len(report.observations), report.assessments, report.files)
    say(words.format(report.path, *counts, report.size / 1e6, report.digest))


def export_case(number: int, output: Path, config: "Config") -> "BundleReport":
    """Writes the bundle to ``output``, or into that folder, and notes it in the audit log in a moment of its own, so
    that packing keeps no sweep from writing. Raises CaseMissingError, EvidenceError."""
    from datetime import UTC, datetime

    from crawler.evidence.export import EXPORTED, export_bundle
    from storage.audit import record_audit
    from storage.db import read_session, write_session
    from storage.walk import named_rows
    from takedown.cli.faults import WrongUsageError
    from takedown.cli.opening import open_store, opened_database
    from takedown.queue import load_case

    out = output / f"case-{number}.zip" if output.is_dir() else output
    if not out.absolute().parent.is_dir():
        raise WrongUsageError(
            f"-o {out}: no such folder {out.absolute().parent}; make it first, or name another",
            f"-o {out}: không có thư mục {out.absolute().parent}; hãy tạo trước, hoặc nêu thư mục khác",
        )
    ca = Path(config.timestamp_ca) if config.timestamp_ca else None
    with opened_database(config) as engine:
        with read_session(engine) as session:
            with named_rows():
                title = load_case(session, number).row.title
            report = export_bundle(session, open_store(config), out=out, title=title, case_id=number, ca=ca)
        detail = {"case": number, "observations": list(report.observations), "bytes": report.size}
        with write_session(engine) as session:
            subject = f"bundle:{report.digest}"
            record_audit(
                session, at=datetime.now(UTC), actor=user_name(), action=EXPORTED, subject=subject, detail=detail
            )
            session.commit()
    return report


def user_name() -> str:
    """Who runs this, as the system knows them."""
    import os
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"


def stamp(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """Ask the time-stamp authorities again for what is still pending."""
    from takedown.cli.configured import load_config
    from takedown.cli.exit_codes import ExitCode
    from takedown.cli.shown import complain, in_language, say, say_json

    config = load_config()
    report = stamp_all(config)
    if as_json:
        say_json(report)
    else:
        words = in_language(
            "en" if english else config.language,
            "Dấu giờ: {} đã có, {} còn chờ.",
            "Time-stamps: {} obtained, {} still pending.",
        )
        say(words.format(report.stamped, report.pending))
    if report.pending:
        complain(f"lachan: {report.reason}")
        raise typer.Exit(ExitCode.SOME_FAILED)


def stamp_all(config: "Config") -> "StampReport":
    """Rounds until nothing is pending or no authority answers. Raises WrongUsageError where none is set."""
    from datetime import UTC, datetime

    from crawler.bounds import DEFAULT_BOUNDS
    from crawler.evidence.authority_http import stamper_of
    from crawler.evidence.timestamp import StampReport, stamp_pending
    from storage.db import write_session
    from takedown.cli.faults import WrongUsageError
    from takedown.cli.opening import open_store, opened_database

    if not config.timestamp_urls.strip():
        raise WrongUsageError(
            "no time-stamp authority is set; name some in LACHAN_TIMESTAMP_URLS",
            "chưa đặt tổ chức cấp dấu thời gian; nêu trong LACHAN_TIMESTAMP_URLS",
        )
    policy = config.egress_policy()
    stamper, store = stamper_of(config, policy, DEFAULT_BOUNDS), open_store(config)
    stamped = 0
    with opened_database(config) as engine:
        while True:
            with write_session(engine) as session:
                report = stamp_pending(session, store, stamper, datetime.now(UTC))
                session.commit()
            stamped += report.stamped
            if report.failed or not report.stamped:
                return StampReport(stamped, report.failed, report.pending, report.reason)
