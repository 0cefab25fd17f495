"""`lachan records`: from a pasted list to a delivered dossier, by script, with exit codes that cron can tell apart."""

import json
from pathlib import Path

import pytest

from storage.db import open_engine, write_session
from storage.models import CaseIndicator, DomainRecord, RecordAsk
from storage.vault import Vault
from takedown.actor import Actor, Role
from takedown.cli.configured import load_config
from takedown.cli.opening import open_store
from takedown.delivery.replies import take_reply
from takedown.marks import unkeyed_mark
from tests.takedown.cli.conftest import Run
from tests.takedown.desk import AN, CHI, DUNG, NOW, hire, open_case

LAM = Actor("lam", frozenset({Role.POLICE}))
MAI = Actor("mai", frozenset({Role.POLICE}))
WORDS = (
    "--document", "45/CV-PA05", "--date", "2026-11-24", "--agency", "Công an Thành phố", "--unit", "PA05",
    "--officer", "Trần Thị Bưởi", "--case", "123/2026", "--purpose", "xác minh", "--urgency", "24h",
)  # fmt: skip
LAW = ("--law", "luat_an_ninh_mang_2025_thong_tin")


@pytest.fixture
def desk(run: Run, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """People, a key, a list with a line that cannot be read, and the document."""
    engine = open_engine(sqlite_url)
    hire(engine, AN, CHI, DUNG, LAM, MAI)
    with write_session(engine) as session:
        facts = {"registrar": "GoDaddy.com, LLC", "registrar_id": "146"}
        session.add(DomainRecord(domain="shop-a.example", host="shop-a.example", looked_up_at=NOW, facts=facts))
        session.commit()
    monkeypatch.setenv("LACHAN_RECORDS_KEY_FILE", str(tmp_path / "keys"))
    (tmp_path / "a.txt").write_text("hxxps://shop-a[.]example/x\nmau-thu.vn\nkhong phai\n", "utf-8")
    (tmp_path / "cv.pdf").write_bytes(b"%PDF-1.7 order")
    return tmp_path


def told(run: Run, *words: str, code: int = 0) -> dict[str, object] | list[dict[str, object]]:
    ended, out, err = run("records", *words, "--json")
    assert ended == code, err
    found: dict[str, object] | list[dict[str, object]] = json.loads(out)
    return found


def test_from_a_pasted_list_to_a_delivered_dossier(run: Run, desk: Path) -> None:
    told(run, "new-key")
    drafted = told(run, "new", "--list", "a.txt", *WORDS, "--as", "lam", code=1)
    assert isinstance(drafted, dict)
    assert [reject["line"] for reject in drafted["rejects"]] == [3, 3]  # type: ignore[attr-defined,index]
    assert len(drafted["missing"]) == 2  # type: ignore[arg-type]
    code, _, err = run("records", "accept", "1", "--as", "chi")
    assert (code, "no legal basis" in err, "not attached" in err) == (2, True, True)
    told(run, "new", "--list", "a.txt", *WORDS, *LAW, "--order", "cv.pdf", "--amend", "1", "--as", "lam", code=1)
    (accepted,) = told(run, "accept", "1", "--as", "chi")
    assert accepted["state"] == "accepted"  # type: ignore[index]
    letters = told(run, "ask", "1", "--kind", "disclose", "--as", "an")
    assert {letter["recipient"] for letter in letters} == {"godaddy", "vnnic"}  # type: ignore[index]
    mine = next(str(letter["letter"]) for letter in letters if letter["recipient"] == "vnnic")  # type: ignore[index]
    assert run("records", "sent", mine, "--proof", "Số 1", "--as", "an")[0] == 2
    told(run, "sent", mine, "--proof", "Số 12/SKHCN", "--as", "chi")
    words = ("--source", "Số 9", "--fact", "Chủ thể=Nguyễn Văn A", "--letter", mine, "--as", "an")
    code, _, err = run("records", "answer", "1", "khac.vn", *words)
    assert (code, "không hỏi về nó" in err) == (2, True)
    assert told(run, "answer", "1", "mau-thu.vn", *words)["state"] == "answered"  # type: ignore[call-overload]
    shown = told(run, "show", "1", "--reason", "đọc", "--as", "lam")
    assert isinstance(shown, dict)
    assert (shown["officer"], len(shown["items"])) == ("Trần Thị Bưởi", 2)  # type: ignore[arg-type]
    done = told(run, "export", "1", "--deliver", "--reason", "trả lời", "-o", "out", "--as", "chi")
    assert isinstance(done, dict)
    assert (done["state"], done["items"]) == ("delivered", 2)
    paths = sorted((desk / "out").iterdir())
    assert [path.suffix for path in paths] == [".csv", ".docx", ".json", ".pdf"]
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in paths)
    code, _, err = run("records", "export", "1", "--reason", "x", "-o", "out", "--as", "chi")
    assert (code, "đã có rồi" in err) == (2, True)
    assert run("records", "fetch", "1", "cv.pdf", "--reason", "so lại", "-o", "back", "--as", "lam")[0] == 0
    assert (desk / "back" / "cv.pdf").read_bytes() == b"%PDF-1.7 order"
    looks = told(run, "who-saw", "hxxp://mau-thu[.]vn", "--as", "dung")
    assert [(look["actor"], look["reason"]) for look in looks] == [  # type: ignore[index]
        ("lam", "đọc"), ("chi", "trả lời"), ("chi", "x"), ("lam", "so lại"),
    ]  # fmt: skip
    told(run, "close", "1", "--reason", "đã nhận", "--as", "chi")
    assert told(run, "erase") == {"erased": []}
    assert told(run, "erase", "1", "--reason", "theo yêu cầu", "--as", "chi") == {"erased": [1]}
    code, _, err = run("records", "show", "1", "--reason", "x", "--as", "chi")
    assert (code, "đã bị xóa" in err) == (2, True)


