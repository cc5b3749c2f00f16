"""A flawless case under each edition, and what one rule says of it when some of its columns are changed.

The tables of the regulation tests are written in a small notation: ``talk.on=2026-07-01; talk.talker=blank`` changes
two columns. ``blank`` and ``unreadable`` are values of every column; several days are joined by commas.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import pytest

from tests.regulation.members import BRANCH, ROSTER
from workflow.calendar import read_calendar
from workflow.case.facts import World
from workflow.case.values import UNREADABLE, Value
from workflow.law.kinds import Outcome
from workflow.law.loader import definitions_root
from workflow.law.model import FieldType, Force
from workflow.law.timeline import load_law
from workflow.rules.rulebook import Judged, Rulebook
from workflow.rules.verdict import VerdictState

LAW = load_law(definitions_root())
BOOK = Rulebook(LAW, LAW.timeline())
CALENDAR = read_calendar((definitions_root() / "calendar" / "cn.yaml").read_text("utf-8"), "cn.yaml")
WORLD = World(CALENDAR, ROSTER)
FIELDS = {name: field for period in BOOK.periods for name, field in period.edition.fields.items()}


def read_value(name: str, text: str) -> Value:
    """Return the value of a column as the tables write it."""
    kind = FIELDS[name].type if name in FIELDS else FieldType.TEXT
    if text in ("blank", "unreadable"):
        return None if text == "blank" else UNREADABLE
    match kind:
        case FieldType.DAY | FieldType.PLAN:
            return date.fromisoformat(text)
        case FieldType.DAYS:
            return tuple(date.fromisoformat(day.strip()) for day in text.split(","))
        case FieldType.COUNT:
            return int(text)
        case FieldType.YES_NO:
            return {"yes": True, "no": False}[text]
        case _:
            return text


def read_values(text: str) -> dict[str, Value]:
    """Return the columns of one line of a table; a column that no edition knows is a mistake in the table."""
    pairs = [part.split("=", 1) for part in text.replace("\n", ";").split(";") if part.strip()]
    found = {name.strip(): read_value(name.strip(), value.strip()) for name, value in pairs}
    unknown = set(found) - set(FIELDS) - {"case.branch"}
    assert not unknown, f"no such column: {unknown}"
    return found


LIVED_2026 = read_values(f"""
    person.born_on=2000-02-10; case.branch={BRANCH}; case.has_committee=yes; case.floating=no
    apply.on=2026-05-20; talk.on=2026-06-10
    activist.recommended_by=党员推荐; activist.recommended_on=2026-06-20; activist.on=2026-07-01
    activist.body=branch_committee; file_activist.on=2026-07-03
    contacts.on=2026-07-05; contacts.name_1=甲; contacts.name_2=乙
    cultivate.reviews=2026-12-28, 2027-06-25
    choose_target.heard_on=2027-07-05; choose_target.on=2027-07-06; choose_target.body=branch_committee
    list_target.consented_on=2027-07-08; list_target.notice_from=2027-07-09; list_target.notice_to=2027-07-15
    list_target.notice_result=clear; list_target.on=2027-07-16
    sponsors.on=2027-07-18; sponsors.name_1=甲; sponsors.name_2=乙
    political_review.on=2027-08-01; political_review.conclusion=passed; political_review.paper=政审2027-3
    training.from_on=2027-08-04; training.on=2027-08-06; training.hours=24; training.body=committee
    examine.on=2027-08-10; examine.body=branch_committee
    pre_review.on=2027-08-20; pre_review.paper=预审2027-3; pre_review.body=committee
    fill_form.on=2027-08-25; fill_form.paper=志2027-3
    admit.on=2027-09-06; admit.due=20; admit.present=18; admit.written=1; admit.written_by_on=2027-09-05
    admit.in_favour=17; admit.against=1; admit.abstained=1; admit.invalid=0; admit.ballot=secret; admit.singly=yes
    admit.resolution=决2027-3; admit.reported_on=2027-09-10
    superior_talk.on=2027-09-20
    approve.on=2027-10-08; approve.body=committee; approve.singly=yes
    approve.probation_from=2027-09-06; approve.probation_to=2028-09-06
    file_admission.on=2027-10-12; assign.on=2027-10-13; oath.on=2027-10-25
    observe.reviews=2028-03-01, 2028-08-20; request.on=2028-08-28
    convert.on=2028-09-06; convert.due=20; convert.present=19; convert.in_favour=18; convert.against=1
    convert.abstained=0; convert.ballot=secret; convert.conclusion=converted; convert.reported_on=2028-09-08
    approve_conversion.on=2028-10-20; approve_conversion.conclusion=converted; approve_conversion.body=committee
    approve_conversion.full_from=2028-09-06; convert.heard_on=2028-09-01; convert.examined_on=2028-09-03
    archive.on=2028-10-30; archive.admission_form=1; archive.application_letter=2; archive.cultivation_record=3
    archive.political_review=4; archive.probation_record=5; archive.conversion_request=6
