"""Gets time-stamps for what was just sealed, beside the crawl, so that a slow authority delays no capture."""

import asyncio
import logging
from datetime import UTC, datetime

from scrapy.exceptions import NotConfigured

from crawler.evidence.authority_http import stamper_of
from crawler.evidence.timestamp import StampReport, stamp_pending
from crawler.extensions.keeper import Keeper
from crawler.extensions.workbench import Workbench
from storage.db import write_session
from storage.errors import StorageError

logger = logging.getLogger(__name__)

EVERY_SECONDS = 2.0
AFTER_FAILURE_SECONDS = 120.0


class TimestampKeeper(Keeper):
    """Stamps pending manifests every few seconds; what no authority stamped stays «pending» for a later run."""

    def __init__(self, bench: Workbench) -> None:
        if not bench.config.timestamp_urls.strip():
            raise NotConfigured  # the seal says «off»
        super().__init__(bench)
        self._stamper = stamper_of(bench.config, bench.policy, bench.bounds)

    async def keep(self) -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                report = await asyncio.to_thread(self._stamp)
            except StorageError as error:
                report = StampReport(failed=1, reason=str(error))
            if report.failed:
                logger.warning("time-stamps are pending: %s", report.reason)
                await asyncio.sleep(AFTER_FAILURE_SECONDS)

    def _stamp(self) -> StampReport:
        with write_session(self.bench.engine) as session:
            report = stamp_pending(session, self.bench.store, self._stamper, now=datetime.now(UTC))
            session.commit()
            return report
