# ruff: noqa: INP001, E501 - beside the scripts that use it, no part of a package; its tables have long lines
"""A seeded country: the entries of so many cases, the members of their branches and the tree of organizations.

Every life is lived under both editions as its days fall: applicants, activists, targets, probationary and full members
as 10 : 20 : 15 : 15 : 40, with faults that differ from rule to rule (0.3 to 5 in a hundred), and a few in a thousand
whose history is not plain: returned and repeated, corrected, withdrawn, irregular, extended. All is made by the
database from digests of seed, case and place, so the same seed gives the same files on any machine.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
from _figure import ROOT, say

sys.path.insert(0, str(ROOT))
from workflow.bulk.entries import HEAD, EntryColumns
from workflow.law.loader import definitions_root
from workflow.law.timeline import load_law

PER_FILE = 500_000
PER_BRANCH, PER_COMMITTEE, MEMBERS = 25, 40, 12
UNTIL = "DATE '2026-11-20'"
EDITION = "DATE '2026-05-11'"
FULL_LENGTH = 32
# Of a thousand cases: how many stop at which act, by its place in ``ACTS``.
STAGES = ((100, (2, 3)), (200, (4, 10)), (150, (12, 18)), (150, (19, 28)), (400, (31, 32)))

# Each day after one before it: name, from, days at least and at most, months; what a fault adds, in a thousand.
DAYS: tuple[tuple[str, str, int, int, int, int, int], ...] = (
    ("talk", "applied", 1, 25, 0, 30, 20),
    ("recommended", "applied", 90, 240, 0, 0, 0),
    ("activist", "recommended", 0, 15, 0, -20, 4),
    ("file_activist", "activist", 0, 10, 0, -15, 5),
    ("contacts", "activist", 0, 10, 0, 0, 0),
    ("review_1", "activist", 0, 25, 5, 60, 25),
    ("review_2", "review_1", 0, 25, 5, 60, 25),
    ("heard", "activist", 30, 70, 12, -120, 10),
    ("choose_target", "heard", 0, 5, 0, -7, 5),
    ("consented", "choose_target", 0, 6, 0, -9, 6),
    ("notice_from", "consented", 1, 3, 0, -5, 5),
    ("notice_to", "notice_from", 7, 10, 0, -5, 10),
    ("list_target", "notice_to", 1, 4, 0, -3, 6),
    ("sponsors", "list_target", 0, 3, 0, 0, 0),
    ("political_review", "list_target", 5, 30, 0, 90, 5),
    ("training_from", "list_target", 10, 40, 0, 0, 0),
    ("training", "training_from", 2, 4, 0, -2, 20),
    ("examine", "training", 2, 10, 0, -15, 5),
    ("pre_review", "examine", 3, 12, 0, -10, 4),
    ("fill_form", "pre_review", 1, 5, 0, -8, 4),
    ("admit", "pre_review", 8, 27, 0, 30, 15),
    ("reported", "admit", 1, 6, 0, -4, 3),
    ("superior_talk", "admit", 7, 20, 0, -12, 4),
    ("approve", "admit", 21, 80, 0, 60, 30),
    ("file_admission", "approve", 1, 9, 0, -9, 3),
    ("assign", "approve", 1, 9, 0, 0, 0),
    ("oath", "approve", 3, 27, 0, 40, 50),
    ("observe_1", "admit", 0, 20, 5, 0, 0),
    ("observe_2", "admit", 0, 20, 10, 0, 0),
    ("request", "admit", -20, -1, 12, 40, 8),
    ("heard_again", "admit", 0, 3, 12, 20, 5),
    ("convert", "admit", 3, 20, 12, -25, 6),
    ("reported_again", "convert", 1, 6, 0, -3, 3),
    ("approve_conversion", "convert", 10, 80, 0, 60, 20),
    ("archive", "approve_conversion", 5, 30, 0, -20, 3),
)
# What is recorded in this order: place, step, outcome, day, how many in a thousand do without, and what it brings.
ACTS: tuple[tuple[float, str, str, str, int, dict[str, str]], ...] = (
    (2, "apply", "received", "applied", 0, {"paper": "true"}),
    (3, "talk", "held", "talk", 12, {"paper": "true"}),
    (4, "activist", "confirmed", "activist", 0, {
        "recommended_by": "NOT {fault:4}", "recommended_on": "recommended", "body": "{body:3}"}),
    (5, "file_activist", "filed", "file_activist", 8, {"paper": "true"}),
    (6, "contacts", "assigned", "contacts", 6, {"name_1": "{person:0}", "name_2": "CASE WHEN NOT {some:300} THEN {person:1} END"}),
    (7, "cultivate", "reviewed", "review_1", 10, {"paper": "true"}),
    (8, "cultivate", "reviewed", "review_2", 10, {"paper": "true"}),
    (9, "choose_target", "proposed", "choose_target", 5, {"heard_on": "CASE WHEN NOT {fault:6} THEN heard END", "body": "{body:3}"}),
    (10, "list_target", "CASE WHEN consented >= {edition} THEN 'consented' ELSE 'filed' END", "consented", 6, {}),
    (11, "list_target", "notice_given", "notice_from", 10, {
        "notice_to": "notice_to", "notice_elsewhere_from": "CASE WHEN floating THEN notice_from END",
        "notice_elsewhere_to": "CASE WHEN floating THEN notice_to + CAST({fault:30} AS INTEGER) END"}),
    (12, "list_target", "listed", "list_target", 0, {"notice_result": "CASE WHEN {fault:3} THEN 'in_the_way' ELSE 'clear' END"}),
    (13, "sponsors", "determined", "sponsors", 5, {"name_1": "{person:2}", "name_2": "CASE WHEN NOT {fault:5} THEN {person:3} END"}),
    (14, "political_review", "passed", "political_review", 5, {"paper": "true"}),
    (15, "training", "completed", "training", 8, {
        "from_on": "training_from", "hours": "CASE WHEN {some:700} THEN 24 - 8 * CAST({fault:20} AS INTEGER) END",
        "mode": "'in_person'", "body": "'committee'"}),
    (16, "examine", "passed", "examine", 0, {"body": "{body:3}"}),
    (17, "pre_review", "passed", "pre_review", 0, {"paper": "NOT {fault:10}", "body": "CASE WHEN {fault:3} THEN 'branch' ELSE 'committee' END"}),
    (18, "fill_form", "filled", "fill_form", 4, {"paper": "true"}),
    (19, "admit", "passed", "admit", 0, {
        "due": "20", "present": "CASE WHEN {fault:5} THEN 9 ELSE 18 END", "written": "1", "written_by_on": "admit - 1 + 3 * CAST({fault:4} AS INTEGER)",
        "in_favour": "CASE WHEN {fault:4} THEN 10 ELSE 17 END", "against": "1", "abstained": "1", "invalid": "0",
        "ballot": "CASE WHEN {fault:3} THEN 'open' ELSE 'secret' END", "singly": "NOT {fault:3}", "resolution": "true"}),
    (20, "admit", "reported", "reported", 5, {}),
    (21, "superior_talk", "held", "superior_talk", 6, {}),
    (22, "approve", "approved", "approve", 0, {
        "body": "CASE WHEN {fault:3} THEN 'leading_group' ELSE 'committee' END", "singly": "NOT {fault:3}",
        "probation_from": "admit + CAST({fault:6} AS INTEGER)", "probation_to": "CAST(admit + INTERVAL 12 MONTH AS DATE)"}),
    (23, "file_admission", "filed", "file_admission", 8, {}),
    (24, "assign", "assigned", "assign", 3, {}),
    (25, "oath", "sworn", "oath", 10, {}),
    (26, "observe", "observed", "observe_1", 20, {"paper": "true"}),
    (27, "observe", "observed", "observe_2", 20, {"paper": "true"}),
    (28, "request", "received", "request", 6, {"paper": "true"}),
    (29, "convert", "converted", "convert", 0, {
        "heard_on": "heard_again", "examined_on": "CASE WHEN has_committee THEN heard_again END",
        "due": "21", "present": "CASE WHEN {fault:4} THEN 10 ELSE 21 END", "written": "0", "in_favour": "20",
        "against": "1 + CAST({fault:4} AS INTEGER)", "abstained": "0", "invalid": "0", "ballot": "'secret'"}),
    (30, "convert", "reported", "reported_again", 5, {}),
    (31, "approve_conversion", "converted", "approve_conversion", 0, {
        "body": "'committee'", "full_from": "CAST(admit + INTERVAL 12 MONTH AS DATE) + CAST({fault:6} AS INTEGER)"}),
    (32, "archive", "filed", "archive", 10, {
        "admission_form": "true", "application_letter": "true", "cultivation_record": "true",
        "political_review": "true", "probation_record": "NOT {fault:15}", "conversion_request": "true"}),
    # Side acts, and what makes a history one that is not plain; the last number says how many do without.
    (3.5, "talk", "again", "talk + 3", 950, {"again_paper": "true"}),
    (3.6, "activist", "returned", "recommended", 997, {}),
    (6.5, "replace_contact", "replaced", "contacts + 40", 980, {"left": "{person:0}", "name": "{person:4}"}),
    (8.5, "move", "handed_over", "review_1 + 3", 985, {"checked": "NOT {fault:20}", "counted_from": "activist", "origin": "true"}),
    (15.5, "examine", "failed", "training", 998, {}),
    (25.5, "postpone", "postponed", "observe_1", 998, {"until": "CAST(admit + INTERVAL 15 MONTH AS DATE)"}),
    (25.6, "admonish", "criticised", "observe_1 + 2", 997, {}),
    (30.5, "convert", "irregular", "reported_again", 999, {"due": "20", "present": "9"}),
)  # fmt: skip


def main() -> None:
    """Write a country into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    for made in write_country(chosen.folder, chosen.cases, chosen.seed):
        say(f"{made} cases")


