"""The recipients that ship are whole, and every fault in a file is named with file, line and remedy."""

from datetime import date
from pathlib import Path

import pytest

from seeds import load_brands, load_hosting
from takedown.recipients import ChannelKind, ContactState, RecipientDataError, RecipientKind, load_recipients
from takedown.recipients.load import FOLDER, FOLDERS, channel_problem

WHOLE = """\
id = "desk"
name = "A desk"
kind = "hosting"
state = "confirmed"
accepts = ["website"]
who_may_file = "anyone"
required = ["URL"]
legal_basis = []
deadline = ""
automation = "form_draft"
source = "its own page"
valid_from = 2026-11-01
last_verified = 2026-11-01
verified_by = "public source"

[[channels]]
kind = "email"
value = "abuse@desk.example"
"""


def write(folder: Path, text: str, name: str = "desk") -> Path:
    path = folder / "hosts" / f"{name}.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_every_recipient_that_ships_is_read_and_dated() -> None:
    registry = load_recipients()
    assert len(registry) >= 80
    for entry in registry.recipients:
        assert entry.valid_from <= date(2026, 12, 31)
        assert entry.source, entry.id
        assert (entry.state is ContactState.CONFIRMED) == bool(entry.last_verified and entry.verified_by), entry.id


def test_what_is_general_knowledge_cannot_be_used_before_a_person_confirmed_it() -> None:
    for entry in load_recipients().recipients:
        if entry.state is ContactState.UNCONFIRMED:
            assert entry.usable_channels() == (), entry.id
        assert all(channel.value for channel in entry.usable_channels())


def test_each_kind_stands_in_its_folder() -> None:
    assert {path.parent.name for path in FOLDER.glob("*/*.toml")} == set(FOLDERS)


def test_platforms_and_banks_are_those_of_the_seeds() -> None:
    registry = load_recipients()
    known = {platform.id for platform in load_hosting().platforms}
    bins = {brand.napas_bin for brand in load_brands()}
    for entry in registry.recipients:
        assert set(entry.platforms) <= known, entry.id
        assert set(entry.bins) <= bins, entry.id


def test_a_recipient_is_found_by_what_it_is_responsible_for() -> None:
    registry = load_recipients()
    found = (
        registry.registrar(iana_id="1586"),
        registry.registrar(name="NAMECHEAP INC"),
        registry.registry("shop.com.vn"),
        registry.platform("weebly"),
        registry.network(13335),
        registry.bank("970436"),
        registry.carrier("0912345678"),
    )
    assert [entry.id if entry else None for entry in found] == [
        "matbao", "namecheap", "vnnic", "weebly", "cloudflare", "vietcombank", "vinaphone",
    ]  # fmt: skip
    assert registry.registrar(iana_id="999999", name="Namecheap, Inc.") is None  # the number counts, not the name
    assert registry.registrar() is None
    assert registry.of_kind(RecipientKind.REGISTRY)


@pytest.mark.parametrize(
    ("before", "after", "line", "word"),
    [
        ('kind = "hosting"', 'kind = "hoster"', 3, "hoster"),
        ('state = "confirmed"', 'state = "sure"', 4, "sure"),
        ('accepts = ["website"]', 'accepts = ["planets"]', 5, "planets"),
        ('accepts = ["website"]', "accepts = []", 5, "accepts"),
        ("valid_from = 2026-11-01", 'valid_from = "2026-11-01"', 12, "date"),
        ('verified_by = "public source"', 'verified_by = ""', 4, "verified_by"),
        ('deadline = ""', 'deadline = ""\ndeadline_hours = -1', 10, "hours"),
        ('deadline = ""', 'deadline = ""\nendpoint = "x"', 10, "unknown"),
        ('value = "abuse@desk.example"', 'value = "abuse@desk"', 16, "e-mail"),
        ('value = "abuse@desk.example"', 'value = "buse@a.example, c@b.example"', 16, "one a channel"),
        (
            'kind = "email"\nvalue = "abuse@desk.example"',
            'kind = "web_form"\nvalue = "http://desk.example"',
            16,
            "https",
        ),
        ('kind = "email"', 'kind = "pigeon"', 16, "pigeon"),
        ('id = "desk"', 'id = "other"', 1, "file's name"),
    ],
)
def test_a_fault_is_named_with_file_line_and_remedy(
    tmp_path: Path, before: str, after: str, line: int, word: str
) -> None:
    assert before in WHOLE
    path = write(tmp_path, WHOLE.replace(before, after))
    with pytest.raises(RecipientDataError) as caught:
        load_recipients(tmp_path)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert word in str(caught.value)


def test_missing_keys_damaged_files_and_an_empty_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(RecipientDataError, match="holds no recipients"):
        load_recipients(tmp_path)
    write(tmp_path, WHOLE.replace('name = "A desk"\n', ""))
    write(tmp_path, "id = [", "broken")
    with pytest.raises(RecipientDataError) as caught:
        load_recipients(tmp_path / ".")
    assert "lacks name" in str(caught.value)
    assert "broken.toml" in str(caught.value)


def test_two_recipients_cannot_claim_the_same(tmp_path: Path) -> None:
    claim = WHOLE.replace('source = "its own page"', 'source = "its own page"\niana_ids = [7]')
    write(tmp_path, claim)
    write(tmp_path, claim.replace('id = "desk"', 'id = "desk2"'), "desk2")
    with pytest.raises(RecipientDataError, match="claimed by desk too"):
        load_recipients(tmp_path)


def test_an_address_that_would_break_a_mail_header_is_refused() -> None:
    assert channel_problem(ChannelKind.EMAIL, "a@b.example\nBcc: c@d.example")
    assert channel_problem(ChannelKind.EMAIL, "mailto:a@b.example")
    assert channel_problem(ChannelKind.PHONE, "see name")
    assert channel_problem(ChannelKind.WEB_FORM, "https://[")
    assert channel_problem(ChannelKind.EMAIL, "a@b.example") is None


def test_every_platform_of_the_seeds_has_somebody_to_tell_and_guesses_say_so() -> None:
    registry = load_recipients()
    assert [entry.id for entry in load_hosting().platforms if registry.platform(entry.id) is None] == []
    unsure = [entry for entry in registry.recipients if entry.source == "general knowledge"]
    assert unsure
    assert not any(channel.usable for entry in unsure for channel in entry.channels)
