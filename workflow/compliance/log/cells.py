"""Cells of a log as SQL: texts to days, numbers, answers and codes; NULL where that cannot be read."""

from __future__ import annotations

from collections.abc import Iterable

from workflow.bulk.terms import name
from workflow.compliance.engines.duckdb import text
from workflow.law.model import Edition, FieldDef, FieldType

YES = ("true", "yes", "y", "1", "是", "有")
NO = ("false", "no", "n", "0", "否", "无")
_DAY = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
_CHINESE = r"^(\d{4})年(\d{1,2})月(\d{1,2})日"
_TIME = r"[T ]+\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?"
_ZONE = r" ?(Z|UTC|[+-]\d{2}(:?\d{2})?)"
# As programs write it, with nothing to put in order first: nearly every cell, and four patterns less to try.
_PLAIN = r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.]\d+)?)?)?"


def macros(zone: str) -> Iterable[str]:
    """Yield the statements that define ``civil``: a text as a TIMESTAMP in the time of ``zone``.

    A day is its midnight; an instant that says its zone is taken over into ``zone``, one that does not is in it.
    """
    yield f"CREATE MACRO plain_day(v) AS regexp_replace(v, {text(_CHINESE)}, '\\1-\\2-\\3')"
    dashes = "regexp_replace(regexp_replace(v, '^(....)[/.](..?)[/.]', '\\1-\\2-'), ',', '.')"
    local = f"regexp_full_match(v, {text(_DAY + f'({_TIME})?')})"
    zoned = f"regexp_full_match(v, {text(_DAY + _TIME + _ZONE)})"
    yield (
        "CREATE MACRO read_day(v) AS CASE "
        f"WHEN starts_with(v, '0000') THEN NULL "
        f"WHEN {local} THEN TRY_CAST({dashes} AS TIMESTAMP) "
        f"WHEN {zoned} THEN TRY_CAST({dashes} AS TIMESTAMPTZ) AT TIME ZONE {text(zone)} END"
    )
    plain = f"regexp_full_match(v, {text(_PLAIN)}) AND NOT starts_with(v, '0000')"
    yield f"CREATE MACRO day_of(v) AS CASE WHEN {plain} THEN TRY_CAST(v AS TIMESTAMP) ELSE read_day(plain_day(v)) END"
    yield "CREATE MACRO civil(v) AS day_of(trim(v))"


def value(edition: Edition, field: FieldDef, cell: str) -> str:  # noqa: PLR0911 - one line a type
    """Return what a cell (SQL, no blank text) says of a field, in the type that entries have."""
    match field.type:
        case FieldType.DAY | FieldType.PLAN:
            return f"CAST(civil({cell}) AS DATE)"
        case FieldType.DAYS:
            return f"CASE WHEN civil({cell}) IS NOT NULL THEN [CAST(civil({cell}) AS DATE)] END"
        case FieldType.COUNT:
            whole = f"regexp_full_match(trim({cell}), '[+-]?\\d{{1,9}}([.]0*)?')"
            return f"CASE WHEN {whole} THEN CAST(TRY_CAST(trim({cell}) AS DOUBLE) AS INTEGER) END"
        case FieldType.YES_NO:
            return _coded(cell, [("TRUE", YES), ("FALSE", NO)])
        case FieldType.CHOICE:
            return _coded(cell, [(text(code), (code, one.zh, one.en)) for code, one in field.values.items()])
        case FieldType.BODY:
            return _coded(cell, [(text(code), (code, one.zh, one.en)) for code, one in edition.bodies.items()])
        case FieldType.PERSON:
            return f"CAST(hash(trim({cell})) >> 1 AS BIGINT)"
        case _:
            return f"{cell} IS NOT NULL"


def _coded(cell: str, codes: Iterable[tuple[str, Iterable[str]]]) -> str:
    """Return what a cell means by the words that stand for each code, whatever their case."""
    whens = (
        f"WHEN lower(trim({cell})) IN ({', '.join(text(word.strip().lower()) for word in words)}) THEN {code}"
        for code, words in codes
    )
    return f"CASE {' '.join(whens)} END"


def cell_of(column: str) -> str:
    """Return a cell of a column of the log, blank where nothing but spaces stands in it."""
    return f"NULLIF(trim({name(column)}), '')"
