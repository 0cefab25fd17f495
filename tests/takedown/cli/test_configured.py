"""A setting that nobody knows, or that cannot be used, is named with its place and its remedy."""

from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.config import _CHOICES, Config
from crawler.config_check import checked_config, setting_faults
from crawler.detection.score import Level
from crawler.errors import SettingsError
from takedown.cli.configured import list_settings, load_config

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_an_unknown_variable_names_the_nearest() -> None:
    faults = list(setting_faults({"LACHAN_DELAI": "1", "HOME": "/"}, Path("none.toml")))
    assert faults == [
        (
            "unknown setting LACHAN_DELAI in the environment; did you mean LACHAN_DELAY?",
            "thiết đặt lạ LACHAN_DELAI trong môi trường; có phải LACHAN_DELAY?",
        )
    ]


def test_an_unknown_key_names_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "lachan.toml"
    file.write_text('# ours\ndelay = 1.0\n\nbrowsr = "off"\n[zzzzzz]\n', encoding="utf-8")
    (first, _), (second, _) = setting_faults({}, file)
    assert first == f"{file}:4: unknown setting `browsr`; did you mean browser?"
    assert second == f"{file}:5: unknown setting `zzzzzz`; `lachan settings` lists what there is"


@pytest.mark.parametrize("content", [b"delay = \n", b"\xff\xfe", b"a"])
def test_a_file_that_is_not_toml_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "lachan.toml"
    file.write_bytes(content)
    ((fault, _),) = setting_faults({}, file)
    assert fault.startswith(f"{file}: cannot be read")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LACHAN_ARTIFACTS_URL", "ftp://u:secret@x/y", "`ftp://u:***@x/y` không phải kho chứng cứ"),
        ("LACHAN_DATABASE_URL", "mysql://u:secret@x/y", "không hỗ trợ cơ sở dữ liệu `mysql`"),
        ("LACHAN_SEAL", "none", "phải là `flagged` hoặc `all` (đang là 'none')"),
        ("LACHAN_FREE_MB", "-1", "phải từ 0 trở lên (đang là '-1')"),
        ("LACHAN_SENDING", "perhaps", "phải là true hoặc false"),
        ("LACHAN_DELAY", "soon", "phải là một số"),
        ("LACHAN_EGRESS_PORTS", "http", "không phải cổng; viết số từ 1 đến 65535"),
    ],
)
def test_an_unusable_value_is_told_in_vietnamese(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    code, _, err = run("cases")
    assert (code, f"{name}: " in err, said in err, "secret" in err) == (2, True, True, False), err


def test_an_unusable_value_names_its_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LACHAN_CONCURRENCY", "many")
    with pytest.raises(SettingsError, match=r"LACHAN_CONCURRENCY: .*given: 'many'.*Requests under way"):
        load_config()


BAD = [
    ("LACHAN_CASE_LEVEL", "foo"),
    ("LACHAN_CASE_LEVEL", "clean"),
    ("LACHAN_LOG_LEVEL", "chatty"),
    ("LACHAN_LANGUAGE", "fr"),
    ("LACHAN_ROBOTS", "ignore"),
    ("LACHAN_SEAL", "none"),
    ("LACHAN_WHOIS_SERVER", "foo"),
    ("LACHAN_WHOIS_SERVER", "foo:0"),
    ("LACHAN_RDAP_BASE", "rdap.example"),
    ("LACHAN_RDAP_BOOTSTRAP", "file:///etc/passwd"),
    ("LACHAN_TIMESTAMP_URLS", "https://a.example/tsr,b.example"),
    ("LACHAN_TIMESTAMP_URLS", "https://[/"),
    ("LACHAN_EGRESS_MAP", "xx"),
    ("LACHAN_EGRESS_PORTS", "abc"),
    ("LACHAN_EGRESS_PORTS", ","),
    ("LACHAN_EGRESS_ALLOW", "zz"),
    ("LACHAN_DELAY", "inf"),
    ("LACHAN_REVISIT_HOURS", "1e300"),
]


@pytest.mark.parametrize(("variable", "value"), BAD)
def test_a_value_that_cannot_be_used_is_one_line(variable: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as caught:
        checked_config()
    (line,) = str(caught.value).splitlines()
    assert line.startswith(f"{variable}: ")
    assert f"(given: {value!r}); " in line
    assert "Value error" not in line


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LACHAN_LOG_LEVEL", "debug"),
        ("LACHAN_WHOIS_SERVER", "[::1]:4343"),
        ("LACHAN_WHOIS_SERVER", ""),
        ("LACHAN_RDAP_BASE", "http://127.0.0.1:8080/rdap"),
        ("LACHAN_TIMESTAMP_URLS", " https://a.example/tsr , http://[::1]:81/ ,"),
        ("LACHAN_TIMESTAMP_URLS", ""),
        ("LACHAN_EGRESS_MAP", "a.example=127.0.0.1:80,*.b.example=[::1]"),
        ("LACHAN_EGRESS_PORTS", ""),
        ("LACHAN_EGRESS_ALLOW", "127.0.0.1:80, [::1]:81"),
    ],
)
def test_a_usable_value_is_taken(variable: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, value)
    name = variable.removeprefix("LACHAN_").lower()
    assert getattr(checked_config(), name) == (value.upper() if name == "log_level" else value)


