"""What can go wrong in the crawler, in words that a person can act on."""


class CrawlerError(Exception):
    """Base of this package's errors; the message says what is wrong and what to do about it.

    ``str()`` gives it in English, ``vi`` in Vietnamese where people meet it.
    """

    def __init__(self, en: str = "", vi: str = "") -> None:
        super().__init__(en)
        self.vi = vi or en


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


def words_of(error: BaseException) -> tuple[str, str]:
    """What a fault says in English and in Vietnamese; twice the same where it has no other words."""
    return str(error), getattr(error, "vi", "") or str(error)
