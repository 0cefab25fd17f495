"""`lachan serve`: the web desk."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from crawler.config import Config
    from takedown.web.desk import Desk


class CrawlerEvidence:
    """Lends the desk the crawler's checks: this package is where both meet."""

    def __init__(self, config: "Config", engine: "Engine") -> None:
        self._config = config
        self._engine = engine

    def faults(self, case_id: int) -> tuple[str, ...]:
        """What does not hold of a case's evidence, in words."""
        from storage.db import read_session
        from storage.witness import Witness
        from takedown.cli.evidence import checked
        from takedown.cli.opening import open_store

        ca = Path(self._config.timestamp_ca) if self._config.timestamp_ca else None
        witness = Witness.at(self._config.witness_file)
        with read_session(self._engine) as session:
            reports = checked(session, open_store(self._config), case_id, ca, witness)
            return tuple(
                f"{report.url or 'audit'} #{report.observation_id}: {fault.kind} {fault.file} ({fault.found})"
                for report in reports
                for fault in report.faults
            )

    def export(self, case_id: int, to: Path) -> None:
        """Writes the bundle."""
        from crawler.errors import EvidenceError
        from takedown.cli.evidence import export_case
        from takedown.errors import RefusedError

        try:
            export_case(case_id, to, self._config)
        except EvidenceError as error:  # what does not hold is not handed out, and the page says why
            raise RefusedError(str(error), error.vi) from error


def serve(
    listen: Annotated[str | None, typer.Option(metavar="HOST:PORT", help="Instead of LACHAN_DESK_LISTEN.")] = None,
) -> None:
    """Open the web desk. It serves this machine alone unless LACHAN_DESK_HTTPS says that a proxy ends TLS before it."""
    import uvicorn

    from takedown.cli.configured import load_config
    from takedown.cli.exit_codes import ExitCode
    from takedown.cli.opening import opened_database
    from takedown.cli.shown import complain, in_language, say
    from takedown.web.app import create_app
    from takedown.web.warming import warm_up

    config = load_config()
    host, port = parse_listen(listen or config.desk_listen, https=config.desk_https)
    with opened_database(config, make=True) as engine:
        app = create_app(make_desk(config, engine))
        warm_up()
        shown = f"[{host}]" if ":" in host else host
        told = in_language(config.language, "Bàn làm việc: {}  (Ctrl-C để dừng)", "The desk: {}  (Ctrl-C stops it)")
        say(told.format(f"http://{shown}:{port}/"))
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                log_level="warning",
                access_log=False,
                server_header=False,
                proxy_headers=config.desk_https,
                timeout_keep_alive=30,
                h11_max_incomplete_event_size=64_000,
                limit_concurrency=200,
            )
        )
        try:
            server.run()
        except SystemExit as error:  # the port is taken: uvicorn has said so
            complain(f"lachan: nothing listens on {host}:{port}; choose another: lachan serve --listen 127.0.0.1:8322")
            raise typer.Exit(ExitCode.BROKEN) from error
        except KeyboardInterrupt:
            pass  # Ctrl-C is how it ends


def parse_listen(value: str, *, https: bool) -> tuple[str, int]:
    """Host and port. Raises WrongUsageError, for an open address without TLS as well."""
    from ipaddress import ip_address

    from takedown.cli.faults import WrongUsageError

    host, _, port = value.rpartition(":")
    host = host.strip("[]")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise WrongUsageError(
            f"`{value}` is no HOST:PORT, as 127.0.0.1:8321", f"`{value}` không phải MÁY:CỔNG, như 127.0.0.1:8321"
        )
    try:
        local = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        local = False
    if not local and not https:
        raise WrongUsageError(
            f"{value} would be open to a network without TLS: listen on 127.0.0.1 behind a proxy that ends TLS, "
            "and set LACHAN_DESK_HTTPS=true",
            f"{value} sẽ mở ra mạng mà không có TLS: nghe ở 127.0.0.1 sau một proxy kết thúc TLS, và"
            " đặt LACHAN_DESK_HTTPS=true",
        )
    return host, int(port)


def make_desk(config: "Config", engine: "Engine") -> "Desk":
    """The desk with this installation's settings."""
    from takedown.cli.configured import list_settings
    from takedown.cli.opening import open_store
    from takedown.cli.sign_in_provider import make_provider
    from takedown.drafting import Letterhead
    from takedown.web.desk import Desk

    return Desk(
        engine=engine,
        store=open_store(config),
        letterhead=Letterhead(config.agency, config.mail_from),
        language=config.language,
        secure=config.desk_https,
        control_url=config.control_url,
        settings=tuple((view.variable, view.value, view.source) for view in list_settings(config)),
        evidence=CrawlerEvidence(config, engine),
        records_key_file=config.records_key_file,
        records_ordinary_days=config.records_ordinary_days,
        provider=make_provider(config),
    )
