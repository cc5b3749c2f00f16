"""Rows of the table of cases made from entries by one statement: columns folded, computed and packed.

The statement needs small tables beside the entries: ``acts`` (``Folding.acts_rows``), ``people``, ``rostered`` (the
organizations of whose members something is known) and ``calendar``. It gives ``#case``, ``#organization``, the columns
of the layout, the names of those that cannot be read, and whether a case is *odd*: then the row is not to be used.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

from workflow.bulk.computed import computed, joins
from workflow.bulk.dialects import BETWEEN, DUCKDB, UNREAD, shortened
from workflow.bulk.folding import Folding
from workflow.bulk.layout import (
    CASE,
    KEYS,
    ORGANIZATION,
    ROUND,
    SQL_TYPES,
    STEP,
    Layout,
    Sort,
    ViewColumn,
    table_columns,
)
from workflow.bulk.packing import LAST, MONTH, YEAR
from workflow.bulk.terms import CONDITIONS, name, term
from workflow.case.rhythms import Rhythm
from workflow.rules.formula import Column, First, Formula, columns_of

ODD, BROKEN = "#odd", "#broken"


class Casting:
    """How rows of a layout are made from entries in bulk."""

    def __init__(self, layout: Layout) -> None:
        """Work out which recorded and computed columns the layout rests on."""
        self.layout = layout
        self.builder = layout.book.builder
        self.sources = tuple(dict.fromkeys(column.source for column in layout.columns))
        self.facts = {
            one: computed(self.builder.named_facts[one]) for one in self._reached_by(self.builder.named_facts)
        }
        recorded = [part for one in self._roots() for part in self.builder.evidence(one)]
        days = (fact.days for fact in self.builder.facts if isinstance(fact, Rhythm))
        self.folding = Folding(layout.book.periods, dict.fromkeys(recorded), days)
        self.types = {column: one.sql_type for column, one in self.folding.entries.evidence.items()}  # by column

    def _roots(self) -> list[str]:
        """Return what the layout rests on, but for days that it adds itself."""
        added = [part for formula in self.layout.sums.values() for part in columns_of(formula)]
        return [*(one for one in self.sources if one not in self.layout.sums), *added]

    def _reached_by(self, among: object) -> list[str]:
        return [one for one in dict.fromkeys(self._roots()) if one in among]  # type: ignore[operator]  # a mapping

    @property
    def types_of_row(self) -> dict[str, str]:
        """Return the columns of a row as a table has them, with their types, ``#odd`` left out."""
        return {shortened(column): kind for column, kind in table_columns(self.layout)}

    @property
    def types_of_round(self) -> dict[str, str]:
        """Return the columns of an earlier round; ``#broken``: the rules that an irregular act was found to break."""
        return self.types_of_row | {BROKEN: "VARCHAR"}

    @cached_property
    def formulas(self) -> dict[str, Formula]:
        """Return the derived columns that something rests on, each after those that it reads."""
        found: dict[str, Formula] = {}

        def add(column: str) -> None:
            fact, formula = self.builder.named_facts.get(column), self.builder.formulas.get(column)
            for part in fact.reads if fact else columns_of(formula) if formula else ():
                add(part)
            if formula is not None:
                found[column] = formula

        for one in self._roots():
            add(one)
        return found

    @cached_property
    def reached(self) -> tuple[str, ...]:
        """Return the steps of which it is asked whether they were reached, the last one first."""
        asked = {*self._roots(), *(part for formula in self.formulas.values() for part in columns_of(formula))}
        return tuple(step for step, _ in self.builder.days if f"reached.{step}" in asked)

    def statement(self, entries: str, there: Collection[str]) -> str:
        """Return the statement over a relation of entries; ``there``: its columns in which anything can stand."""
        parts = [f"folded AS ({self.folding.statement(entries, there)})"]
        source = "folded"
        for place, columns in enumerate(self._levels()):
            added = ", ".join(f"{sql} AS {name(column)}" for column, sql in columns.items())
            parts.append(f"level{place} AS (SELECT *, {added} FROM {source})")
            source = f"level{place}"
        parts.append(f"known AS ({joins(self.facts, source)})")
        facts = "".join(f", {fact.value} AS {name(one)}" for one, fact in self.facts.items())
        parts.append(f"told AS (SELECT *{facts} FROM known)")
        sums = "".join(f", {term(formula)} AS {name(one)}" for one, formula in self.layout.sums.items())
        parts.append(f"summed AS (SELECT *{sums} FROM told)")
        return f"WITH {', '.join(parts)} SELECT {', '.join(self._row())} FROM summed"

    def _levels(self) -> list[dict[str, str]]:
        """Return the computed columns in layers, each over what the layers before it have."""
        there = set(self.folding.columns)
        levels = [{f"reached.{step}": self._reached(step) for step in self.reached}] if self.reached else []
        there.update(*levels)
        left = dict(self.formulas)
        while left:
            ready = {one: formula for one, formula in left.items() if there.issuperset(columns_of(formula))}
            for one, formula in ready.items():
                self.types[one] = self._type(formula)
                del left[one]
            levels.append({one: term(formula) for one, formula in ready.items()})
            there.update(ready)
        return levels

    def _reached(self, step: str) -> str:
        days = (day for day in self.builder.days_from(step) if day in self.folding.columns)
        return f"({' OR '.join(f'{name(day)} IS NOT NULL' for day in days)})"

    def _type(self, formula: Formula) -> str:
        """Return the type of a derived column: a condition, the first of several columns, or a day."""
        match formula:
            case Column(column):
                return self.types[column]
            case First(parts):
                return self._type(parts[0])
            case _:
                return "BOOLEAN" if isinstance(formula, CONDITIONS) else "DATE"

    def _row(self) -> list[str]:
        odd = " OR ".join(["_odd", *dict.fromkeys(fact.odd for fact in self.facts.values() if fact.odd)])
        columns = [f"{self._packed(column)} AS {DUCKDB.quoted(column.name)}" for column in self.layout.columns]
        return [
            f'"case" AS {name(CASE)}',
            f"organization AS {name(ORGANIZATION)}",
            f"CAST(NULL AS {KEYS[STEP]}) AS {name(STEP)}",
            f"CAST(NULL AS {KEYS[ROUND]}) AS {name(ROUND)}",
            *columns,
            f"{self._unread()} AS {name(UNREAD)}",
            f"({odd}) AS {name(ODD)}",
        ]

    def _packed(self, column: ViewColumn) -> str:
        """Return a column as the table stores it (``Layout.row``)."""
        value = name(column.source)
        match column.sort, self._type_of(column.source):
            case Sort.FILLED, _:
                return f"CAST(CASE WHEN {value} IS NOT NULL THEN 1 END AS {SQL_TYPES[Sort.FILLED]})"
            case Sort.END, _:
                last = f"CASE WHEN {value} = last_day({value}) THEN {LAST} - day({value}) ELSE 0 END"
                return f"CAST({_packed(value)} + {last} AS INTEGER)"
            case Sort.NUMBER, "DATE":
                return _packed(value)
            case Sort.NUMBER, _:
                return f"CAST({value} AS INTEGER)"
            case _:
                return value

    def _type_of(self, source: str) -> str:
        if source in self.facts:
            return self.facts[source].type
        if source in self.layout.sums:
            return "DATE"
        return "BOOLEAN" if source.startswith("reached.") else self.types[source]

    def _unread(self) -> str:
        """Return the names of the columns that cannot be read, between signs; NULL where all can."""
        facts = {one: fact for one in self.sources if (fact := self.facts.get(one)) and fact.unread}
        if not facts:
            return "CAST(NULL AS VARCHAR)"
        names = (
            f"CASE WHEN {fact.unread} THEN {DUCKDB.text(shortened(one) + BETWEEN)} ELSE '' END"
            for one, fact in facts.items()
        )
        some = " OR ".join(dict.fromkeys(fact.unread or "" for fact in facts.values()))
        return f"CASE WHEN {some} THEN {DUCKDB.text(BETWEEN)} || {' || '.join(names)} END"


def _packed(day: str) -> str:
    return f"CAST(year({day}) * {YEAR} + month({day}) * {MONTH} + day({day}) AS INTEGER)"
