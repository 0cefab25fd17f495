"""Keeps what this process holds of the machine's memory near to what is in use.

The C library gives each thread a heap of its own, up to eight a processor, and what is freed in one is of no use to the
others: after 700 visits a sweep held 296 MB so, and 222 MB with two heaps for all its threads.

Large pieces it takes from the kernel one by one and gives back at once. But each that is freed raises the size from
which a piece counts as large, up to 32 MB, and what a heap may keep free at its end to twice that: from then on
screenshots and bodies lie in the heaps, between small pieces that stay. With the sizes kept as they were at first the
heaps of 1,000 visits held 72 MB, not 110, and at times 150.

Python looks for circles of what nobody uses when a quarter as much as all that is old has come to be: behind the
200,000 objects of the program itself each site's circles would lie for minutes, and each search take 0.3 s.
"""

import ctypes
import gc

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # mallopt(3)
HEAPS = 2
LARGE = 131_072  # bytes; setting it ends its rising


def keep_heaps_small() -> bool:
    """For this process, before it has many threads; whether its C library can do so, as glibc can."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    done = [mallopt(_M_ARENA_MAX, HEAPS), mallopt(_M_MMAP_THRESHOLD, LARGE), mallopt(_M_TRIM_THRESHOLD, LARGE)]
    return all(done)


def set_aside_what_stays() -> None:
    """What is there now stays to the end: searches for circles pass it over. Call it when the program is built up."""
    gc.collect()
    gc.freeze()
    gc.collect()  # so that Python knows how little is left to be searched
