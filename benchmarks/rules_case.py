# ruff: noqa: INP001 - a script of its own, no part of a package
"""What it costs to judge one full lived case by all rules of both editions: CPU milliseconds, best of several rounds.

Every column is filled. Computing the columns from what was recorded (working days, rhythms, standing) counts too.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from datetime import date, timedelta
from time import process_time

from _figure import ROOT, figure, say
from _ledgers import AS_OF, DAYS, MEMBERS, REVIEWS, member

sys.path.insert(0, str(ROOT))
from workflow.calendar import read_calendar
from workflow.case.facts import World
from workflow.case.roster import Member, Penalty, PenaltyKind, Roster, Standing
from workflow.case.values import Value
from workflow.law.loader import definitions_root
from workflow.law.model import FieldDef, FieldType
from workflow.law.timeline import load_law
from workflow.ledger import load_form
from workflow.rules.rulebook import Rulebook

ROUNDS, CASES = 7, 1000
APPLIED = date(2023, 4, 1)  # so that a cut-over lies inside the case
BRANCH = "第1党支部"


def main() -> None:
    """Print how many rules were judged and how they ended, and the figure on the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--cases", type=int, default=CASES)
    chosen = parser.parse_args()
    law = load_law(definitions_root())
    book = Rulebook(law, law.timeline())
    calendar = read_calendar((definitions_root() / "calendar" / "cn.yaml").read_text(encoding="utf-8"), "cn.yaml")
    world, values = World(calendar, roster()), lived(book)
    verdicts = book.judge_all(book.columns(values, world), AS_OF)
    states = Counter(str(verdict.state) for verdict in verdicts)
    say(f"{len(book.rules)} rules in {len(verdicts)} clauses, {len(values)} columns filled: {dict(states)}")
    rounds = [judged(book, values, world, chosen.cases) for _ in range(chosen.rounds)]
    say("rounds: " + ", ".join(f"{each:.3f} ms" for each in rounds))
    figure("rules.full_case_ms", min(rounds), "ms")


def judged(book: Rulebook, values: dict[str, Value], world: World, cases: int) -> float:
    """Return the CPU milliseconds that one case takes, over so many."""
    started = process_time()
    for _ in range(cases):
        book.judge_all(book.columns(values, world), AS_OF)
    return 1000 * (process_time() - started) / cases


def lived(book: Rulebook) -> dict[str, Value]:
    """Return a value in every recorded column: a life that keeps the rules, and something of its type elsewhere."""
    fields = {name: field for period in book.periods for name, field in period.edition.fields.items()}
    text = (definitions_root() / "forms" / "branch-ledger.yaml").read_text(encoding="utf-8")
    headers = {column.column: column.header for column in load_form(text, "branch-ledger.yaml").columns}
    days = dict(zip(fields, range(len(fields)), strict=True))
    values: dict[str, Value] = {
        name: some(field, APPLIED + timedelta(5 * days[name])) for name, field in fields.items()
    }
    for name, header in headers.items():
        if header in DAYS:
            values[name] = APPLIED + timedelta(DAYS[header])
        elif header in REVIEWS:
            values[name] = tuple(APPLIED + timedelta(after) for after in REVIEWS[header])
    return values | {"case.branch": BRANCH, "person.born_on": date(1998, 2, 3)}


def some(field: FieldDef, day: date) -> Value:
    """Return something of the type of a field."""
    of_type: dict[FieldType, Value] = {
        FieldType.DAY: day,
        FieldType.PLAN: day,
        FieldType.DAYS: (day, day + timedelta(150)),
        FieldType.COUNT: 20,
        FieldType.YES_NO: True,
        FieldType.CHOICE: next(iter(field.values), ""),
        FieldType.PERSON: member(BRANCH, 2),
        FieldType.BODY: "committee",
    }
    return of_type.get(field.type, "甲〔2024〕1号")


def roster() -> Roster:
    """Return the members of the branch, with a penalty among them."""
    penalty = Penalty(PenaltyKind.WARNING, date(2024, 3, 1), date(2025, 2, 28))
    return Roster(
        Member(member(BRANCH, number), BRANCH, Standing.FULL, date(2005, 7, 1), (penalty,) if number == 1 else ())
        for number in range(MEMBERS)
    )


if __name__ == "__main__":
    main()
