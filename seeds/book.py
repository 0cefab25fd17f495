"""Reads seed files, CSV and TOML; a bad line is named with its remedy and costs only itself."""

import csv
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from seeds.model import CATEGORIES, Seed, SeedBook, SeedProblem
from seeds.target import parse_target, shown

COLUMNS = ("url", "priority", "category", "source", "note")
MAX_FILE_BYTES = 50_000_000
MAX_LINE = 10_000  # characters
PRIORITY = re.compile(r"-?[0-9]{1,3}", re.ASCII)
PRIORITIES = range(-100, 101)
DATA_KEYS = {  # by which the other files under seeds/ are known
    "brands": frozenset({"brand"}),
    "marketplaces": frozenset({"search_url", "base_url"}),
    "groups": frozenset({"search_url", "platform"}),
    "apps": frozenset({"search_url", "topics"}),
}
SEPARATORS = ",;\t"
LOST = "\ufffd"  # what decoding leaves of bytes that are no letters
UTF_16_MARKS = {b"\xff\xfe", b"\xfe\xff"}
SAVE_AS_UTF_8 = "save the file as UTF-8 (Excel: «CSV UTF-8») and see that the line reads well"
SAVE_AS_UTF_8_VI = "lưu tệp dạng UTF-8 (Excel: «CSV UTF-8») rồi xem dòng có đọc được không"
BEGIN = ("begin each place with a line [[site]]", "mở đầu mỗi nơi bằng một dòng [[site]]")
SITE = re.compile(r"\s*\[\[\s*site\s*\]\]", re.ASCII)


def load_seeds(paths: Iterable[Path]) -> SeedBook:
    """All seeds of ``paths`` (.csv, or .toml with [[site]] tables), each URL once; never raises for bad content."""
    seeds: dict[str, Seed] = {}
    problems: list[SeedProblem] = []
    files = tuple(paths)
    repeats = 0
    for path in files:
        for entry in read_file(path):
            if isinstance(entry, SeedProblem):
                problems.append(entry)
                continue
            problems += judge_category(path, entry)
            if entry.url in seeds:
                repeats += 1
            else:
                seeds[entry.url] = entry
    return SeedBook(tuple(seeds.values()), tuple(problems), files, repeats)


def read_file(path: Path) -> Iterator[Seed | SeedProblem]:
    """The seeds and problems of one file, in its order."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        yield SeedProblem(
            str(path),
            0,
            f"cannot be read ({reason})",
            "check path and permissions",
            f"không đọc được ({reason})",
            "xem lại đường dẫn và quyền",
        )
        return
    if len(data) > MAX_FILE_BYTES:
        yield SeedProblem(
            str(path),
            0,
            f"larger than {MAX_FILE_BYTES:,} bytes",
            "split the file",
            f"lớn hơn {MAX_FILE_BYTES:,} byte",
            "chia tệp ra",
        )
        return
    text = decode(data)
    yield from read_toml(path, text) if path.suffix == ".toml" else read_csv(path, text)


def decode(data: bytes) -> str:
    """UTF-8, or UTF-16 as Excel's «Unicode text» has it; what is neither becomes «�», by which its line is known."""
    if data[:2] in UTF_16_MARKS:
        return data.decode("utf-16", "replace")
    head = data[:64]
    for codec, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if zeros and not any(zeros):  # Latin letters without a mark
            return data.decode(codec, "replace")
    return data.decode("utf-8-sig", "replace")


def undecodable(path: Path, number: int) -> SeedProblem:
    """A line whose letters are not known: an address guessed from it would be somebody else's."""
    return SeedProblem(
        str(path),
        number,
        "cannot be decoded: it is not UTF-8, or holds «�»",
        SAVE_AS_UTF_8,
        "không giải mã được: không phải UTF-8, hoặc có «�»",
        SAVE_AS_UTF_8_VI,
    )


