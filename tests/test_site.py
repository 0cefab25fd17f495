"""The sample web holds what it promises."""

from tests.site.server import LocalWeb


def test_it_serves() -> None:
    with LocalWeb() as web:
        assert web.targets
