"""Files that `lachan records` reads and writes: lists, attachments, dossiers; bounded, for the owner alone."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from takedown.cli.faults import WrongUsageError

if TYPE_CHECKING:
    from takedown.records.dossier import DossierFile
    from takedown.records.gate import Attachment

_LIST_BYTES = 8_000_000


def read_list(path: Path) -> str:
    """The text of a list, from standard input for ``-``. Raises WrongUsageError."""
    try:
        if str(path) == "-":
            data = sys.stdin.buffer.read(_LIST_BYTES + 1)
        else:
            with path.open("rb") as file:
                data = file.read(_LIST_BYTES + 1)
    except OSError as error:
        raise WrongUsageError(f"{path}: {error.strerror}", f"{path}: {error.strerror}") from error
    if len(data) > _LIST_BYTES:
        raise WrongUsageError(
            f"{path}: over {_LIST_BYTES:,} bytes; divide the list",
            f"{path}: quá {_LIST_BYTES:,} byte; chia danh sách ra",
        )
    return data.decode("utf-8-sig", "replace")


def read_attachment(path: Path) -> "Attachment":
    """A document as it is. Raises WrongUsageError, RecordsError."""
    from takedown.records.gate import MAX_ORDER, Attachment

    try:
        with path.open("rb") as file:
            return Attachment.read(path.name, file.read(MAX_ORDER + 1))
    except OSError as error:
        raise WrongUsageError(f"{path}: {error.strerror}", f"{path}: {error.strerror}") from error


def write_files(folder: Path, files: "tuple[DossierFile, ...]") -> list[str]:
    """Writes them for the owner alone and gives their paths. Raises WrongUsageError where one is there already."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / Path(file.name).name for file in files]
    if there := [str(path) for path in paths if path.exists()]:
        raise WrongUsageError(
            f"{', '.join(there)}: is there already; choose another folder",
            f"{', '.join(there)}: đã có rồi; chọn thư mục khác",
        )
    for path, file in zip(paths, files, strict=True):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(file.data)
    return [str(path) for path in paths]


def in_vietnam(at: datetime) -> datetime:
    """A time without a zone is Vietnam's."""
    from takedown.reports.content import VIETNAM

    return (at if at.tzinfo else at.replace(tzinfo=VIETNAM)).astimezone(UTC)
