"""Scrapy's settings: the ordered list of every component that runs, and the limits that Scrapy itself enforces."""

from typing import Any

from crawler.bounds import DEFAULT_BOUNDS
from crawler.config import Config
from crawler.config_check import checked_config
from crawler.errors import SettingsError
from crawler.programs import find_unpacked_programs

BOT_NAME = "lachan"
find_unpacked_programs()
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
COMMANDS_MODULE = "crawler.commands"

# -- the only way out
DOWNLOAD_HANDLERS = {
    "http": "crawler.egress.download_handler.CheckedDownloadHandler",
    "https": "crawler.egress.download_handler.CheckedDownloadHandler",
    "ftp": None,
    "file": "crawler.egress.file_handler.SavedPageHandler",  # for `scrapy shell FILE`; shut in a sweep
    "s3": None,
    "data": None,
}
TWISTED_REACTOR_ENABLED = False  # plain asyncio: a third faster here, and one loop with the browser
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

# -- what runs, in order; a lower number is nearer to the engine
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,  # no proxy of the environment's
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,  # nothing carries over from page to page
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.middlewares.robots.RobotsMiddleware": 100,
    "crawler.middlewares.decoding.DecodingMiddleware": 590,
    "crawler.middlewares.recorder.RecorderMiddleware": 950,
}
SPIDER_MIDDLEWARES: dict[str, int | None] = {
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,  # every answer is a visit
}
EXTENSIONS = {
    "scrapy.extensions.telnet.TelnetConsole": None,
    "scrapy.extensions.logstats.LogStats": None,  # our own progress says more
    "crawler.extensions.workbench.Workbench": 10,  # first: others build on it
    "crawler.extensions.leases.LeaseKeeper": 20,
    "crawler.extensions.timestamps.TimestampKeeper": 30,
    "crawler.extensions.report.ReportWriter": 40,
    "crawler.extensions.progress.SweepProgress": 50,
    "crawler.extensions.interruption.Interruption": 60,
}
ITEM_PIPELINES = {
    "crawler.pipelines.recall.RecallPipeline": 50,  # from our own database alone, and what it finds decides on sealing
    "crawler.pipelines.seal.SealPipeline": 100,  # before any look-up: none may cost evidence that is in hand
    "crawler.pipelines.enrich.EnrichPipeline": 200,
    "crawler.pipelines.assess.AssessPipeline": 300,
    "crawler.pipelines.store.StorePipeline": 400,
    "crawler.pipelines.feed.FeedPipeline": 500,
}
CONCURRENT_ITEMS = 4  # 100 would start 100 tasks a response

# -- bounds
DOWNLOAD_MAXSIZE = DEFAULT_BOUNDS.wire_bytes
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = False  # the visit says «truncated»
REDIRECT_MAX_TIMES = DEFAULT_BOUNDS.redirects
REFERRER_POLICY = "no-referrer"
STATS_DUMP = False
METAREFRESH_ENABLED = False  # a browser follows it, and it is a fact of the page
RETRY_TIMES = 1  # the frontier backs off in its own time
RETRY_HTTP_CODES: list[int] = []
RETRY_EXCEPTIONS = ["scrapy.exceptions.DownloadFailedError"]  # a broken connection; neither time-outs nor refusals
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 64_000_000
COOKIES_ENABLED = False
ROBOTSTXT_USER_AGENT = "lachan"
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "vi-VN,vi;q=0.9,en-US;q=0.6,en;q=0.5",
}
LOG_ENABLED = True
LOG_FORMATTER = "crawler.log.QuietFormatter"


def operator_settings(config: Config) -> dict[str, Any]:
    """The Scrapy settings that follow from the operator's."""
    return {
        "USER_AGENT": config.user_agent,
        "CONCURRENT_REQUESTS": config.concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": config.per_host,
        "DOWNLOAD_DELAY": config.delay,
        "DOWNLOAD_TIMEOUT": config.fetch_seconds,
        "LOG_LEVEL": config.log_level,
        "LACHAN_ROBOTS": config.robots,
        "LACHAN_CONFIG": config.model_dump_json(),
    }


try:
    globals().update(operator_settings(checked_config()))
except SettingsError as error:  # Scrapy reads this module before anything of ours could catch it
    raise SystemExit(f"{BOT_NAME}: {error}") from error
