"""Formulas made ready for SQL: every sum of days that integers cannot compare becomes a column computed beforehand.

What is left compares plain days, or a plain day with one that is so many months after another (``packing``). A lowered
formula means what it meant: the interpreter evaluates both, given the columns that were added.
"""

from __future__ import annotations

from workflow.errors import Text, WorkflowError
from workflow.rules.formula import (
    And,
    AsOf,
    Column,
    Compare,
    Constant,
    First,
    Formula,
    IsNull,
    Not,
    OneOf,
    Or,
    PlusDays,
    PlusMonths,
    Sum,
    children,
    columns_of,
)  # fmt: skip


class NotInBulk(WorkflowError):  # noqa: N818 - errors are named as facts
    """A formula adds to a day that is either recorded or the as-of day: no column can hold that beforehand."""

    def __init__(self, formula: Formula) -> None:
        """Name the formula."""
        super().__init__(
            Text(f"公式无法批量判断：{formula}", f"a formula that cannot be judged in bulk: {formula}"),
            Text("请把期限的起算日写成一列", "give the day from which is counted a column of its own"),
        )


class Lowering:
    """Lowers formulas and remembers which columns they ask for beside the recorded ones, by name."""

    def __init__(self) -> None:
        """Begin with none."""
        self.added: dict[str, Formula] = {}

    def condition(self, formula: Formula) -> Formula:
        """Return a condition over simple days; raises NotInBulk."""
        match formula:
            case And(parts) | Or(parts):
                return type(formula)(tuple(map(self.condition, parts)))
            case Not(part):
                return Not(self.condition(part))
            case Compare(operator, left, right):
                one, other = self._side(left), self._side(right)
                if isinstance(one, PlusMonths) and isinstance(other, PlusMonths):
                    one, other = (self._column(left), other) if _fixed(left) else (one, self._column(right))
                return Compare(operator, one, other)
            case IsNull(of):
                return IsNull(self._simple(of))
            case OneOf(of, values):
                return OneOf(self._simple(of), values)
            case _:
                return formula

    def _side(self, formula: Formula) -> Formula:
        """Return a side of a comparison: a simple value, or one with months added."""
        if isinstance(formula, PlusMonths) and columns_of(formula):
            of = self._simple(formula.of)
            return PlusMonths(of, formula.months) if formula.months else of
        return self._simple(formula)

    def _simple(self, formula: Formula) -> Formula:
        """Return a value that stands in a column or is the same in every case, or the first of such."""
        match formula:
            case First(parts):
                simple = map(self._simple, parts)
                return First(tuple(inner for part in simple for inner in _first_of(part)))
            case Sum(terms):
                return Sum(tuple((factor, self._simple(term)) for factor, term in terms))
            case PlusMonths() | PlusDays() if columns_of(formula):
                return self._column(formula)
            case Constant(None):  # of which type it is nothing says
                raise NotInBulk(formula)
            case _:
                return formula

    def _column(self, formula: Formula) -> Column:
        if not _fixed(formula):
            raise NotInBulk(formula)
        name = _name(formula)
        self.added[name] = formula
        return Column(name)


def _first_of(formula: Formula) -> tuple[Formula, ...]:
    """Return what the first of nested firsts is the first of."""
    return formula.parts if isinstance(formula, First) else (formula,)


def _fixed(formula: Formula) -> bool:
    """Tell whether a value is the same whatever the as-of day."""
    return not isinstance(formula, AsOf) and all(map(_fixed, children(formula)))


def _name(formula: Formula) -> str:
    """Return a name that says what a day is, unique to it."""
    match formula:
        case Column(name):
            return name
        case PlusMonths(of, months):
            return f"plus_months({_name(of)},{months})"
        case PlusDays(of, days):
            return f"plus_days({_name(of)},{days})"
        case First(parts):
            return f"first({','.join(map(_name, parts))})"
        case _:
            return str(getattr(formula, "value", formula))
