"""Pictures of every page of the desk with a week's work on it: `make screens`.

python -m tests.takedown.web.screens FOLDER [--database FOLDER_OF_A_DEMO] [--only name,name]
"""

import argparse
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser, Page

from crawler.config import Config
from crawler.egress.policy import EgressPolicy
from storage.db import migrate, open_engine
from takedown.actor import CONSOLE, Role
from takedown.cli.serve import make_desk
from takedown.cli.sign_in_provider import asking
from takedown.oidc.links import link_person
from takedown.oidc.provider import Provider
from takedown.one_time_codes import new_secret
from takedown.staff import add_person, find_row, list_people
from takedown.web.desk import Desk
from tests.site.living import PASSWORD, Living, known, live
from tests.takedown.web.office_provider import OfficeProvider, listening
from tests.takedown.web.serving import browser, served

ROOT = Path(__file__).parents[3]
STRANGER, CODED = "provider-stranger", "provider-code"
SIZES = {"wide": (1366, 768), "phone": (390, 844)}


def pages_of(living: Living) -> dict[str, tuple[str, str]]:
    """By a short name: who looks, and where."""
    number = {
        word: next(n for host, n in living.cases.items() if word in host)
        for word in ("xakho", "apexfx", "vneid", "vietcombank", "dichvu", "tuyendung", "chungkhoan")
    }
    case = {f"case-{word}": ("lan", f"/cases/{found}") for word, found in number.items()}
    return {
        "sign-in": ("", "/sign-in"),
        "objection": ("", "/objection"),
        "provider-out": ("", "/sign-in?out=1"),
        STRANGER: ("", "/sign-in/provider"),
        CODED: ("", "/sign-in/provider"),
        "queue": ("lan", "/cases"),
        "queue-table": ("lan", "/cases?view=table&state=open"),
        "queue-empty": ("lan", "/cases?q=khong-co-gi"),
        **case,
        "case-review": ("minh", f"/cases/{number['chungkhoan']}"),
        "seals": ("lan", f"/cases/{number['xakho']}/evidence"),
        "notices": ("hanh", "/notices"),
        "notice": ("hanh", "/notices/2"),
        "notice-draft": ("hanh", "/notices/7"),
        "records": ("son", "/records"),
        "record": ("son", "/records/1"),
        "record-office": ("hanh", "/records/1"),
        "record-new": ("son", "/records/new"),
        "records-overdue": ("hanh", "/records?late=true"),
        "records-letters": ("hanh", "/records/overdue"),
        "records-looks": ("hanh", "/records/looks?q=xakho-thoitrang.example"),
        "records-mails": ("hanh", "/records/mails"),
        "record-mail": ("hanh", "/records/mails"),  # opened by the form that asks for a reason
        "outbox": ("hanh", "/outbox"),
        "replies": ("hanh", "/replies"),
        "appeals": ("tam", "/appeals"),
        "dashboard": ("hanh", "/dashboard"),
        "recipients": ("hanh", "/recipients"),
        "recipients-found": ("hanh", "/recipients?q=cloudflare"),
        "people": ("quan", "/people"),
        "people-links": ("quan", "/people/links"),
        "audit": ("thu", "/audit"),
        "audit-check": ("thu", "/audit/check"),
        "settings": ("quan", "/settings"),
        "me": ("lan", "/me"),
        "welcome": ("son", "/welcome"),
        "fault": ("lan", "/cases/99999"),
    }  # fmt: skip


