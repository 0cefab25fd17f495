"""However many threads a sweep has, its memory lies in few heaps, what is large in none, what is used up goes soon."""

import subprocess
import sys
from pathlib import Path

import pytest

MANY_THREADS = """
import ctypes, sys, threading
from crawler.heaps import keep_heaps_small
if sys.argv[2] == "small":
    print(keep_heaps_small())
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
library.free(ctypes.c_void_p(library.malloc(20_000_000)))  # by its own rule the next one lies in a heap
library.malloc(10_000_000)
file = ctypes.c_void_p(library.fopen(sys.argv[1].encode(), b"w"))
library.malloc_info(0, file)
library.fclose(file)
"""


def told(folder: Path, how: str) -> tuple[str, int, int]:
    """What the program printed, the number of its heaps, and the bytes that lie in none."""
    file = folder / how
    done = subprocess.run(
        [sys.executable, "-c", MANY_THREADS, str(file), how], capture_output=True, text=True, check=False, timeout=60
    )
    if done.returncode:
        pytest.skip(f"not this C library: {done.stderr[-200:]}")
    said = file.read_text()
    apart = said.rpartition('<total type="mmap" ')[2].partition('size="')[2].partition('"')[0]
    return done.stdout.strip(), said.count("<heap nr="), int(apart)


def test_threads_share_few_heaps_and_what_is_large_lies_in_none(tmp_path: Path) -> None:
    said, heaps, apart = told(tmp_path, "as it comes")
    assert heaps > 2
    assert apart < 10_000_000
    said, heaps, apart = told(tmp_path, "small")
    assert (said, heaps) == ("True", 2)
    assert apart > 10_000_000


CIRCLES = """
import collections, gc, sys, weakref
from crawler.heaps import set_aside_what_stays
class Circle:
    living = 0
    def __init__(self):
        self.own = self
        Circle.living += 1
    def __del__(self):
        Circle.living -= 1
program = [[] for _ in range(1_000_000)]
gc.collect()
early = weakref.ref(Circle())
if sys.argv[1] == "set aside":
    set_aside_what_stays()
    assert early() is None
most = 0
in_use = collections.deque(maxlen=1_000)  # so long that they are old when nobody uses them any more
for _ in range(200_000):
    in_use.append(Circle())
    most = max(most, Circle.living)
print(most)
"""


def test_circles_of_a_site_do_not_wait_for_as_much_as_the_program_is() -> None:
    most: dict[str, int] = {}
    for how in ("as it comes", "set aside"):
        words = [sys.executable, "-c", CIRCLES, how]
        done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
        most[how] = int(done.stdout)
    assert most["set aside"] < 0.7 * most["as it comes"], most