def read_csv(path: Path, text: str) -> Iterator[Seed | SeedProblem]:
    """Rows under a header that has at least ``url``; empty lines and lines that start with # are left out.

    The header says what separates the cells: a comma, or the semicolon or tab that Excel writes.
    """
    header: list[str] = []
    separator = ","
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        separator = separator if header else separator_of(line)
        cells = read_cells(path, number, line, separator)
        if isinstance(cells, SeedProblem):
            yield cells
        elif header:
            yield read_row(path, number, dict(zip(header, cells, strict=False)), len(cells) - len(header))
        else:
            header = [cell.strip().lower() for cell in cells]
            if problem := judge_header(path, number, header):
                yield problem
                return
        if not header:
            return  # without one no other line can be read
    if not header:
        yield SeedProblem(
            str(path),
            0,
            "holds no header",
            f"begin it with the line {','.join(COLUMNS)}",
            "không có dòng tiêu đề",
            f"mở đầu bằng dòng {','.join(COLUMNS)}",
        )


def read_cells(path: Path, number: int, line: str, separator: str) -> list[str] | SeedProblem:
    """One line taken apart."""
    if LOST in line:
        return undecodable(path, number)
    if len(line) > MAX_LINE or "\0" in line:
        return SeedProblem(
            str(path),
            number,
            "is too long or holds NUL bytes",
            "remove or correct the line",
            "quá dài hoặc có byte NUL",
            "bỏ hoặc sửa dòng này",
        )
    try:
        return next(csv.reader([line], delimiter=separator, strict=True))
    except (csv.Error, StopIteration) as error:
        return SeedProblem(
            str(path),
            number,
            f"is not CSV ({error})",
            "close its quotation marks",
            f"không phải CSV ({error})",
            "đóng dấu ngoặc kép",
        )


def separator_of(line: str) -> str:
    """What stands behind the first name of a header, if it is one of the separators."""
    return next((mark for mark in line if mark in SEPARATORS), ",")


def judge_header(path: Path, number: int, header: list[str]) -> SeedProblem | None:
    """What is wrong with a header, if anything."""
    unknown = [name for name in header if name not in COLUMNS]
    if unknown:
        names = ", ".join(shown(name) for name in unknown[:5])
        what, what_vi = f"has unknown columns {names}", f"có cột lạ {names}"
    elif "url" not in header:
        what, what_vi = "has no column «url»", "không có cột «url»"
    elif len(set(header)) < len(header):
        what, what_vi = "names a column twice", "nêu một cột hai lần"
    else:
        return None
    columns = ",".join(COLUMNS)
    return SeedProblem(
        str(path),
        number,
        f"the header {what}",
        f"use the columns {columns}, with commas",
        f"tiêu đề {what_vi}",
        f"dùng các cột {columns}, cách nhau bằng dấu phẩy",
    )


def read_row(path: Path, number: int, row: dict[str, str], surplus: int) -> Seed | SeedProblem:
    """One row as a seed."""
    if surplus > 0:
        return SeedProblem(
            str(path),
            number,
            f"has {surplus} cells too many",
            "put cells with commas into quotes",
            f"thừa {surplus} ô",
            "đặt ô có dấu phẩy trong ngoặc kép",
        )
    seed = parse_target(row.get("url", ""), path=str(path), line=number)
    if isinstance(seed, SeedProblem):
        return seed
    priority = row.get("priority", "").strip() or "0"
    if not PRIORITY.fullmatch(priority) or int(priority) not in PRIORITIES:
        given = shown(priority[:20])
        return SeedProblem(
            str(path),
            number,
            f"priority {given} is no whole number from -100 to 100",
            "correct it; a higher number is swept first",
            f"priority {given} không phải số nguyên từ -100 đến 100",
            "sửa lại; số lớn hơn được quét trước",
        )
    note = row.get("note", "").strip()[:500]
    return replace(seed, priority=int(priority), category=row.get("category", "").strip()[:64], note=note)


