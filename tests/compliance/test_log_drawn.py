"""Logs drawn from a seed: what is found in bulk is what the interpreter finds, case by case, read by other means."""

from __future__ import annotations

import csv as writing
from collections import defaultdict
from datetime import date, timedelta
from random import Random

import pytest

from tests.compliance.logs import found, judged, law
from tests.regulation.case import CALENDAR
from tests.rules.procedure import TEXT as LENDING
from workflow.case.facts import World
from workflow.case.history import Entry, view
from workflow.case.values import UNREADABLE, Value
from workflow.rules.rulebook import Rulebook
from workflow.rules.verdict import VerdictState

AS_OF = date(2026, 6, 30)
SEEDS = (1, 2, 3)
COLUMNS = ("case", "rule", "step", "round", "outcome", "due_on")
HEADER = (
    "case",
    "step",
    "day",
    "asked_on",
    "written_on",
    "reader",
    "witness",
    "seats",
    "taken",
    "books",
    "shelf",
    "fee",
    "open",
)
# Beside what the library lends: a shelf that must be the same, a choice, a wait in months, a fact about the case.
MORE = """
    rules:
      same_shelf:
        kind: consistent
        columns: [lend.shelf, give_back.shelf]
        basis: art. 8
        text: {zh: 同一书架, en: the same shelf}
      not_soon:
        kind: not_before
        from: lend.on
        act: give_back.on
        months: 1
        when: {lend.fee: [high], case.open: [true]}
        basis: art. 9
        text: {zh: 满一月归还, en: kept a month}
"""
PROCEDURE = (
    LENDING.replace("bodies:", "record:\n  case:\n    open: {type: yes_no, zh: 开架, en: open}\nbodies:")
    .replace(
        "      books: {type: count, zh: 册数, en: books}\n",
        "      books: {type: count, zh: 册数, en: books}\n      shelf: {type: text, zh: 书架, en: shelf}\n"
        "      fee: {type: choice, zh: 押金, en: fee, values: {high: {zh: 高, en: High}, low: {zh: 低, en: Low}}}\n",
    )
    .replace(
        "      on: {type: day, zh: 归还日期, en: day given back, required: true}\n    rules:\n",
        "      on: {type: day, zh: 归还日期, en: day given back, required: true}\n"
        f"      shelf: {{type: text, zh: 书架, en: shelf}}{MORE.rstrip()}\n",
    )
    + "log:\n  attributes: {case.open: open}\n"
)  # fmt: skip
OUTCOMES = {"lend": "lent", "give_back": "given_back", "check": "checked"}
EVIDENCE = {
    "lend": ("asked_on", "written_on", "reader", "witness", "seats", "taken", "books", "shelf", "fee"),
    "give_back": ("shelf",),
}


def drawn(random: Random, cases: int) -> list[dict[str, str]]:
    """Return rows of a log, cases mixed: steps left out, taken again, out of order, cells blank or unreadable."""
    rows = []
    for number in range(cases):
        start = date(2026, random.randint(1, 5), random.randint(1, 28))
        is_open = random.choice(("yes", "no", ""))
        for step in random.choices(("lend", "give_back", "check"), (3, 3, 2), k=random.randint(1, 6)):
            start += timedelta(days=random.choice((-2, 0, 1, 9, 10, 11, 28, 31)))
            row = dict.fromkeys(HEADER, "") | {
                "case": f"N{number}",
                "step": step,
                "day": start.isoformat(),
                "open": is_open,
            }
            for name in EVIDENCE.get(step, ()):
                row[name] = random.choice((_cell(random, name, start), _cell(random, name, start), ""))
            if random.random() < 0.04:
                row[random.choice(("day", "books", "fee", "asked_on"))] = "?"
            rows.append(row)
    random.shuffle(rows)
    return rows