def test_police_see_their_own_and_cron_sees_what_is_late(run: Run, desk: Path) -> None:
    told(run, "new-key")
    words = ("new", "--list", "a.txt", *WORDS, *LAW, "--order", "cv.pdf", "--received", "2026-11-24T08:00:00")
    told(run, *words, "--as", "lam", code=1)
    told(run, "accept", "1", "--as", "chi")
    assert told(run, "list", "--as", "mai") == []
    assert run("records", "show", "1", "--reason", "x", "--as", "mai")[0] == 2
    assert told(run, "overdue", "--as", "mai") == {"requests": [], "letters": []}
    late = told(run, "overdue", "--as", "lam", code=1)
    assert isinstance(late, dict)
    assert late["requests"][0]["due_at"] == "2026-11-25T01:00:00+00:00"  # type: ignore[index]
    code, out, _ = run("records", "list", "--as", "lam")
    assert (code, "45/CV-PA05" in out, "Bưởi" in out) == (0, True, False)


def test_without_a_key_nothing_is_taken_and_it_says_how_to_get_one(run: Run, desk: Path) -> None:
    code, _, err = run("records", "new", "--list", "a.txt", "--as", "lam")
    assert (code, "new-key" in err) == (2, True)
    told(run, "new-key")
    told(run, "new", "--list", "a.txt", *WORDS, "--as", "lam", code=1)
    told(run, "new-key")
    assert told(run, "rotate-key")["rewrapped"] == 1  # type: ignore[call-overload]
    assert told(run, "rotate-key")["rewrapped"] == 0  # type: ignore[call-overload]
    (desk / "keys").rename(desk / "elsewhere")
    assert run("records", "list", "--as", "lam")[0] == 0
    code, _, err = run("records", "show", "1", "--reason", "x", "--as", "lam")
    assert (code, "bản sao lưu" in err) == (2, True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("new", "--list", "gone.txt", "--as", "lam"), "No such file"),
        (("new", "--list", "a.txt", "--urgency", "1h", "--as", "lam"), "ordinary, 24h"),
        (("list", "--state", "lost", "--as", "lam"), "drafted"),
        (("ask", "1", "--kind", "x", "--as", "an"), "preserve"),
        (("answer", "1", "a.vn", "--source", "x", "--fact", "x", "--as", "an"), "Chủ thể="),
        (("accept", "9", "--as", "chi"), "không có yêu cầu 9"),
        (("sent", "9", "--proof", "x", "--as", "chi"), "không có công văn 9"),
    ],
)
def test_what_cannot_be_is_said_with_its_remedy(run: Run, desk: Path, words: tuple[str, ...], message: str) -> None:
    told(run, "new-key")
    code, _, err = run("records", *words)
    assert code == 2
    assert message in err


