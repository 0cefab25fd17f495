"""Keeps this run's leases alive while it lives."""

import asyncio
import logging
from datetime import UTC, datetime

from crawler.extensions.keeper import Keeper
from crawler.extensions.workbench import LEASE_SECONDS
from crawler.frontier import renew_leases
from storage.db import write_session
from storage.errors import DatabaseUnavailableError

logger = logging.getLogger(__name__)


class LeaseKeeper(Keeper):
    """Renews every tenth of a lease; a run that dies stops renewing, and its targets are due again."""

    async def keep(self) -> None:
        while True:
            await asyncio.sleep(LEASE_SECONDS / 10)
            try:
                await asyncio.to_thread(self._renew)
            except DatabaseUnavailableError as error:
                logger.warning("leases could not be renewed, trying again: %s", error)

    def _renew(self) -> None:
        with write_session(self.bench.engine) as session:
            renew_leases(session, owner=self.bench.owner, now=datetime.now(UTC), lease_seconds=LEASE_SECONDS)
            session.commit()
