"""What can go wrong in the crawler, in words that a person can act on."""


class CrawlerError(Exception):
    """Base of this package's errors; the message says what is wrong and what to do about it."""


class SettingsError(CrawlerError):
    """A setting is unknown or does not hold a usable value."""


class EgressRefusedError(CrawlerError):
    """The address policy forbids this destination."""


class BrowserUnavailableError(CrawlerError):
    """No browser could be found or started."""


class TimestampError(CrawlerError):
    """No time-stamp authority gave a token that holds."""


class NoRoomError(CrawlerError):
    """Too little is free on a disk that a sweep writes to."""


class EvidenceError(CrawlerError):
    """Sealed evidence is missing, altered or incomplete."""