""")


def _eight_years_earlier(value: Value) -> Value:
    if isinstance(value, tuple):
        return tuple(day.replace(year=day.year - 8) for day in value)
    return value.replace(year=value.year - 8) if isinstance(value, date) else value


LIVED_2014 = {name: _eight_years_earlier(value) for name, value in LIVED_2026.items()} | read_values("""
    person.born_on=1992-02-10
    list_target.notice_from=blank; list_target.notice_to=blank; list_target.notice_result=blank
    archive.probation_record=blank
""")


@dataclass(frozen=True, slots=True)
class Said:
    """What a rule says: the state, how it is broken and how grave that is, the day on which a running limit ends."""

    state: VerdictState
    outcome: Outcome | None = None
    force: Force | None = None
    due: date | None = None


SATISFIED = Said(VerdictState.SATISFIED)
SILENT = Said(VerdictState.NOT_APPLICABLE)
UNDECIDABLE = Said(VerdictState.UNDECIDABLE)


def broken(outcome: str = "broken") -> Said:
    """Return a hard breach."""
    return Said(VerdictState.VIOLATED, Outcome(outcome), Force.HARD)


def soft(outcome: str = "broken") -> Said:
    """Return a soft breach."""
    return Said(VerdictState.VIOLATED, Outcome(outcome), Force.SOFT)


def pending(due: str) -> Said:
    """Return that a limit runs until ``due``."""
    return Said(VerdictState.PENDING, due=date.fromisoformat(due))


MISSING, EARLY, LATE, OVERDUE = broken("missing"), broken("early"), broken("late"), broken("overdue")
OUT_OF_ORDER, GAP, SHORT, BROKEN = broken("out_of_order"), broken("gap"), broken("short"), broken()


def verdict(rule: str, values: Mapping[str, Value], as_of: date, step: str = "") -> Said:
    """Return what ``rule`` says of a case, whichever edition governs; ``step``: of the link that leads to it."""
    columns = BOOK.columns(values, WORLD)
    asked = [judged for judged in BOOK.judged if judged.rule.id == rule and step in ("", judged.step)]
    assert asked, f"no rule {rule} {step}"
    said = {_said(judged, columns, as_of) for judged in asked} - {SILENT}
    assert len(said) <= 1, f"{rule} speaks with several voices: {said}"
    return said.pop() if said else SILENT


def _said(judged: Judged, columns: Mapping[str, Value], as_of: date) -> Said:
    found = judged.judge(columns, as_of)
    if found.outcome is None:
        return Said(found.state, due=found.due if found.state is VerdictState.PENDING else None)
    _, wording = judged.rule.wording_on(judged.governing_on(columns, as_of))
    return Said(found.state, found.outcome, wording.force_of(found.outcome))


def until(step: str, values: Mapping[str, Value]) -> dict[str, Value]:
    """Return the case as it stood when ``step`` was done: later steps are blank."""
    edition = BOOK.newest
    later = edition.numbered[edition.numbered.index(step) + 1 :]
    return {name: None if name.split(".")[0] in later else value for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: the paragraph and edge it shows, what is changed, and what the law says of it."""

    title: str
    changes: str
    expected: Said
    as_of: str = "2030-01-01"
    to: str = "archive"  # the last step that was done
    base: Mapping[str, Value] | None = None  # None: LIVED_2026
    rule: str = ""
    step: str = ""

    def __str__(self) -> str:
        """Return the name of the row among the tests."""
        return f"{self.rule} {self.title}"

    def values(self) -> dict[str, Value]:
        """Return the recorded columns of the case."""
        return until(self.to, self.base or LIVED_2026) | read_values(self.changes)

    def found(self) -> Said:
        """Return what the rule says."""
        return verdict(self.rule, self.values(), date.fromisoformat(self.as_of), self.step)


def table(rule: str, *rows: Row, step: str = "") -> tuple[Row, ...]:
    """Return the rows of one rule."""
    return tuple(replace(row, rule=rule, step=step) for row in rows)


def row_2014(title: str, changes: str, expected: Said, as_of: str = "2022-01-01", to: str = "archive") -> Row:
    """Return a row on the case lived under the edition of 2014."""
    return Row(title, changes, expected, as_of, to, LIVED_2014)


def each(*tables: tuple[Row, ...]) -> Callable[[Callable[[Row], None]], Callable[[Row], None]]:
    """Run a test for every row of the tables."""
    return pytest.mark.parametrize("row", [row for rows in tables for row in rows], ids=str)
