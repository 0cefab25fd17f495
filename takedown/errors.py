"""What can go wrong in the handling of cases, in words that a person can act on."""


class TakedownError(Exception):
    """Base of this package's errors; the message says what is wrong and what to do about it."""


class IllegalTransitionError(TakedownError):
    """The case may not go from its state to the one that was asked for, or no reason was given."""


class CaseChangedError(TakedownError):
    """Somebody else changed the case since it was read."""


class CaseMissingError(TakedownError):
    """No case has this number."""


class NotAllowedError(TakedownError):
    """This person's roles, or a rule such as four eyes, do not allow it."""


class CaseLockedError(TakedownError):
    """Somebody else has the case open for judging."""


class RefusedError(TakedownError):
    """A rule of the desk says no; the message names the rule and what can be done instead."""


class NeedsCaptureError(RefusedError):
    """Nothing but a fresh sealed capture of the page is missing."""


class StaffError(TakedownError):
    """A person, role or password that cannot be used."""


class OfficeDataError(TakedownError):
    """A file of legal bases, agencies or signers is unusable; the message names file and remedy."""


class NoticeError(TakedownError):
    """A notice that is not there, or that cannot be made or changed as asked."""


class AppealError(TakedownError):
    """An objection that is not there, is empty, or cannot be decided as asked."""


class RecordsError(TakedownError):
    """An owner-record request that is not there, is not complete, or cannot be changed as asked."""


class RecordsKeyError(RecordsError):
    """The key for personal data is not there or does not fit; nothing is lost."""
