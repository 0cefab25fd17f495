"""What can go wrong in the handling of cases, in words that a person can act on."""

from dataclasses import dataclass


class TakedownError(Exception):
    """Base of this package's errors; the message says what is wrong and what to do about it.

    ``str()`` gives it in English, for logs; ``vi`` in Vietnamese. Data files of the release speak English alone.
    """

    def __init__(self, en: str, vi: str) -> None:
        super().__init__(en)
        self.vi = vi


class IllegalTransitionError(TakedownError):
    """The case may not go from its state to the one that was asked for, or no reason was given."""


class CaseChangedError(TakedownError):
    """Somebody else changed the case since it was read."""


class MissingError(TakedownError):
    """Nothing has this number or name."""


class CaseMissingError(MissingError):
    """No case has this number."""


class NotAllowedError(TakedownError):
    """This person's roles, or a rule such as four eyes, do not allow it."""


class CaseLockedError(TakedownError):
    """Somebody else has the case open for judging."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule's word in both languages."""

    rule: str
    vi: str
    en: str


class RefusedError(TakedownError):
    """A rule of the desk says no; the message names the rule and what can be done instead."""

    def __init__(self, en: str, vi: str, reasons: tuple[Reason, ...] = ()) -> None:
        super().__init__(en, vi)
        self.reasons = reasons


class NeedsCaptureError(RefusedError):
    """Nothing but a fresh sealed capture of the page is missing."""


class StaffError(TakedownError):
    """A person, role or password that cannot be used."""


class TokenMissingError(StaffError, MissingError):
    """No token of theirs has this number."""


class OfficeDataError(TakedownError):
    """A file of legal bases, agencies or signers is unusable; the message names file and remedy."""

    def __init__(self, en: str, vi: str = "") -> None:
        super().__init__(en, vi or en)


class NoticeError(TakedownError):
    """A notice that is not there, or that cannot be made or changed as asked."""


class NoticeMissingError(NoticeError, MissingError):
    """No notice, or no mail, has this number."""


class AppealError(TakedownError):
    """An objection that is not there, is empty, or cannot be decided as asked."""


class AppealMissingError(AppealError, MissingError):
    """No objection, or no step of a withdrawal, has this number."""


class RecordsError(TakedownError):
    """An owner-record request that is not there, is not complete, or cannot be changed as asked."""


class RecordMissingError(RecordsError, MissingError):
    """No request, letter or file of theirs has this number or name."""


class ProviderError(TakedownError):
    """What the sign-in provider or the browser brought does not hold: nobody is let in."""


class ProviderDownError(ProviderError):
    """The sign-in provider could not be asked, or answered with what nobody can use; passwords open all the same."""


class ProviderMissingError(MissingError):
    """No sign-in provider is set."""