def _cell(random: Random, name: str, day: date) -> str:
    match name:
        case "asked_on":
            return (day - timedelta(days=random.randint(0, 4))).isoformat()
        case "written_on":
            return (day + timedelta(days=random.randint(0, 6))).isoformat()
        case "reader" | "witness":
            return random.choice("甲乙丙")
        case "shelf":
            return random.choice("AB")
        case "fee":
            return random.choice(("high", "Low", "高"))
        case _:
            return str(random.randint(1, 9))


def read(text: str, name: str) -> Value:
    """Return what a cell says, read here by other means."""
    if not text:
        return None
    if text == "?":
        return UNREADABLE if name not in ("shelf", "reader", "witness") else text
    if name.endswith("_on"):
        return date.fromisoformat(text)
    if name == "fee":
        return {"high": "high", "高": "high", "Low": "low"}[text]
    return int(text) if name in ("seats", "taken", "books") else text


def interpreted(book: Rulebook, rows: list[dict[str, str]]) -> tuple[list[tuple[object, ...]], int, int]:
    """Return what the interpreter finds broken, how much of it in earlier rounds, how many verdicts it cannot make."""
    cases = defaultdict(list)
    for place, row in enumerate(rows):
        cases[row["case"]].append((row["day"], place, row))
    broken: list[tuple[object, ...]] = []
    world, undecidable, earlier = World(CALENDAR), 0, 0
    for name, acts in cases.items():
        entries = [
            Entry(row["step"], OUTCOMES[row["step"]], date.fromisoformat(day), {
                key: value for key in EVIDENCE.get(row["step"], ()) if (value := read(row[key], key)) is not None
            })
            for day, _, row in sorted(acts, key=lambda act: act[:2])
        ]  # fmt: skip
        given = {"yes": True, "no": False, "": None}[acts[0][2]["open"]]
        case = view(entries, book.edition_on, {"case.open": given})
        sides = [(None, None, case.values), *((one.step, one.number, one.values) for one in case.earlier)]
        for step, number, values in sides:
            for verdict in book.judge_all(book.columns(values, world), AS_OF):
                if step in (None, verdict.step):
                    undecidable += verdict.state is VerdictState.UNDECIDABLE
                    if verdict.state is VerdictState.VIOLATED:
                        which = number or case.rounds.get(verdict.step, 1)
                        broken.append((name, verdict.rule, verdict.step, which, str(verdict.outcome), verdict.due))
                        earlier += number is not None
    return broken, earlier, undecidable


def written(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = writing.DictWriter(file, HEADER)
        lines.writeheader()
        lines.writerows(rows)
    return path


@pytest.mark.parametrize("seed", SEEDS)
def test_a_log_judged_in_bulk_is_judged_as_its_cases_are_one_by_one(tmp_path, seed):
    rows = [row for row in drawn(Random(seed), 300) if row["day"] != "?" and row["day"] <= AS_OF.isoformat()]
    of = law(tmp_path, PROCEDURE)
    expected, earlier, undecidable = interpreted(Rulebook(of, of.timeline()), rows)
    with judged(written(tmp_path / "log.csv", rows), of, as_of=AS_OF) as audit:
        assert sorted(found(audit, COLUMNS), key=str) == sorted(expected, key=str)
        assert audit.run.undecidable == undecidable > 0
        assert audit.run.bad == 0
    assert {rule for _, rule, *_ in expected} == set(of.editions[0].rules)
    assert earlier > 0


def test_a_row_moved_by_a_day_would_be_seen(tmp_path):
    rows = [row for row in drawn(Random(1), 60) if row["day"] != "?" and row["day"] <= AS_OF.isoformat()]
    of = law(tmp_path, PROCEDURE)
    expected, *_ = interpreted(Rulebook(of, of.timeline()), rows)
    for row in rows:
        row["day"] = (
            (date.fromisoformat(row["day"]) - timedelta(1)).isoformat() if row["step"] == "lend" else row["day"]
        )
    with judged(written(tmp_path / "log.csv", rows), of, as_of=AS_OF) as audit:
        assert sorted(found(audit, COLUMNS), key=str) != sorted(expected, key=str)
