"""A row of a ledger with every finding owed for it, typed from the conventions; and the roster all such rows share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tests.ledger.form import Cell, Member, Row
from tests.ledger.people import BRANCH, SPONSORS, iso, person

AS_OF = "2026-11-21"
SECOND, THIRD = "第二党支部", "第三党支部"
LONG_AGO = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Case:
    """One example: what it shows, the row, the day of the audit, and all that is owed: (code, step, force)."""

    title: str
    row: Row
    as_of: date
    owed: frozenset[tuple[str, int, str]]


def owed(text: str) -> frozenset[tuple[str, int, str]]:
    """Read findings as the tables write them: ``V03-late 2, V16-short 11 soft``; hard unless they say soft."""
    return frozenset(
        (parts[0], int(parts[1]), parts[2] if len(parts) > 2 else "hard")
        for one in text.split(",")
        if (parts := one.split())
    )


def case(
    title: str,
    expected: str,
    stage: int = 25,
    changes: Mapping[str, Cell] | None = None,
    *,
    as_of: str = AS_OF,
    **turns: str,
) -> Case:
    """Make an example of a person at a step of a flawless case (see ``people.person``) with some cells changed."""
    day = iso(as_of)
    return Case(title, person(stage, changes, as_of=day, **turns), day, owed(expected))


def member(name: str, branch: str = BRANCH, since: str | None = "2000-01-01", standing: str = "正式党员") -> Member:
    """Make a member without a penalty."""
    return Member(name, branch, standing, iso(since) if since else None)


def punished(name: str, penalty: str, start: str, end: str | None, branch: str = BRANCH) -> Member:
    """Make a full member with a penalty."""
    return Member(name, branch, "正式党员", LONG_AGO, penalty, iso(start), iso(end) if end else None)


# Standing is tried around 2021-06-15, penalties around 2026-06-12 (new rules) and 2021-06-15 (old rules).
ROSTER: tuple[Member, ...] = (
    *SPONSORS,
    member("那天转正", since="2021-06-15"),
    member("次日转正", since="2021-06-16"),
    member("预备一人", since=None, standing="预备党员"),
    member("预备有日", since="2000-01-01", standing="预备党员"),
    member("买买提·艾力"),
    # Namesakes: two elsewhere, one of whom is no full member; both are none; the own branch goes first.
    member("同名有一", SECOND),
    member("同名有一", THIRD, since=None, standing="预备党员"),
    member("同名皆非", SECOND, since=None, standing="预备党员"),
    member("同名皆非", THIRD, since="2030-01-01"),
    member("本部预备", since=None, standing="预备党员"),
    member("本部预备", SECOND),
    member("本部正式"),
    member("本部正式", SECOND, since=None, standing="预备党员"),
    punished("警告首日", "警告", "2026-06-12", "2027-06-12"),
    punished("警告次日", "警告", "2026-06-13", "2027-06-13"),
    punished("严重末日", "严重警告", "2024-12-12", "2026-06-12"),
    punished("严重前日", "严重警告", "2024-12-11", "2026-06-11"),
    punished("撤职未止", "撤销党内职务", "2025-01-01", None),
    punished("撤职未始", "撤销党内职务", "2026-06-13", None),
    punished("警告旧时", "警告", "2021-01-01", "2022-01-01"),
    punished("留察首日", "留党察看", "2026-06-12", "2027-06-12"),
    punished("留察次日", "留党察看", "2026-06-13", "2027-06-13"),
    punished("留察末日", "留党察看", "2025-06-12", "2026-06-12"),
    punished("留察前日", "留党察看", "2025-06-11", "2026-06-11"),
    punished("留察旧首", "留党察看", "2021-06-15", "2022-06-15"),
    punished("留察旧末", "留党察看", "2020-06-15", "2021-06-15"),
    punished("留察旧前", "留党察看", "2020-06-14", "2021-06-14"),
    punished("留察未止", "留党察看", "2019-06-15", None),
    punished("同名一罚", "警告", "2026-01-01", "2027-01-01", SECOND),
    member("同名一罚", THIRD),
    punished("同名皆罚", "警告", "2026-01-01", "2027-01-01", SECOND),
    punished("同名皆罚", "严重警告", "2026-01-01", "2027-07-01", THIRD),
    punished("同名异罚", "警告", "2026-01-01", "2027-01-01", SECOND),
    punished("同名异罚", "留党察看", "2026-01-01", "2027-01-01", THIRD),
    punished("同名皆察", "留党察看", "2026-01-01", "2027-01-01", SECOND),
    punished("同名皆察", "留党察看", "2026-02-01", "2028-02-01", THIRD),
    member("本部无罚"),
    punished("本部无罚", "警告", "2026-01-01", "2027-01-01", SECOND),
)
