"""Every poison string in what leaves the desk: no cell is a formula, no header is added, no document does anything."""

import csv
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject
from sqlmodel import select

from storage.models import Notice, Observation
from storage.vault import Vault, add_key
from takedown.delivery.message import build_message
from takedown.drafting import draft_notices
from takedown.followup import prepare_escalation
from takedown.notices import mark_sent, release_notice
from takedown.recipients import ChannelKind, load_recipients
from takedown.recipients.confirmation import Decision, decide_contact
from takedown.records.asking import prepare_asks
from takedown.records.dossier import build_dossier
from takedown.records.gate import Asked
from takedown.records.requests import accept_request, take_request
from takedown.records.subjects import read_subjects
from takedown.web.app import create_app
from takedown.web.desk import Desk
from takedown.withdrawal import order_withdrawal
from tests.takedown.desk import AN, CHI, HEAD, NOW, hire
from tests.takedown.poison import ALL, FILE_NAME, poison_case, words
from tests.takedown.records.asking import LAM, ORDER
from tests.takedown.web.conftest import PASSWORD, desk  # noqa: F401

ACTIVE = frozenset(
    {"/JS", "/JavaScript", "/Launch", "/URI", "/GoToR", "/SubmitForm", "/ImportData", "/RichMedia", "/AA"}
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
OBEYED = frozenset({"Cc", "Cf", "Cs", "Co"})


@pytest.fixture
def files(desk: Desk) -> dict[str, bytes]:  # noqa: F811
    """What is drafted for PA05 and for a foreign host, by name, with the mail that would carry it."""
    number = poison_case(desk)
    host = load_recipients().get("cloudflare")
    assert host is not None
    with desk.writing() as session:
        kind, value = ChannelKind.EMAIL, "abuse@host.example"
        decide_contact(session, host, kind, value, decision=Decision.CONFIRMED, actor="chi", reason=ALL, now=NOW)
        draft_notices(
            session, desk.store, number, head=HEAD, actor=AN, now=NOW, recipients=["pa05_hcm", "cloudflare"], reason=ALL
        )
    found: dict[str, bytes] = {}
    with desk.reading() as session:
        for notice in session.exec(select(Notice)):
            for name, digest, *_ in notice.documents:
                found[f"{notice.recipient_id}/{name}"] = desk.store.get(digest)
            if notice.channel == "email":
                message, _ = build_message(notice, desk.store, sender=HEAD.mailbox, now=NOW)
                found[f"{notice.recipient_id}/mail.eml"] = message.as_bytes()
    return found


def of(files: dict[str, bytes], ending: str) -> list[bytes]:
    found = [data for name, data in files.items() if name.endswith(ending)]
    assert found, ending
    return found


def check_csv(data: bytes) -> None:
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert len({len(row) for row in rows}) == 1, "a cell broke its row"
    assert [cell for row in rows for cell in row if cell.startswith(FORMULA)] == []


def check_docx(data: bytes) -> str:
    """Its words. No field, link, macro, embedded thing or outside relation."""
    said = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            assert not name.endswith((".bin", ".vbs", ".rtf")), name
            if not name.endswith((".xml", ".rels")):
                continue
            tree = ElementTree.fromstring(archive.read(name))
            tags = {element.tag.rpartition("}")[2] for element in tree.iter()}
            fields = [element for element in tree.iter() if element.tag.endswith("}fldSimple")]
            assert {value for field in fields for value in field.attrib.values()} <= {"PAGE"}, name
            assert not tags & {"instrText", "hyperlink", "object", "OLEObject", "altChunk", "subDoc"}, name
            modes = {element.get("TargetMode") for element in tree.iter()}
            assert "External" not in modes, name
            said += [text for text in tree.itertext() if name == "word/document.xml"]
    return "".join(said)


def inside(value: object, seen: set[int]) -> Iterator[DictionaryObject]:
    """Every dictionary of a PDF."""
    if isinstance(value, IndirectObject):
        if value.idnum in seen:
            return
        seen.add(value.idnum)
        value = value.get_object()
    if isinstance(value, DictionaryObject):
        yield value
        for entry in value.values():
            yield from inside(entry, seen)
    elif isinstance(value, ArrayObject):
        for entry in value:
            yield from inside(entry, seen)


def check_pdf(data: bytes) -> str:
    """Its words. Nothing that a reader would run, open, fetch or send."""
    reader = PdfReader(io.BytesIO(data))
    for found in inside(reader.trailer, set()):
        assert not set(found) & ACTIVE, sorted(found)
        assert found.get("/S") not in ACTIVE, found
        if isinstance(found, StreamObject) and found.get("/Type") == "/EmbeddedFile":
            raise AssertionError("a file is embedded")
    text = "".join(page.extract_text() for page in reader.pages)
    assert not [each for each in text if unicodedata.category(each) in {"Cf", "Cs"}]
    return text


def test_lists_are_no_formulas_and_json_is_json(files: dict[str, bytes]) -> None:
    for data in of(files, ".csv"):
        check_csv(data)
    for data in (*of(files, "annex.json"), *of(files, "xarf-1.json")):
        assert "svg/onload" in json.dumps(json.loads(data)), "kept, as it is printed"
    assert not [name for name in files if name.endswith((".rtf", ".html", ".svg"))]


def test_letters_hold_words_and_nothing_else(files: dict[str, bytes]) -> None:
    for data in of(files, "letter.docx"):
        said = check_docx(data)
        assert "1337" not in said
        assert not [each for each in said if unicodedata.category(each) in OBEYED and each not in "\n\t"]
    for data in of(files, "letter.pdf"):
        assert "1337" not in check_pdf(data)


def test_a_mail_has_its_own_headers_and_no_other(files: dict[str, bytes]) -> None:
    (data,) = of(files, "mail.eml")
    message = message_from_bytes(data, policy=policy.default)
    assert sorted(name.lower() for name in message.keys()) == [  # noqa: SIM118 (keys repeat where a header does)
        "auto-submitted", "content-type", "date", "from", "message-id", "mime-version", "subject", "to",
        "x-lachan-reference",
    ]  # fmt: skip
    assert message["To"] == "abuse@host.example"
    assert message.defects == []
    for part in message.walk():
        assert part.get_filename() is None or re.fullmatch(r"[A-Za-z0-9._-]+", part.get_filename())
    body = message.get_body().get_content()  # type: ignore[attr-defined]
    assert not [each for each in body if unicodedata.category(each) in OBEYED and each not in "\n\r\t"]


def test_what_escalates_and_takes_back_is_words_alone(desk: Desk) -> None:  # noqa: F811
    number, later = poison_case(desk), NOW + timedelta(hours=73)
    with desk.writing() as session:
        (first,) = draft_notices(session, desk.store, number, head=HEAD, actor=AN, now=NOW, recipients=["pa05_hcm"])
        release_notice(session, first.id or 0, actor=CHI, now=NOW)
        mark_sent(session, first.id or 0, proof=ALL[:400], actor=AN, now=NOW)
        first.recipient_name = words(300)
        for visit in session.exec(select(Observation)):
            visit.observed_at = later
        session.flush()
        escalation = prepare_escalation(session, desk.store, first.id or 0, head=HEAD, actor=AN, now=later)
        order_withdrawal(session, desk.store, number, reason=ALL, actor=CHI, now=later)
        back = session.exec(select(Notice).where(Notice.kind == "withdrawal")).one()
        message, _ = build_message(back, desk.store, sender=HEAD.mailbox, now=later)
    files = {file.name: file.data for file in escalation.files}
    files.update({f"back-{name}": desk.store.get(digest) for name, digest, *_ in back.documents})
    assert {"escalation.zip", "back-letter.pdf", "back-letter.docx"} <= set(files)
    for name, data in files.items():
        if name.endswith("letter.pdf"):
            assert "1337" not in check_pdf(data)
        elif name.endswith(".docx"):
            assert "1337" not in check_docx(data)
        elif name.endswith(".csv"):
            check_csv(data)
    with zipfile.ZipFile(io.BytesIO(files["escalation.zip"])) as pack:
        assert all(re.fullmatch(r"[a-z0-9-]+(/[A-Za-z0-9._-]+)?|summary\.json", name) for name in pack.namelist())
        json.loads(pack.read("summary.json"))
    assert "\n" not in str(message["Subject"])
    assert message_from_bytes(message.as_bytes(), policy=policy.default).defects == []


def test_a_dossier_of_poison_is_words_alone(desk: Desk, tmp_path: Path) -> None:  # noqa: F811
    hire(desk.engine, LAM)
    add_key(tmp_path / "keys")
    vault = Vault.load(tmp_path / "keys")
    asked = Asked(
        document_number=words(100), document_date=NOW.date(), agency=words(300), unit=words(300, 3), officer=words(200),
        contact=words(200), case_number=words(100), legal=("luat_an_ninh_mang_2025_thong_tin",), purpose=ALL,
        subjects=read_subjects("shop-a.example"), pasted="shop-a.example", received_at=NOW,
    )  # fmt: skip
    poison_case(desk)
    with desk.writing() as session:
        order = ORDER.read(FILE_NAME, b"%PDF-1.7 order")
        number = take_request(session, desk.store, vault, asked, order=order, actor=LAM, now=NOW).request.id or 0
        accept_request(session, vault, number, actor=CHI, now=NOW)
    with desk.reading() as session:
        made = build_dossier(session, desk.store, vault, number, head=HEAD, actor=CHI, now=NOW)
        letters = prepare_asks(session, vault, number, head=HEAD, actor=AN, now=NOW)
    assert {letter.ask.kind for letter in letters} == {"disclose", "preserve"}
    for letter in letters:
        assert "1337" not in check_docx(letter.docx) + check_pdf(letter.pdf)
    files = {Path(file.name).suffix: file.data for file in made.files}
    check_csv(files[".csv"])
    json.loads(files[".json"])
    assert "1337" not in check_docx(files[".docx"]) + check_pdf(files[".pdf"])
    assert set(files) == {".pdf", ".docx", ".csv", ".json"}


def test_statistics_as_csv_are_no_formulas(desk: Desk) -> None:  # noqa: F811
    poison_case(desk)
    client = TestClient(create_app(desk), base_url="http://desk.example", follow_redirects=False)
    assert client.post("/sign-in", data={"name": "an", "password": PASSWORD}).status_code == 303
    for name in ("weeks.csv", "survival.csv", "providers.csv"):
        answer = client.get(f"/files/statistics/{name}")
        assert answer.headers["content-disposition"].startswith("attachment")
        check_csv(answer.content)
