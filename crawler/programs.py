"""The programs that set-up unpacked beside the environment, where nobody may install any: browser, fonts, tesseract."""

import os
import sys
from pathlib import Path

FOLDER = Path(sys.prefix).with_name(".venv-system") / "bin"
DRIVER = "PLAYWRIGHT_NODEJS_PATH"  # Playwright's own name for it


def find_unpacked_programs(folder: Path = FOLDER) -> None:
    """Puts them behind the system's own on this process's search path, and on that of all that it starts."""
    known = os.environ.get("PATH", os.defpath).split(os.pathsep)
    if folder.is_dir() and str(folder) not in known:
        os.environ["PATH"] = os.pathsep.join([*known, str(folder)])
    if (driver := folder / "playwright-node").exists():
        os.environ.setdefault(DRIVER, str(driver))