def test_a_readable_owner_goes_under_seal_is_shown_for_a_reason_and_erased(
    run: Run, desk: Path, sqlite_url: str
) -> None:
    owner = "Nguyễn Thị Ánh Tuyết"
    engine = open_engine(sqlite_url)
    case = open_case(engine, "mau-thu.com")
    with write_session(engine) as session:
        row = DomainRecord(domain="mau-thu.com", host="mau-thu.com", looked_up_at=NOW, facts={"registrant": owner})
        session.add_all((row, CaseIndicator(case_id=case, kind="registrant", value=unkeyed_mark(owner), first_at=NOW)))
        session.commit()
        number = row.id
    told(run, "new-key")
    assert "seal-names" in run("doctor", "--en")[1]
    assert told(run, "seal-names") == {"records": 1, "marks": 1}
    assert told(run, "seal-names") == {"records": 0, "marks": 0}
    assert "seal-names" not in run("doctor", "--en")[1]
    (desk / "a.txt").write_text("mau-thu.com\n", "utf-8")
    told(run, "new", "--list", "a.txt", *WORDS, *LAW, "--order", "cv.pdf", "--as", "lam")
    assert owner in run("records", "show", "1", "--reason", "thẩm định", "--as", "chi")[1]
    assert run("whois", "answer", str(number), "owner", "--reason", "x", "--as", "an")[0] == 0
    assert owner in (desk / f"mau-thu.com-{number}-owner.json").read_text("utf-8")
    _, out, _ = run("whois", "erase", "mau-thu.com", "--reason", "yêu cầu", "--as", "chi", "--json")
    assert json.loads(out) == {"domain": "mau-thu.com", "records": [number], "cases": [case]}
    shown = run("records", "show", "1", "--reason", "thẩm định", "--as", "chi")[1]
    assert (owner in shown, "tên niêm phong" in shown) == (False, True)


def test_a_mailed_answer_is_listed_opened_entered_and_dismissed(run: Run, desk: Path, sqlite_url: str) -> None:
    told(run, "new-key")
    told(run, "new", "--list", "a.txt", *WORDS, *LAW, "--order", "cv.pdf", "--as", "lam", code=1)
    told(run, "accept", "1", "--as", "chi")
    letters = told(run, "ask", "1", "--kind", "disclose", "--as", "an")
    mine = next(str(letter["letter"]) for letter in letters if letter["recipient"] == "vnnic")  # type: ignore[index]
    told(run, "sent", mine, "--proof", "Số 12/SKHCN", "--as", "chi")
    engine = open_engine(sqlite_url)
    with write_session(engine) as session:
        code = session.get_one(RecordAsk, int(mine)).token
        store = open_store(load_config())
        for place in (1, 2):
            text = f"From: a@vnnic.example\r\nSubject: {code}\r\n\r\nNguyen Van A {place}\r\n"
            take_reply(session, store, text.encode(), now=NOW, vault=Vault.load(desk / "keys"))
        session.commit()
    assert [row["state"] for row in told(run, "mails", "--as", "an")] == ["waiting", "waiting"]  # type: ignore[index,call-overload]
    assert "Chờ xem" in run("records", "mails", "1", "--as", "an")[1]
    assert run("records", "mails", "--as", "lam")[0] != 0
    assert "Nguyen Van A 1" in run("records", "mail", "1", "--reason", "ghi", "--as", "an")[1]
    assert run("records", "mail", "1", "--reason", "ghi", "--as", "lam")[0] != 0
    entered = told(run, "accept-mail", "1", "mau-thu.vn", "--fact", "Chủ thể=Nguyễn Văn A", "--as", "an")
    assert entered == {"mail": 1, "answer": 1, "request": 1, "letter": int(mine)}
    assert told(run, "dismiss-mail", "2", "--reason", "trùng", "--as", "an")["state"] == "dismissed"  # type: ignore[call-overload]
    assert told(run, "mails", "--as", "an") == []
    assert "Nguyễn Văn A" in run("records", "show", "1", "--reason", "thẩm định", "--as", "chi")[1]
