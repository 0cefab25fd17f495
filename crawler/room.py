"""Whether there is room for what a visit brings, asked before a target is leased."""

import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit

from crawler.config import Config
from crawler.errors import NoRoomError


def check_room(config: Config) -> None:
    """Raises NoRoomError where the disk of the database or of the evidence has less than ``free_mb`` left."""
    for folder in watched_folders(config):
        free = shutil.disk_usage(folder).free
        if free < config.free_mb * 1_000_000:
            raise NoRoomError(
                f"only {free // 1_000_000} MB are free in {folder}, and LACHAN_FREE_MB asks for {config.free_mb}; "
                "make room there or set LACHAN_DATA_DIR",
                f"{folder} chỉ còn trống {free // 1_000_000} MB, LACHAN_FREE_MB đòi {config.free_mb}; "
                "dọn chỗ hoặc đặt LACHAN_DATA_DIR",
            )


def watched_folders(config: Config) -> list[Path]:
    """The folders on this machine that a sweep writes to, as far as they are there already."""
    parts = urlsplit(config.artifacts)
    store = [Path(unquote(parts.path))] if parts.scheme == "file" else []
    return [folder for folder in dict.fromkeys((config.data_dir, *store)) if folder.is_dir()]
