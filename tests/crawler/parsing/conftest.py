"""A page's document from a scrap of HTML."""

import pytest

from crawler.bounds import DEFAULT_BOUNDS
from crawler.parsing.tree import read_document


@pytest.fixture(scope="session")
def document():
    def build(html: str, url: str = "https://trang.example/"):
        return read_document(html, url=url, bounds=DEFAULT_BOUNDS)

    return build
