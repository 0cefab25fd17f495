"""However many threads a sweep has, its memory lies in few heaps."""

import subprocess
import sys
from pathlib import Path

import pytest

MANY_THREADS = """
import ctypes, sys, threading
from crawler.heaps import keep_heaps_few
if sys.argv[2] == "few":
    print(keep_heaps_few())
library = ctypes.CDLL(None)
library.malloc.restype, library.fopen.restype = ctypes.c_void_p, ctypes.c_void_p
together = threading.Barrier(12)
def hold():
    together.wait()
    library.malloc(100_000)
    together.wait()
threads = [threading.Thread(target=hold) for _ in range(12)]
for each in threads: each.start()
for each in threads: each.join()
file = ctypes.c_void_p(library.fopen(sys.argv[1].encode(), b"w"))
library.malloc_info(0, file)
library.fclose(file)
"""


def heaps(folder: Path, how: str) -> tuple[str, int]:
    told = folder / how
    done = subprocess.run(
        [sys.executable, "-c", MANY_THREADS, str(told), how], capture_output=True, text=True, check=False, timeout=60
    )
    if done.returncode:
        pytest.skip(f"not this C library: {done.stderr[-200:]}")
    return done.stdout.strip(), told.read_text().count("<heap nr=")


def test_threads_share_few_heaps(tmp_path: Path) -> None:
    assert heaps(tmp_path, "many")[1] > 2
    assert heaps(tmp_path, "few") == ("True", 2)