def main() -> int:
    """Returns the exit code."""
    options = argparse.ArgumentParser(prog="python -m tests.takedown.web.screens", description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--database", type=Path, default=ROOT / "var" / "demo", help="what `make demo` left")
    options.add_argument("--lived", type=Path, help="keep the desk here, and use it again where it is there already")
    options.add_argument("--only", default="", help="names of pages, with commas between")
    options.add_argument("--looks", default="wide-light,phone-dark", help="of wide, phone by light, dark")
    options.add_argument("--language", default="vi")
    chosen = options.parse_args()
    if not (chosen.database / "lachan.sqlite").exists():
        print("run `make demo` first: its cases are what the pictures show", file=sys.stderr)
        return 1
    chosen.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="lachan-screens-") as copied:
        folder = chosen.lived or Path(copied) / "desk"
        if not folder.exists():
            shutil.copytree(chosen.database, folder)
        engine = open_engine(f"sqlite:///{folder / 'lachan.sqlite'}")
        migrate(engine)
        config = Config().model_copy(
            update={
                "data_dir": folder,
                "desk_https": False,
                "mail_from": "desk@agency.example",
                "records_key_file": str(folder / "keys"),
                "database_url": "",
                "artifacts_url": "",
            }
        )
        desk = replace(make_desk(config, engine), records_key_file=str(folder / "keys"))
        living = known(desk) or live(desk)
        with beside_a_provider(desk) as (address, office), browser() as opened:
            for look in chosen.looks.split(","):
                take(
                    opened,
                    address,
                    living,
                    chosen.folder,
                    look,
                    chosen.language,
                    set(filter(None, chosen.only.split(","))),
                    office,
                )
        engine.dispose()
    return 0


@contextmanager
def beside_a_provider(desk: Desk) -> Iterator[tuple[str, OfficeProvider]]:
    """The desk with a sign-in provider of this machine, where one person is linked who also has a one-time code."""
    with socket.socket() as free:  # the provider must know where to send people before the desk has begun
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    office = OfficeProvider(back=f"http://127.0.0.1:{number}/sign-in/provider/back", now=desk.clock())
    with listening(office) as port:
        with desk.writing() as session:
            words = {"name": "thanh", "full_name": "Ngô Thị Thanh", "roles": {Role.REVIEWER}, "password": PASSWORD}
            if "thanh" not in {person.name for person in list_people(session)}:
                add_person(session, **words, actor=CONSOLE, now=desk.clock())  # type: ignore[arg-type]
            find_row(session, "thanh").totp_secret = new_secret()
            link_person(session, name="thanh", issuer=office.issuer, subject=CODED, actor=CONSOLE, now=desk.clock())
        provider = Provider(office.settings, asking(EgressPolicy.parse(f"127.0.0.1:{port}")))
        with served(replace(desk, provider=provider), port=number) as address:
            yield address, office


def take(
    opened: Browser,
    address: str,
    living: Living,
    folder: Path,
    look: str,
    language: str,
    only: set[str],
    office: OfficeProvider,
) -> None:
    """One picture a page, the whole page."""
    size, scheme = look.split("-")
    width, height = SIZES[size]
    entered: dict[str, Page] = {}
    for name, (who, path) in pages_of(living).items():
        if only and name not in only:
            continue
        if who not in entered:
            context = opened.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if scheme == "dark" else "light",
                device_scale_factor=1,
            )
            page = entered[who] = context.new_page()
            if who:
                page.goto(f"{address}/sign-in")
                page.fill("input[name=name]", who)
                page.fill("input[name=password]", PASSWORD)
                page.click("button.primary")
            page.goto(f"{address}/language?to={language}&back=/sign-in")
        page = entered[who]
        office.subject, office.now = name, living.desk.clock()
        page.goto(f"{address}{path}", wait_until="networkidle")
        if name == "record-mail":
            page.fill("form[action$='/open'] [name=reason] >> nth=0", "nhập trả lời")
            page.click("form[action$='/open'] button >> nth=0")
            page.wait_for_selector("pre.words")
        page.screenshot(path=folder / f"{name}-{look}-{language}.png", full_page=True)
        if name == "case-xakho" and look == "wide-light":
            page.pdf(path=folder / f"{name}.pdf", format="A4")
        print(f"{name} {look}", flush=True)
    for page in entered.values():
        page.context.close()


if __name__ == "__main__":
    sys.exit(main())
