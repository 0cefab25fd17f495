"""What cases are found by: kept up to date with them, alike on both databases, made anew when it is not."""

import secrets
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, column, inspect, table, text
from sqlalchemy.engine import make_url
from sqlmodel import Session, col, select

import storage.migrations
from storage.db import migrate, open_engine, read_session, write_session
from storage.models import Case, CaseIndicator, CaseSite, CaseWords
from storage.search import (
    FORM,
    ensure_index,
    find_by_indicator,
    find_by_words,
    fold_words,
    holds_words,
    rebuild,
    rebuild_old,
    search_faults,
    sought_form,
)
from tests.takedown.desk import NOW, open_case


def found(session: Session, words: str) -> list[int]:
    """By the index, and by the condition that stands for it: the same."""
    numbers = sorted(find_by_words(session, words, 100))
    if words.strip():
        assert sorted(session.exec(select(Case.id).where(holds_words(words, col(Case.id))))) == numbers, words
    return numbers


@pytest.mark.parametrize(
    ("words", "folded"),
    [
        ("Xả kho  GIẢM GIÁ", "xa kho giam gia"),
        ("Đường đi Đà Nẵng", "duong di da nang"),
        ("u\u031bo\u031bng", "uong"),  # marks on their own
        ("ＳＨＯＰ", "shop"),
        ("\u0130stanbul", "istanbul"),
        ("", ""),
    ],
)
def test_words_are_folded(words: str, folded: str) -> None:
    assert fold_words(words) == folded


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("970436:0123456789", "0123456789"),
        (":0123456789", "0123456789"),
        ("970436:ABC 123", "abc123"),
        ("+84 901-234.567", "84901234567"),
        ("(028) 3822 1234", "02838221234"),
        ("A-B.Example", "a-b.example"),
        ("G-ABC123", "g-abc123"),
        ("x" * 300, "x" * 255),
        (":", ":"),
    ],
)
def test_an_indicator_has_one_form(value: str, form: str) -> None:
    assert sought_form(value) == form


def test_parts_of_words_are_found_without_marks(engine: Engine) -> None:
    shop = open_case(engine, "my-shopee-sale.example")
    bank = open_case(engine, "ngan-hang.example")
    with write_session(engine) as session:
        session.get_one(Case, shop).title = "Xả kho GIẢM GIÁ 90% “đồng hồ”"
        session.get_one(Case, bank).title = 'Đăng nhập "an toàn" OR NEAR(x) gia*'
        session.commit()
    with read_session(engine) as session:
        for words, cases in (
            ("opee", [shop]),
            ("OPEE", [shop]),
            ("giam gia", [shop]),
            ("Giảm giá", [shop]),
            ("gia giam", [shop]),
            ("dong ho", [shop]),
            ("gia", [shop, bank]),
            ("gi", [shop, bank]),
            ("gi opee", [shop]),
            ("hỏ", [shop]),
            ("90%", [shop]),
            ("9%", []),
            ("_", []),
            ("%", [shop]),
            ('"an', [bank]),
            ('toan"', [bank]),
            ("near(x)", [bank]),
            ("gia*", [bank]),
            ("'", []),
            ("\\", []),
            ("mot hai ba bon nam sau bay tam chin", []),
            ("   ", []),
        ):
            assert found(session, words) == cases, words


