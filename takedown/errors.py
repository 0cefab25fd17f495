"""What can go wrong in the handling of cases, in words that a person can act on."""


class TakedownError(Exception):
    """Base of this package's errors; the message says what is wrong and what to do about it."""


class IllegalTransitionError(TakedownError):
    """The case may not go from its state to the one that was asked for, or no reason was given."""


class CaseChangedError(TakedownError):
    """Somebody else changed the case since it was read."""


class CaseMissingError(TakedownError):
    """No case has this number."""
