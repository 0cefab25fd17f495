"""Every regular expression of the program is linear: long near-misses made from itself never cost the square.

All modules are imported and every compiled pattern that they hold is taken, so a new one is tried without a word here.
Only CPU time counts, lengths are compared with fourfold ones, and only a cost that could be felt is a fault.
"""

import dataclasses
import importlib
import inspect
import pkgutil
import random
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

LOADERS = ("crawler.detection", "crawler.parsing", "seeds")  # whose patterns are made from data when first asked for
PACKAGES = ("crawler", "seeds", "storage", "takedown")
SCRIPTS = ("__main__", "check_audit", "whois_child", "migrations.env", "migrations.versions")
SHORT, LONG = 3_000, 12_000  # characters
FELT = 0.04  # seconds of CPU at LONG below which nobody cares
LINEAR = 9.0  # times as long for four times the text; the square would be 16
FEW = 3  # repeats that a sample writes out
CLASSES = {
    codes.CATEGORY_DIGIT: "7",
    codes.CATEGORY_SPACE: " ",
    codes.CATEGORY_WORD: "a",
    codes.CATEGORY_NOT_DIGIT: "a",
    codes.CATEGORY_NOT_SPACE: "a",
    codes.CATEGORY_NOT_WORD: "-",
}
Compiled = re.Pattern[Any]


def modules() -> Iterator[str]:
    for package in PACKAGES:
        for info in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if not any(name in info.name for name in SCRIPTS):
                yield info.name


def held(value: object, depth: int = 9) -> Iterator[Compiled]:
    """The patterns in a value: itself, or inside tuples, lists, sets and dicts."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth and dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield from held([getattr(value, field.name) for field in dataclasses.fields(value)], depth - 1)
    elif depth and isinstance(value, Mapping | tuple | list | set | frozenset):
        for inner in list(value.values() if isinstance(value, Mapping) else value)[:500]:
            yield from held(inner, depth - 1)


@dataclass(frozen=True)
class Held:
    """A pattern with how its module uses it: one that is only matched at a place need not be linear in searches."""

    pattern: Compiled
    searches: bool


def called(name: str, source: str) -> set[str]:
    """The methods that a module's source calls on ``name``."""
    return set(re.findall(rf"\b{re.escape(name)}\.([a-z]+)\(", source))


def loaded(module_name: str, value: object) -> object:
    """A value of a module; of a cached loader of ours that needs to be told nothing, what it loads."""
    ours = module_name.startswith(LOADERS) and getattr(value, "__module__", "") == module_name
    if not ours or not hasattr(value, "cache_info") or not callable(value):
        return value
    told = inspect.signature(value).parameters.values()
    return value() if all(each.default is not inspect.Parameter.empty for each in told) else value


def patterns() -> dict[str, Held]:
    """Each pattern once, under the first module and name that hold it."""
    found: dict[tuple[object, int], tuple[str, Held]] = {}
    for module_name in modules():
        module = importlib.import_module(module_name)
        source = Path(module.__file__ or "").read_text(encoding="utf-8")
        for name, value in list(vars(module).items()):
            uses = called(name, source) if isinstance(value, re.Pattern) else set()
            for pattern in held(loaded(module_name, value)):
                mine = Held(pattern, searches=not uses or bool(uses - {"match", "fullmatch"}))
                found.setdefault((pattern.pattern, pattern.flags), (f"{module_name}:{name}", mine))
    return {f"{name}:{number}": each for number, (name, each) in enumerate(found.values())}


PATTERNS = patterns()


def sample(tree: Any, dice: random.Random) -> str:
    """A text that the parsed pattern would take, about so."""
    return "".join(piece(code, argument, dice) for code, argument in tree)


def piece(code: Any, argument: Any, dice: random.Random) -> str:
    if code in {codes.LITERAL, codes.NOT_LITERAL}:
        return chr(argument) if code is codes.LITERAL else "~"
    if code is codes.ANY:
        return "x"
    if code is codes.IN:
        return member(argument, dice)
    if code is codes.BRANCH:
        return sample(dice.choice(argument[1]), dice)
    if code is codes.SUBPATTERN:
        return sample(argument[3], dice)
    if code in {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}:
        least, most, inner = argument
        times = dice.randint(least, max(least, min(int(most), least + FEW)))
        return "".join(sample(inner, dice) for _ in range(min(times, 40)))
    if code is codes.ATOMIC_GROUP:
        return sample(argument, dice)
    return ""  # anchors, look-around, back references


def member(items: Any, dice: random.Random) -> str:
    code, argument = dice.choice(items)
    if code is codes.NEGATE:
        return "~"
    if code is codes.RANGE:
        return chr(dice.randint(argument[0], argument[1]))
    return CLASSES.get(argument, "a") if code is codes.CATEGORY else chr(argument)


def repeats(tree: Any) -> Iterator[Any]:
    """The inner trees of all repeats, however deep: what a hostile page would write over and over."""
    for code, argument in tree:
        if code in {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}:
            yield argument[2]
            yield from repeats(argument[2])
        elif code is codes.SUBPATTERN:
            yield from repeats(argument[3])
        elif code is codes.BRANCH:
            for inner in argument[1]:
                yield from repeats(inner)


def near_misses(pattern: Compiled) -> Iterator[str]:
    """Seeds to repeat: whole matches, beginnings of matches, what a repeat repeats, and plain letters."""
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    tree = parser.parse(text, pattern.flags & ~re.DEBUG & (re.I | re.X | re.S | re.M))
    dice = random.Random(7)
    seeds = {sample(tree, dice) for _ in range(3)}
    seeds |= {seed[: len(seed) // 2] for seed in seeds} | {sample(inner, dice) for inner in list(repeats(tree))[:8]}
    yield from sorted(seed for seed in seeds if seed)
    yield from (" ", "a", "7", "~a ", "<")


def seconds(tried: Held, seed: str, length: int) -> float:
    """CPU seconds to match, and where the program does so to search, a long text that ends in a spoiler."""
    text = (seed * (length // len(seed) + 1))[:length] + "\u0001"
    pattern = tried.pattern
    subject = text if isinstance(pattern.pattern, str) else text.encode("utf-8", "replace")
    begin = time.process_time()
    pattern.match(subject)
    pattern.fullmatch(subject)
    if tried.searches:
        for _ in pattern.finditer(subject):
            pass
    return time.process_time() - begin


def test_there_are_patterns_to_try() -> None:
    assert len(PATTERNS) > 80
    assert sum("concepts:_load" in name for name in PATTERNS) > 20


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_a_pattern_is_linear_on_what_nearly_matches_it(name: str) -> None:
    try_pattern(PATTERNS[name])


def try_pattern(tried: Held) -> None:
    for seed in near_misses(tried.pattern):
        longer = seconds(tried, seed, LONG)
        if longer < FELT:
            continue
        shorter = min(seconds(tried, seed, SHORT) for _ in range(3))
        longer = min(longer, seconds(tried, seed, LONG))
        assert longer < FELT or longer < LINEAR * shorter, (
            f"{tried.pattern.pattern!r} takes {longer:.2f} s for {LONG} of {seed[:60]!r}, {shorter:.3f} s for {SHORT}"
        )


def test_the_test_finds_a_pattern_that_is_not_linear() -> None:
    with pytest.raises(AssertionError, match="takes"):
        try_pattern(Held(re.compile(r"[a-z]+:"), searches=True))
