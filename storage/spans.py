"""How long from one time to another, counted by the database, alike on both."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from storage.models.columns import UtcDateTime


class _Seconds(FunctionElement[int]):
    """From the first to the second time."""

    type = BigInteger()
    inherit_cache = True


@compiles(_Seconds, "sqlite")
def _on_sqlite(element: _Seconds, compiler: SQLCompiler, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    # unixepoch() would be shorter, and is not known to every SQLite that comes with a Python 3.11
    return f"(CAST(strftime('%s', {end}) AS INTEGER) - CAST(strftime('%s', {start}) AS INTEGER))"


@compiles(_Seconds, "postgresql")
def _on_postgresql(element: _Seconds, compiler: SQLCompiler, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"floor(date_part('epoch', {end} - {start}))::bigint"  # extract() would count in slow decimals


def seconds_between(start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[int]:
    """From ``start`` to ``end`` in seconds, right to within one; NULL where one of them is."""
    return _Seconds(start, end)


def at_time(moment: datetime) -> ColumnElement[Any]:
    """A time of the program's own beside columns."""
    return literal(moment, UtcDateTime())