def test_cases_of_an_older_database_are_found_after_its_upgrade(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/lachan.sqlite")
    config = Config()
    config.set_main_option("script_location", str(Path(storage.migrations.__file__).parent))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0008")
        names = [column["name"] for column in inspect(connection).get_columns("case") if not column["nullable"]]
        values = dict.fromkeys(names, 0) | {"id": 1, "host": "xa-kho.example", "title": "Xả kho"}
        connection.execute(table("case", *map(column, values)).insert().values(values))
        connection.commit()
    migrate(engine)
    with read_session(engine) as session:
        assert len(find_by_words(session, "xa kho", 10)) == 1
    engine.dispose()


def test_an_upgrade_makes_the_words_anew_only_where_other_rules_made_them(engine: Engine) -> None:
    open_case(engine, "shop.example")
    strayed, made_by = text("UPDATE case_words SET words = 'cu'"), text("SELECT form FROM search_form")
    with engine.begin() as connection:
        connection.execute(strayed)
        rebuild_old(connection)
        assert connection.execute(select(CaseWords.words)).scalar() == "cu", "made by these rules: left as it is"
        connection.execute(text("UPDATE search_form SET form = 0"))
        rebuild_old(connection)
        assert str(connection.execute(select(CaseWords.words)).scalar()).startswith("shop.example")
        assert connection.execute(made_by).scalars().all() == [FORM]


def test_who_changes_what_cases_are_found_by_raises_the_form(engine: Engine) -> None:
    number = open_case(engine, "xn--ngnhng-gwa5o.example")
    with write_session(engine) as session:
        session.get_one(Case, number).title = "Xả KHO  Đồng hồ “thật”"
        session.flush()
        words = session.get_one(CaseWords, number).words
    of_today = ("xn--ngnhng-gwa5o.example xa kho dong ho “that” nganhngi.example", "0123456789", "gabc")
    assert (FORM, words, sought_form("970436:0123 456-789"), sought_form(":Gà BC")) == (1, *of_today), (
        "FORM and a new revision, or cases of before are found by other words than those of today"
    )


def test_no_more_are_read_than_asked_for(engine: Engine) -> None:
    for number in range(5):
        open_case(engine, f"shop{number}.example")
    with read_session(engine) as session:
        assert len(find_by_words(session, "shop", 3)) == 3


def test_a_name_in_punycode_is_found_as_it_is_read(engine: Engine) -> None:
    number = open_case(engine, "xn--ngnhng-gwa5o.example")
    odd = open_case(engine, "xn--\u00e9.xn--99999999999.example")
    with read_session(engine) as session:
        readable = "xn--ngnhng-gwa5o"[4:].encode().decode("punycode")
        assert found(session, readable) == [number]
        assert found(session, "xn--99999999999") == [odd]


def test_what_is_found_follows_the_case_and_its_sites(engine: Engine) -> None:
    number = open_case(engine, "first.example")
    with write_session(engine) as session:
        case = session.get_one(Case, number)
        case.title = "Tên mới"
        site = CaseSite(
            case_id=number,
            host="gathered.example",
            domain="gathered.example",
            url="https://gathered.example/",
            added_by="an",
            added_at=NOW,
        )
        session.add(site)
        session.flush()
        assert (found(session, "gathered"), found(session, "ten moi")) == ([number], [number])
        assert found(session, "cua hang gia") == []
        session.rollback()
        assert (found(session, "gathered"), found(session, "cua hang gia")) == ([], [number])
        session.add(CaseSite(**site.model_dump(exclude={"id"})))
        session.commit()
    with write_session(engine) as session:
        kept = session.exec(select(CaseSite)).one()
        kept.removed_at = NOW
        session.commit()
        assert (found(session, "gathered"), search_faults(session)) == ([], ())


def test_an_indicator_is_found_in_its_form(engine: Engine) -> None:
    number = open_case(engine)
    with write_session(engine) as session:
        row = CaseIndicator(case_id=number, kind="bank_account", value="970436:0123456789", first_at=NOW)
        session.add(row)
        session.commit()
        assert find_by_indicator(session, ["0123456789"], 5) == [number]
        row.value = "970436:999"
        session.commit()
        assert [find_by_indicator(session, [form], 5) for form in ("0123456789", "999")] == [[], [number]]


def test_what_strayed_is_named_and_made_anew(engine: Engine) -> None:
    shop, other = open_case(engine, "shop.example"), open_case(engine, "other.example")
    with write_session(engine) as session:
        session.add(CaseIndicator(case_id=shop, kind="phone", value="+84901234567", first_at=NOW))
        session.commit()
    with engine.begin() as connection:  # behind the back of the listeners
        connection.execute(text("UPDATE \"case\" SET title = 'Sửa tay' WHERE host = 'shop.example'"))
        connection.execute(text("DELETE FROM case_words WHERE case_id = :id"), {"id": other})
        connection.execute(text("UPDATE case_indicator SET sought = ''"))
    with read_session(engine) as session:
        assert len(search_faults(session)) == 3
        assert found(session, "other.example") == []
    with engine.begin() as connection:
        assert rebuild(connection) == 2
    with read_session(engine) as session:
        assert search_faults(session) == ()
        assert [found(session, "sua tay"), found(session, "other.example")] == [[shop], [other]]
        assert find_by_indicator(session, ["84901234567"], 5) == [shop]


def test_more_words_than_fit_are_cut(engine: Engine) -> None:
    number = open_case(engine)
    with write_session(engine) as session:
        for place in range(60):
            host = f"{place}-{'a' * 180}.example"
            session.add(CaseSite(case_id=number, host=host, domain=host, url="x", added_by="an", added_at=NOW))
        session.commit()
        assert len(session.get_one(CaseWords, number).words) == 8000
        assert search_faults(session) == ()


def test_a_postgresql_that_refuses_the_extension_searches_without_it(
    postgres_server: str, postgres_clerk: psycopg.Connection
) -> None:
    name, url = f"plain_{secrets.token_hex(6)}", make_url(postgres_server)
    for statement in (
        f"CREATE ROLE {name} LOGIN",
        f"CREATE DATABASE {name}",
    ):
        postgres_clerk.execute(statement.encode())
    with psycopg.connect(str(url.set(database=name)).replace("+psycopg", ""), autocommit=True) as own:
        own.execute(f"GRANT ALL ON SCHEMA public TO {name}".encode())
    engine = open_engine(str(url.set(database=name, username=name)))
    try:
        migrate(engine)
        number = open_case(engine, "shop.example")
        with read_session(engine) as session:
            assert found(session, "hop.ex") == [number]
            assert "is missing" in " ".join(search_faults(session))
        postgres_clerk.execute(f"GRANT CREATE ON DATABASE {name} TO {name}".encode())
        with engine.begin() as connection:
            assert ensure_index(connection)
        with read_session(engine) as session:
            assert found(session, "hop.ex") == [number]
            assert search_faults(session) == ()
    finally:
        engine.dispose()
        postgres_clerk.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
        postgres_clerk.execute(f"DROP ROLE {name}".encode())
