"""A time-stamp authority that is down: seals say so and hold; when it is back the next sweep fetches the tokens."""

from pathlib import Path

import pytest

from tests.bench.pages import article
from tests.faults.sweeping import Ended, environment, run
from tests.site.server import LocalWeb
from tests.timestamp_authority import TimestampAuthority

PAGES = {f"t{n}.example": article(n, 20_000) for n in range(4)}


def waiting(env: dict[str, str]) -> str:
    """What doctor says of time-stamps that nobody gave yet."""
    return next(str(check["found"]) for check in run(env, "doctor").said if check["name"] == "pending time-stamps")


def stamps(verified: Ended) -> dict[str, int]:
    """Visits by the state of their time-stamp; the evidence must hold whatever that is."""
    assert verified.code == 0, verified.said
    return dict(verified.said["timestamps"])


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_tokens_are_fetched_when_the_authority_is_back_and_the_seals_are_honest_meanwhile(tmp_path: Path) -> None:
    with LocalWeb.from_pages(PAGES) as web:
        authority = TimestampAuthority(tmp_path / "authority")
        with authority:
            pass  # now its address is known, and nobody listens there
        env = environment(
            web,
            tmp_path / "data",
            LACHAN_TIMESTAMP_URLS=authority.url,
            LACHAN_TIMESTAMP_CA=str(authority.certificate),
            LACHAN_EGRESS_ALLOW=f"{web.egress_allow},{authority.address}",
        )
        swept = run(env, "sweep", *web.targets)
        assert (swept.code, swept.said["recorded"]) == (0, len(PAGES))
        assert "time-stamps are pending" in swept.log
        meanwhile = stamps(run(env, "evidence", "verify"))
        assert meanwhile.keys() == {"pending"}
        assert waiting(env) == f"{meanwhile['pending']} visits wait for one"
        with authority:
            assert run(env, "sweep", "--due").code == 0
        assert stamps(run(env, "evidence", "verify")) == {"stamped": meanwhile["pending"]}
        assert waiting(env) == "none"
