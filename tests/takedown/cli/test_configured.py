"""A setting that nobody knows, or that cannot be used, is named with its place and its remedy."""

from pathlib import Path

import pytest

from crawler.config import Config
from crawler.errors import SettingsError
from takedown.cli.configured import list_settings, load_config, setting_faults


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_an_unknown_variable_names_the_nearest() -> None:
    faults = list(setting_faults({"LACHAN_DELAI": "1", "HOME": "/"}, Path("none.toml")))
    assert faults == ["unknown setting LACHAN_DELAI in the environment; did you mean LACHAN_DELAY?"]


def test_an_unknown_key_names_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "lachan.toml"
    file.write_text('# ours\ndelay = 1.0\n\nbrowsr = "off"\n[zzzzzz]\n', encoding="utf-8")
    first, second = setting_faults({}, file)
    assert first == f"{file}:4: unknown setting `browsr`; did you mean browser?"
    assert second == f"{file}:5: unknown setting `zzzzzz`; `lachan settings` lists what there is"


@pytest.mark.parametrize("content", [b"delay = \n", b"\xff\xfe", b"a"])
def test_a_file_that_is_not_toml_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "lachan.toml"
    file.write_bytes(content)
    (fault,) = setting_faults({}, file)
    assert fault.startswith(f"{file}: cannot be read")


def test_an_unusable_value_names_its_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LACHAN_CONCURRENCY", "many")
    with pytest.raises(SettingsError, match=r"LACHAN_CONCURRENCY: .*given: 'many'.*Requests under way"):
        load_config()


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
