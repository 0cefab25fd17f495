"""An object store in a local folder: what it returns from has reached the disk, and nothing is seen half-written."""

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

from storage.errors import ArtifactStoreUnavailableError

_READ_ONLY = 0o444
_UNSUPPORTED = {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT}


class FolderStore:
    """Files under ``root``, read-only once written. The folder is made with the first file: reading makes nothing.

    Written by hand rather than by an object-store library: those rename without fsync, so that a power cut leaves an
    empty file under a valid digest. A file is written without a name, synced, then linked: a kill leaves nothing.
    """

    def __init__(self, root: Path) -> None:
        self.where = str(root)
        self._root = root
        with _explained(root):
            nearest = next(path for path in (root, *root.parents) if path.exists())
            if not nearest.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), nearest)

    def create(self, name: str, data: bytes) -> bool:
        path = self._root / name
        with _explained(self._root):
            created = not path.exists() and _write(path, data)
            _sync_folder(path.parent)  # of a name that was taken too: its writer may not have come so far
        return created

    def supplant(self, name: str, data: bytes, aside: str) -> None:
        path = self._root / name
        passing = path.with_name(f".{secrets.token_hex(16)}.partial")
        with _explained(self._root):
            with suppress(FileExistsError, FileNotFoundError):
                os.link(path, self._root / aside)  # the bytes themselves, not a copy that could fail halfway
            try:
                _write(passing, data)
                passing.replace(path)
            finally:
                passing.unlink(missing_ok=True)
            _sync_folder(path.parent)

    def read(self, name: str, limit: int) -> bytes | None:
        with _explained(self._root):
            try:
                with (self._root / name).open("rb") as file:
                    return file.read(limit)
            except FileNotFoundError:
                return None

    def size(self, name: str) -> int | None:
        with _explained(self._root):
            try:
                return (self._root / name).stat().st_size
            except FileNotFoundError:
                return None

    def names(self) -> Iterator[str]:
        if not self._root.exists():
            return  # nothing was kept yet
        for folder, _, files in os.walk(self._root, onerror=_refuse):
            prefix = Path(folder).relative_to(self._root)
            yield from ((prefix / file).as_posix() for file in files)

    def probe(self) -> int:
        with _explained(self._root):
            _make_folders(self._root)
            descriptor, named = _open_unseen(self._root)
            try:
                _write_all(descriptor, b"probe")
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
                if named:
                    named.unlink()
            return shutil.disk_usage(self._root).free


def _write(path: Path, data: bytes) -> bool:
    _make_folders(path.parent)
    try:
        _write_and_link(path, data)
    except FileExistsError:
        return False
    return True


def _write_and_link(path: Path, data: bytes) -> None:
    descriptor, named = _open_unseen(path.parent)
    try:
        _write_all(descriptor, data)
        os.fchmod(descriptor, _READ_ONLY)
        os.fsync(descriptor)
        if named:
            os.link(named, path)
        else:
            _link_descriptor(descriptor, path)
    finally:
        os.close(descriptor)
        if named:
            named.unlink()


def _open_unseen(folder: Path) -> tuple[int, Path | None]:
    """A file without a name, gone with its process; or with a passing name where the file system has no such thing."""
    try:
        return os.open(folder, os.O_TMPFILE | os.O_WRONLY | os.O_CLOEXEC, 0o600), None
    except (OSError, AttributeError) as error:
        if isinstance(error, OSError) and error.errno not in _UNSUPPORTED:
            raise
    named = folder / f".{secrets.token_hex(16)}.partial"
    return os.open(named, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600), named


def _link_descriptor(descriptor: int, path: Path) -> None:
    # linkat() is reached only with a directory given, and only linkat() follows /proc's link to the nameless file.
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.link(f"/proc/self/fd/{descriptor}", path.name, dst_dir_fd=folder, follow_symlinks=True)
    finally:
        os.close(folder)


def _write_all(descriptor: int, data: bytes) -> None:
    remaining = memoryview(data)
    while remaining:
        remaining = remaining[os.write(descriptor, remaining) :]


def _make_folders(folder: Path) -> None:
    missing = [folder, *folder.parents]
    missing = missing[: next(index for index, parent in enumerate(missing) if parent.is_dir())]
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


_REMEDIES = {
    errno.ENOSPC: ("free some space on that disk", "dọn bớt đĩa đó"),
    errno.EDQUOT: ("this user's disk quota is used up", "người dùng này đã hết hạn mức đĩa"),
    errno.EROFS: ("that file system is mounted read-only", "hệ tệp đó được gắn chỉ đọc"),
    errno.EACCES: ("make the folder writable for this user", "cho người dùng này ghi vào thư mục"),
    errno.EPERM: ("make the folder writable for this user", "cho người dùng này ghi vào thư mục"),
}


@contextmanager
def _explained(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        _refuse(error, root)


def _refuse(error: OSError, root: Path | None = None) -> NoReturn:
    other = ("check that folder, or set LACHAN_ARTIFACTS_URL", "xem lại thư mục đó, hoặc đặt LACHAN_ARTIFACTS_URL")
    remedy, remedy_vi = _REMEDIES.get(error.errno or 0, other)
    where = root or error.filename
    raise ArtifactStoreUnavailableError(
        f"the evidence folder {where}: {error.strerror or error}; {remedy}",
        f"thư mục chứng cứ {where}: {error.strerror or error}; {remedy_vi}",
    ) from error
