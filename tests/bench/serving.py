"""The benchmark's web, in a process of its own."""

from multiprocessing.connection import Connection

from tests.bench.pages import pictures, shop, web
from tests.site.server import LocalWeb


def serve(pipe: Connection, pages: int) -> None:
    """Serve ``pages`` hosts and the shop of the captures until told to end."""
    with LocalWeb.from_pages({**web(pages), "shop.example": shop(1)}, files=pictures()) as local:
        pipe.send((local.egress_allow, local.egress_map, local.address))
        pipe.recv()
