"""Whether a rule can work with the columns it names: days where days are compared, counts where votes are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow.law.kinds import (
    Age,
    AnyOf,
    Ballot,
    Consistent,
    Count,
    DecidedBy,
    Distinct,
    Every,
    Kind,
    Majority,
    NotBefore,
    Once,
    Order,
    OutcomeOf,
    Quorum,
    RecordedWithin,
    StandingOf,
    Tally,
    Within,
    WorkingDays,
)
from workflow.law.model import Before, Edition, FieldType, FirstFilled, Plus, RuleDef

Types = Mapping[str, FieldType | None]  # of every column; None: derived from one that is not known
Group = frozenset[FieldType]
Scalar = str | bool | None

DAY: Group = frozenset({FieldType.DAY, FieldType.PLAN})
DAYS: Group = frozenset({FieldType.DAYS})
COUNT: Group = frozenset({FieldType.COUNT})
NAME: Group = frozenset({FieldType.PERSON, FieldType.TEXT})
NAMED: Group = frozenset({FieldType.CHOICE, FieldType.BODY, FieldType.YES_NO})
READS: dict[type[Kind], dict[str, Group]] = {
    Order: {"chain": DAY},
    NotBefore: {"start": DAY, "day": DAY},
    Within: {"start": DAY, "day": DAY},
    Every: {"start": DAY, "days": DAYS, "end": DAY},
    Age: {"born": DAY, "day": DAY},
    Count: {"of": NAME, "days": DAY, "amount": COUNT},
    Distinct: {"of": NAME},
    StandingOf: {"people": NAME, "on": DAY},
    Quorum: {"due": COUNT, "present": COUNT},
    Majority: {"due": COUNT, "in_favour": COUNT},
    Ballot: {"ballot": NAMED},
    Tally: {"present": COUNT, "written": COUNT, "cast": COUNT},
    WorkingDays: {"start": DAY, "end": DAY, "day": DAY},
    OutcomeOf: {"column": NAMED},
    DecidedBy: {"body": NAMED},
    Once: {"times": COUNT},
    RecordedWithin: {"day": DAY, "recorded": DAY},
    AnyOf: {"day": DAY},
}


def column_types(edition: Edition) -> dict[str, FieldType | None]:
    """Return the type of every column; a derived one has that of what it is computed from."""
    types: dict[str, FieldType | None] = {name: field.type for name, field in edition.fields.items()}
    for name, derived in edition.derived.items():
        match derived.how:
            case FirstFilled(first_filled=columns):
                types[name] = types.get(columns[0])
            case Plus():
                types[name] = FieldType.DAY
            case _:
                types[name] = FieldType.YES_NO
    return types


def misfits(demand: Kind, types: Types) -> Iterator[str]:
    """Yield the columns of a demand that hold something else than its kind can work with."""
    for parameter, group in READS.get(type(demand), {}).items():
        value = getattr(demand, parameter)
        columns = value if isinstance(value, tuple) else (value,)
        yield from (column for column in columns if not _fits(column, group, types))
    if isinstance(demand, AnyOf):
        for part in demand.of:
            yield from misfits(part, types)
    if isinstance(demand, Consistent):
        yield from unlike(demand.columns(), types)


def derived_misfits(how: object, types: Types) -> Iterator[str]:
    """Yield the columns from which a derived one cannot be computed."""
    match how:
        case FirstFilled(first_filled=columns):
            yield from unlike(columns, types)
        case Plus(plus=column):
            yield from (name for name in (column,) if not _fits(name, DAY, types))
        case Before(before=columns):
            yield from (name for name in columns if not _fits(name, DAY, types))


def unlike(columns: tuple[str, ...], types: Types) -> Iterator[str]:
    """Yield the columns that cannot be compared with the first."""
    first = types.get(columns[0])
    if first is not None:
        like = DAY if first in DAY else NAME if first in NAME else frozenset({first})
        yield from (column for column in columns if not _fits(column, like, types))


def _fits(column: str | None, group: Group, types: Types) -> bool:
    """Tell whether a column is of one of the types; what is absent or unknown is somebody else's fault."""
    kind = types.get(column) if column is not None else None
    return kind is None or kind in group


def unsayable(edition: Edition, rule: RuleDef, types: Types) -> Iterator[tuple[str, Scalar]]:
    """Yield values that a rule expects of a column which can never hold them, with the column."""
    for column, values in _expected(rule):
        sayable = _sayable(edition, column, types.get(column))
        if sayable is not None:
            yield from ((column, value) for value in values if value is not None and value not in sayable)


def _expected(rule: RuleDef) -> Iterator[tuple[str, tuple[Scalar, ...]]]:
    for condition in (rule.when, *rule.unless):
        yield from condition.items()
    match rule.demand:
        case Ballot(ballot=column, allowed=values) | DecidedBy(body=column, allowed=values):
            yield column, values
        case OutcomeOf(column=column, forbidden=values):
            yield column, values
        case _:
            return


def _sayable(edition: Edition, column: str, kind: FieldType | None) -> set[Scalar] | None:
    """Return the values that a column can hold besides blank, None when they cannot be listed."""
    match kind:
        case FieldType.CHOICE if column in edition.fields:
            return set(edition.fields[column].values)
        case FieldType.BODY:
            return set(edition.bodies)
        case FieldType.YES_NO:
            return {True, False}
        case FieldType.DAY | FieldType.PLAN | FieldType.DAYS | FieldType.COUNT:
            return set()
        case _:
            return None
