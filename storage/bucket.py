"""An object store in an S3 bucket, written with a precondition so that nothing whole is ever overwritten."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import S3Store

from storage.errors import ArtifactStoreUnavailableError

_PROBE = "probe/writable"
_NAMES = "LACHAN_ARTIFACTS_URL, LACHAN_S3_ENDPOINT, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY"
_REMEDY, _REMEDY_VI = f"check {_NAMES}", f"kiểm tra {_NAMES}"
_SECONDS = 30


class BucketStore:
    """Objects under ``prefix`` of a bucket; keys come from the AWS variables of the environment."""

    def __init__(self, bucket: str, prefix: str, endpoint: str) -> None:
        self.where = f"s3://{bucket}/{prefix}".rstrip("/")
        with self._explained():
            self._store = S3Store(
                bucket,
                prefix=prefix or None,
                endpoint=endpoint or None,
                virtual_hosted_style_request=not endpoint,
                client_options={
                    "allow_http": endpoint.startswith("http://"),
                    "timeout": timedelta(seconds=_SECONDS * 4),
                    "connect_timeout": timedelta(seconds=5),
                },
                retry_config={"max_retries": 4, "retry_timeout": timedelta(seconds=_SECONDS)},
            )

    def create(self, name: str, data: bytes) -> bool:
        with self._explained():
            try:
                obstore.put(self._store, name, data, mode="create")
            except AlreadyExistsError:
                return False
        return True

    def supplant(self, name: str, data: bytes, aside: str) -> None:
        with self._explained():
            with suppress(FileNotFoundError):
                obstore.copy(self._store, name, aside)
            obstore.put(self._store, name, data, mode="overwrite")

    def read(self, name: str, limit: int) -> bytes | None:
        with self._explained():
            try:
                found = obstore.get(self._store, name)
                return bytes(found.bytes()) if found.meta["size"] <= limit else b""
            except FileNotFoundError:
                return None

    def size(self, name: str) -> int | None:
        with self._explained():
            try:
                return obstore.head(self._store, name)["size"]
            except FileNotFoundError:
                return None

    def names(self) -> Iterator[str]:
        with self._explained():
            for page in obstore.list(self._store):
                yield from (found["path"] for found in page if found["path"] != _PROBE)

    def probe(self) -> None:
        with self._explained():
            obstore.put(self._store, _PROBE, b"probe")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (BaseError, OSError, ValueError) as error:
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
            raise ArtifactStoreUnavailableError(
                f"the evidence store {self.where}: {reason}; {_REMEDY}",
                f"kho chứng cứ {self.where}: {reason}; {_REMEDY_VI}",
            ) from error