def judge_category(path: Path, seed: Seed) -> Iterator[SeedProblem]:
    """What is wrong with the kind that a seed is said to be of; the seed itself is swept all the same."""
    if seed.category and seed.category not in CATEGORIES:
        known, line = ", ".join(CATEGORIES), seed.source.rpartition(":")[2]
        yield SeedProblem(
            str(path),
            int(line) if line.isdecimal() else 0,
            f"category {shown(seed.category)} is unknown; the place is swept all the same",
            f"leave it empty or use {known}",
            f"category {shown(seed.category)} không có; nơi này vẫn được quét",
            f"để trống hoặc dùng {known}",
        )


def read_toml(path: Path, text: str) -> Iterator[Seed | SeedProblem]:
    """Seeds of [[site]] tables with the same names as the columns."""
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        yield SeedProblem(
            str(path),
            line_of(error),
            f"is not TOML ({error})",
            "correct that line",
            f"không phải TOML ({error})",
            "sửa dòng đó",
        )
        return
    if "site" not in document and (kind := data_kind(document)):
        yield SeedProblem(
            str(path),
            0,
            f"this is a {kind} file, which sweep does not read",
            "give files with [[site]] tables, as seeds/README.md shows; `lachan seeds check` reads those that ship",
            f"đây là tệp {kind}, lệnh quét không đọc",
            "đưa tệp có bảng [[site]], như seeds/README.md; `lachan seeds check` đọc các tệp có sẵn",
        )
        return
    tables = document.pop("site", [])
    for name in document:
        yield SeedProblem(
            str(path), 0, f"has a table or key {shown(name)}", BEGIN[0], f"có bảng hoặc khóa {shown(name)}", BEGIN[1]
        )
    if not isinstance(tables, list) or not tables:
        yield SeedProblem(str(path), 0, "holds no [[site]] table", BEGIN[0], "không có bảng [[site]]", BEGIN[1])
        return
    lines = text.split("\n")
    places = [number for number, line in enumerate(lines, start=1) if SITE.match(line)]
    for index, table in enumerate(tables):
        place = places[index] if index < len(places) else 0
        if LOST in repr(table):
            lost = next((n for n, line in enumerate(lines, start=1) if n >= place and LOST in line), place)
            yield undecodable(path, lost)
        else:
            yield read_table(path, place, table)


def data_kind(document: dict[str, object]) -> str:
    """Which of the other files under seeds/ a document is; empty: none of them."""
    if document and all(isinstance(table, dict) and "endings" in table for table in document.values()):
        return "hosting"
    return next((kind for kind, keys in DATA_KEYS.items() if keys <= document.keys()), "")


def read_table(path: Path, number: int, table: object) -> Seed | SeedProblem:
    """One [[site]] as a seed."""
    if not isinstance(table, dict):
        return SeedProblem(
            str(path), number, "site holds what is no table", BEGIN[0], "site có thứ không phải bảng", BEGIN[1]
        )
    if unknown := sorted(set(table) - set(COLUMNS)):
        names, known = ", ".join(shown(name) for name in unknown[:5]), ", ".join(COLUMNS)
        return SeedProblem(
            str(path), number, f"has unknown keys {names}", f"use {known}", f"có khóa lạ {names}", f"dùng {known}"
        )
    if nested := sorted(name for name, value in table.items() if isinstance(value, list | dict | bool)):
        return SeedProblem(
            str(path),
            number,
            f"{nested[0]} holds no text or number",
            "write it as one value",
            f"{nested[0]} không phải chữ hay số",
            "viết thành một giá trị",
        )
    return read_row(path, number, {name: str(value) for name, value in table.items()}, 0)


def line_of(error: Exception) -> int:
    """The line that a TOML error speaks of; 0 where it does not say."""
    words = str(error).replace(",", " ").split()
    return next((int(word) for before, word in pairwise(words) if before == "line"), 0)
