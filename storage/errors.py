"""What can go wrong in the store, in words that a person can act on."""


class StorageError(Exception):
    """Base of this package's errors: ``str()`` gives the words in English, ``vi`` in Vietnamese."""

    def __init__(self, en: str, vi: str) -> None:
        super().__init__(en)
        self.vi = vi


class DatabaseUnavailableError(StorageError):
    """The database cannot be reached, opened or written."""


class DatabaseGoneError(DatabaseUnavailableError):
    """The same, and waiting may help: the server does not answer, or another program holds the database."""


class SchemaOutdatedError(StorageError):
    """The database's tables are older or newer than this program."""


class ArtifactMissingError(StorageError):
    """No artifact is stored under that digest."""


class ArtifactCorruptError(StorageError):
    """The stored bytes do not have the digest that they are filed under."""


class ArtifactStoreUnavailableError(StorageError):
    """The evidence store cannot be reached or written."""


class ArtifactTooLargeError(StorageError):
    """The bytes are over the evidence store's bound for one artifact."""


class VaultError(StorageError):
    """The operator's key for personal data is not there or does not fit, or the data was erased; nothing is lost."""


class RowUnreadableError(StorageError):
    """A row holds what no program of ours wrote."""
