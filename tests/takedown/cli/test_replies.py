"""Answers from a real IMAP server: none is lost by a crash, none counted twice, and the server must prove itself."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import func, select

from storage.db import open_engine, read_session, write_session
from storage.models import RecordAsk, RecordRequest, Reply
from takedown.delivery import replies
from takedown.delivery.mailbox import open_mailbox
from takedown.errors import NoticeError
from tests.takedown.delivery.imap_server import ImapServer, imap_server
from tests.takedown.desk import AN, NOW, hire

Run = Callable[..., tuple[int, str, str]]
MAIL = b"From: abuse@host.example\r\nSubject: Re\r\nMessage-ID: <%d@host.example>\r\n\r\nxong %d\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    with imap_server(tmp_path_factory.mktemp("imap")) as running:
        yield running


@pytest.fixture
def trusted(server: ImapServer, monkeypatch: pytest.MonkeyPatch) -> ImapServer:
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    monkeypatch.setenv("LACHAN_IMAP_URL", server.url)
    server.mark_all()
    return server


@pytest.fixture
def stored(sqlite_url: str) -> Iterator[Callable[[], int]]:
    engine: Engine = open_engine(sqlite_url)

    def count() -> int:
        with read_session(engine) as session:
            return session.exec(select(func.count()).select_from(Reply)).one()

    yield count
    engine.dispose()


def test_each_answer_is_kept_once_and_then_marked(run: Run, trusted: ImapServer, stored: Callable[[], int]) -> None:
    trusted.deliver(*(MAIL % (n, n) for n in range(3)))
    code, out, err = run("outbox", "replies", "--json")
    assert code == 0, err
    assert [entry["kind"] for entry in json.loads(out)] == ["answer"] * 3
    assert (stored(), trusted.unread()) == (3, 0)
    assert json.loads(run("outbox", "replies", "--json")[1]) == []


def test_a_crash_before_the_commit_loses_nothing(
    run: Run, trusted: ImapServer, stored: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted.deliver(*(MAIL % (n, n) for n in range(10, 13)))
    take, calls = replies.take_reply, iter((True, False))

    def dies_at_the_second(*words: object, **more: object) -> object:
        taken = take(*words, **more)  # type: ignore[arg-type]
        if not next(calls):
            raise KeyboardInterrupt
        return taken

    monkeypatch.setattr(replies, "take_reply", dies_at_the_second)
    assert run("outbox", "replies")[0] != 0
    assert (stored(), trusted.unread()) == (1, 2)
    monkeypatch.setattr(replies, "take_reply", take)
    assert run("outbox", "replies")[0] == 0
    assert (stored(), trusted.unread()) == (3, 0)


def test_a_mail_that_was_kept_and_not_marked_is_known(
    run: Run, trusted: ImapServer, stored: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted.deliver(MAIL % (20, 20))
    monkeypatch.setattr("takedown.delivery.mailbox.Mailbox.mark_read", lambda _self, _uid: None)
    run("outbox", "replies")
    (again,) = json.loads(run("outbox", "replies", "--json")[1])
    assert (again["known"], stored()) == (True, 1)


def test_the_same_message_id_with_other_words_is_another_mail(
    run: Run, trusted: ImapServer, stored: Callable[[], int]
) -> None:
    trusted.deliver(MAIL % (30, 1), MAIL % (30, 2))
    assert run("outbox", "replies")[0] == 0
    assert stored() == 2


def test_a_server_whose_certificate_nobody_vouches_for_gets_no_password(server: ImapServer) -> None:
    with pytest.raises(NoticeError, match="certificate"), open_mailbox(server.url):
        pass


def test_the_folder_and_the_password_are_named_when_wrong(trusted: ImapServer) -> None:
    with pytest.raises(NoticeError, match="user and password"), open_mailbox(trusted.url.replace("mot-", "hai-")):
        pass
    with pytest.raises(NoticeError, match="Nowhere"), open_mailbox(trusted.url.replace("INBOX", "Nowhere")):
        pass
    with pytest.raises(NoticeError, match="imaps://"), open_mailbox("pop3://x"):
        pass


def test_implicit_tls_is_spoken_and_a_server_that_goes_away_is_named(trusted: ImapServer) -> None:
    """Behind a TLS listener that hangs up after its greeting."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted.certificate, Path(trusted.certificate).with_name("imap-key.pem"))
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]

        def greet_and_go() -> None:
            plain, _ = listener.accept()
            with context.wrap_socket(plain, server_side=True) as secured:
                secured.sendall(b"* OK hello\r\n")

        thread = threading.Thread(target=greet_and_go)
        thread.start()
        url, said = f"imaps://desk:x@localhost:{port}/INBOX", pytest.raises(NoticeError, match=r"reached|does not open")
        with said, open_mailbox(url):
            pass
        thread.join(timeout=30)


def test_a_mail_that_names_people_waits_unread_for_its_key(
    run: Run, trusted: ImapServer, stored: Callable[[], int], sqlite_url: str
) -> None:
    engine = open_engine(sqlite_url)
    with write_session(engine) as session:
        session.add(RecordRequest(id=1, state="asked", made_by="x", made_at=NOW, updated_at=NOW, received_at=NOW))
        session.flush()
        session.add(
            RecordAsk(
                request_id=1, kind="disclose", recipient_id="x", recipient_name="X", role="registrar", state="sent",
                token="HS-23456789AB", prepared_by="an", prepared_at=NOW,
            )
        )  # fmt: skip
        session.commit()
    trusted.deliver(MAIL.replace(b"Re\r", b"HS-23456789AB\r") % (20, 20), MAIL % (21, 21))
    code, out, err = run("outbox", "replies", "--json")
    assert (code, "LACHAN_RECORDS_KEY_FILE" in err) == (1, True)
    assert [entry["kind"] for entry in json.loads(out)] == ["answer"]  # the other one was taken
    assert (stored(), trusted.unread()) == (1, 1)


def test_one_that_cites_no_code_is_listed_shown_and_settled(run: Run, trusted: ImapServer, sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    hire(engine, AN)
    engine.dispose()
    trusted.deliver(MAIL % (40, 40), MAIL % (41, 41))
    assert run("outbox", "replies")[0] == 0
    listed = json.loads(run("replies", "list", "--as", "an", "--json")[1])
    first, second = (str(entry["mail"]) for entry in listed[:2])
    assert "xong 41" in run("replies", "show", first, "--as", "an")[1]
    assert run("replies", "attach", first, "--reason", "x", "--as", "an")[0] == 2
    assert run("replies", "attach", first, "--notice", "1", "--case", "1", "--reason", "x", "--as", "an")[0] == 2
    assert run("replies", "attach", first, "--case", "999", "--reason", "x", "--as", "an")[0] == 2
    assert run("replies", "list", "--state", "lạ", "--as", "an")[0] == 2
    assert run("replies", "dismiss", first, "--reason", "thư rác", "--as", "an")[0] == 0
    assert run("replies", "dismiss", first, "--reason", "thư rác", "--as", "an")[0] == 2
    left = json.loads(run("replies", "list", "--as", "an", "--json")[1])
    assert [str(entry["mail"]) for entry in left][:1] == [second]
    (gone,) = json.loads(run("replies", "list", "--state", "dismissed", "--as", "an", "--json")[1])
    assert (gone["reason"], gone["decided_by"]) == ("thư rác", "an")