def write_country(folder: Path, cases: int, seed: int = 1, *, per_file: int = PER_FILE) -> Iterator[int]:
    """Write ``entries-*.parquet``, ``members.parquet`` and ``organizations.parquet``; yield how many cases stand."""
    folder.mkdir(parents=True, exist_ok=True)
    law = load_law(definitions_root())
    statement = Lives(EntryColumns(law.timeline()), seed)
    with duckdb.connect() as connection:
        connection.execute("SET threads = 2; SET memory_limit = '2GB'")
        branches = -(-cases // PER_BRANCH)
        _copy(connection, members(branches, seed), folder / "members.parquet")
        _copy(connection, organizations(branches), folder / "organizations.parquet")
        for place, first in enumerate(range(0, cases, per_file), start=1):
            last = min(first + per_file, cases)
            _copy(connection, statement.of(first, last), folder / f"entries-{place:05}.parquet")
            yield last


def _copy(connection: duckdb.DuckDBPyConnection, statement: str, path: Path) -> None:
    connection.execute(f"COPY ({statement}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")


def members(branches: int, seed: int) -> str:
    """Return the members of the branches: one in a hundred probationary, two penalised, a few whom two lines name."""
    rolled = f"hash(place, {seed}, 'member')"
    person = person_of("organization", "place % 12", seed)
    return f"""
        SELECT {person} AS person, organization,
            CASE WHEN {rolled} % 100 = 0 THEN 'probationary' ELSE 'full' END AS standing,
            CASE WHEN {rolled} % 100 > 0 THEN DATE '1990-01-01' + CAST({rolled} // 100 % 9000 AS INTEGER) END AS full_on,
            CASE WHEN {rolled} % 1000 < 20 THEN 'warning' WHEN {rolled} % 1000 < 22 THEN 'probation_within_party' END AS penalty,
            CASE WHEN {rolled} % 1000 < 22 THEN DATE '2015-01-01' + CAST({rolled} // 1000 % 4000 AS INTEGER) END AS penalty_from,
            CASE WHEN {rolled} % 1000 < 22 THEN DATE '2016-01-01' + CAST({rolled} // 1000 % 4000 AS INTEGER) END AS penalty_until
        FROM (SELECT unnest(range({branches * MEMBERS})) AS place),
            LATERAL (SELECT place // {MEMBERS} + 1 AS organization),
            LATERAL (SELECT unnest(range(CASE WHEN hash(place, {seed}) % 5000 = 0 THEN 2 ELSE 1 END)) AS line)
    """


def organizations(branches: int) -> str:
    """Return the tree: branches below committees below one department."""
    committees = -(-branches // PER_COMMITTEE)
    return f"""
        SELECT 0::BIGINT AS organization, NULL::BIGINT AS parent, 'organization_department' AS kind
        UNION ALL SELECT -1 - unnest(range({committees})), 0, 'committee'
        UNION ALL SELECT branch, -1 - (branch - 1) // {PER_COMMITTEE}, 'branch'
        FROM (SELECT unnest(range(1, {branches + 1})) AS branch)
    """


def person_of(organization: str, place: str, seed: int) -> str:
    """Return the number by which a member is known."""
    return f"CAST(hash({organization} * 16 + {place}, {seed}, 'person') >> 1 AS BIGINT)"


class Lives:
    """The statement that makes entries."""

    def __init__(self, columns: EntryColumns, seed: int) -> None:
        """Prepare for a table of entries."""
        self.columns, self.seed, self.rolls = columns, seed, 0

    def of(self, first: int, last: int) -> str:
        """Return the entries of the cases from ``first`` to before ``last``, sorted by organization and case."""
        self.rolls = 0
        return f"""
            WITH born AS (SELECT unnest(range({first}, {last})) AS "case"),
            staged AS (SELECT "case", "case" // {PER_BRANCH} + 1 AS organization, {self._stop()} AS stop,
                {self._below(50)} AS floating, "case" // {PER_BRANCH} % 3 > 0 AS has_committee FROM born),
            lived AS ({self._lived()}),
            told AS (SELECT *, unnest({self._places()}) AS place FROM lived)
            SELECT {", ".join(f"{value} AS {quoted(name)}" for name, value in self._columns().items())} FROM told
        """

    def _roll(self, *, by: str = '"case"') -> str:
        self.rolls += 1
        return f"hash({by}, {self.seed}, {self.rolls})"

    def _below(self, thousandth: int) -> str:
        return f"({self._roll()} % 1000 < {thousandth})"

    def _between(self, least: int, most: int) -> str:
        return f"({least} + CAST({self._roll()} % {most - least + 1} AS INTEGER))"

    def _stop(self) -> str:
        rolled, passed, whens = f"{self._roll()} % 1000", 0, []
        for share, (least, most) in STAGES:
            passed += share
            whens.append(f"WHEN {rolled} < {passed} THEN {self._between(least, most)}")
        return f"CASE {' '.join(whens)} END"

    def _lived(self) -> str:
        """Return the days of each life: counted from a first day first, then moved so that the last lies in the past."""
        ends = {place: day for place, _, _, day, _, _ in ACTS if place == int(place)}
        days = []
        for name, origin, least, most, months, fault, often in DAYS:
            late = f" + CASE WHEN {self._below(often)} THEN {fault} ELSE 0 END" if often else ""
            start = f"{origin} + INTERVAL {months} MONTH" if months else origin
            days.append(f"CAST({start} AS DATE) + {self._between(least, most)}{late} AS {name}")
        spread = f"CAST({self._roll()} % CASE WHEN stop > 30 THEN 3000 WHEN stop < 3 THEN 16 WHEN stop = 3 THEN 900 ELSE 90 END AS INTEGER)"
        last = f"CASE stop {' '.join(f'WHEN {place} THEN {day}' for place, day in ends.items())} END"
        return f"""
            SELECT *, {", ".join(days)} FROM (
                SELECT "case", organization, stop, floating, has_committee,
                    {UNTIL} - {spread} - 10 - CAST(({last}) - applied AS INTEGER) AS applied
                FROM (SELECT *, {", ".join(days)} FROM (SELECT *, DATE '2020-01-15' AS applied FROM staged)))
        """

    def _places(self) -> str:
        """Return the places of the entries of a case in the order of recording, as a list."""
        acts = sorted(ACTS, key=lambda act: act[0])
        parts = ["[10]"]
        for place, _, _, _, without, _ in acts:
            there = f"stop >= {place}"
            if without:
                there += f" AND NOT {self._below(without)}"
            if place == 11:  # before the edition of 2026 a notice was local practice  # noqa: PLR2004 - as above
                there += f" AND (consented >= {EDITION} OR {self._below(200)})"
            parts.append(f"CASE WHEN {there} THEN [{at(place)}] ELSE [] END")
        for place, often in ((40, 2), (41, 1)):
            parts.append(f"CASE WHEN stop >= 4 AND {self._below(often)} THEN [{at(place)}] ELSE [] END")
        return f"flatten([{', '.join(parts)}])"

    def _columns(self) -> dict[str, str]:
        acts = {place: (step, outcome, day, brings) for place, step, outcome, day, _, brings in ACTS}
        outcomes = {place: act[1] if act[1].startswith("CASE") else f"'{act[1]}'" for place, act in acts.items()}
        days = {place: act[2] for place, act in acts.items()}
        found = {name: f"CAST(NULL AS {kind})" for name, kind in HEAD.items()}
        day = f"CASE place WHEN 400 THEN talk + 2 {whens(days)} END"
        found |= {
            "case": '"case"', "organization": "organization", "number": "place",
            "kind": "CASE place WHEN 10 THEN 'opened' WHEN 400 THEN 'correction' WHEN 410 THEN 'withdrawal' ELSE 'act' END",
            "step": f"CASE place WHEN 400 THEN 'talk' WHEN 410 THEN 'file_activist' {whens({place: repr(act[0]) for place, act in acts.items()})} END",
            "outcome": f"CASE place {whens(outcomes)} END".format(edition=EDITION),
            "occurred_on": day,
            "recorded_on": f"COALESCE({day}, applied) + CAST({self._roll()} % 5 AS INTEGER)",
            "supersedes": "CASE place WHEN 400 THEN 30 WHEN 410 THEN 50 END",
            "claimed": "CASE place WHEN 305 THEN 'reported' END",
            "broken": "CASE place WHEN 305 THEN ['convert.quorum'] END",
            "person.born_on": f"CASE place WHEN 10 THEN applied - {self._between(6600, 12000)} END",
            "person.leaves_on": f"CASE WHEN place = 10 AND {self._below(20)} THEN applied + {self._between(600, 1500)} END",
            "case.floating": "CASE place WHEN 10 THEN floating END",
            "case.has_committee": "CASE place WHEN 10 THEN has_committee END",
        }  # fmt: skip
        brought: dict[str, dict[float, str]] = {}
        for place, (step, _, _, brings) in acts.items():
            for field, value in brings.items():
                brought.setdefault(f"{step}.{field}", {})[place] = self._filled(value)
        for name, values in brought.items():
            found[name] = f"CAST(CASE place {whens(values)} END AS {self.columns.types[name]})"
        return found

    def _filled(self, value: str) -> str:
        """Return a value with what is rolled for each case in its place."""
        while "{" in value:
            before, _, rest = value.partition("{")
            word, _, after = rest.partition("}")
            kind, _, number = word.partition(":")
            made = {
                "fault": lambda n: self._below(int(n)),
                "some": lambda n: self._below(int(n)),
                "person": lambda n: person_of(
                    "organization",
                    f'("case" + {int(n)} * 5 + CAST({self._roll()} % 3 AS INTEGER)) % {MEMBERS}',
                    self.seed,
                ),
                "body": lambda n: (
                    f"CASE WHEN has_committee <> {self._below(int(n))} THEN 'branch_committee' ELSE 'general_meeting' END"
                ),
            }[kind](number)
            value = before + made + after
        return value


def whens(values: dict[float, str]) -> str:
    """Return the arms of a CASE over places."""
    return " ".join(f"WHEN {at(place)} THEN {value}" for place, value in values.items())


def at(place: float) -> int:
    """Return a place as the number of an entry: there is room between them."""
    return round(place * 10)


def quoted(name: str) -> str:
    """Return a name as the database reads it."""
    return f'"{name}"'


if __name__ == "__main__":
    main()