def test_the_levels_of_cases_are_levels() -> None:
    assert set(_CHOICES["case_level"]) < set(Level)


def test_all_faults_are_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("lachan.toml").write_text("browsr = 1\nseal = 'x'\n", encoding="utf-8")
    monkeypatch.setenv("LACHAN_DELAI", "1")
    monkeypatch.setenv("LACHAN_LANGUAGE", "fr")
    with pytest.raises(SettingsError) as caught:
        checked_config()
    starts = [line.split(":")[0] for line in str(caught.value).splitlines()]
    assert starts[:2] == ["unknown setting LACHAN_DELAI in the environment; did you mean LACHAN_DELAY?", "lachan.toml"]
    assert sorted(starts[2:]) == ["LACHAN_LANGUAGE", "lachan.toml"]


def test_a_file_that_is_not_toml_is_a_settings_error() -> None:
    Path("lachan.toml").write_bytes(b"delay = ")
    with pytest.raises(SettingsError, match="cannot be read"):
        checked_config()


def test_a_file_is_no_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "letter.txt"
    file.touch()
    monkeypatch.setenv("LACHAN_DATA_DIR", str(file))
    with pytest.raises(SettingsError, match=r"LACHAN_DATA_DIR: is a file; name a folder .*letter\.txt"):
        checked_config()


def test_a_password_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LACHAN_TIMESTAMP_URLS", "ftp://me:secret@a.example/")
    with pytest.raises(SettingsError, match=r"me:\*\*\*@a\.example") as caught:
        checked_config()
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("words", [("sweep", "--due"), ("cases",), ("settings",), ("seeds", "check")])
def test_every_command_ends_with_code_2(words: tuple[str, ...], run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LACHAN_LANGUAGE", "fr")
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert err.startswith("lachan: LACHAN_LANGUAGE: phải là `vi` hoặc `en` (đang là 'fr'); ")
    assert err.count("\n") == 1


def test_doctor_says_it_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LACHAN_EGRESS_MAP", "xx")
    code, out, _ = run("doctor")
    assert code == 1
    assert "LACHAN_EGRESS_MAP: 'xx' is no name=address; viết tên=ip[:cổng]" in out


def test_the_file_and_the_environment_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("lachan.toml").write_text("delay = 2.5\nper_host = 3\n", encoding="utf-8")
    monkeypatch.setenv("LACHAN_PER_HOST", "4")
    monkeypatch.setenv("LACHAN_DATABASE_URL", "postgresql+psycopg://u:secret@h/n")
    views = {view.name: view for view in list_settings(load_config())}
    assert (views["delay"].value, views["delay"].source) == ("2.5", "lachan.toml:1")
    assert (views["per_host"].value, views["per_host"].source) == ("4", "LACHAN_PER_HOST")
    assert views["robots"].source == "default"
    assert views["database_url"].value == "postgresql+psycopg://u:***@h/n"
    assert views.keys() == Config.model_fields.keys()
