"""What can be wrong with a rule or a lexicon, in words that its author can act on."""


class DetectionError(Exception):
    """Base of this package's errors."""


class RuleError(DetectionError):
    """A rule file declares no rule, an id twice, or points that contradict its family."""


class LexiconError(DetectionError):
    """A lexicon file cannot be read; the message names file and remedy."""
