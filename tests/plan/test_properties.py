"""What holds of every plan: nothing before the as-of day, and what is done on its first day breaks no order or wait."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.regulation.case import BOOK, CALENDAR, LIVED_2026, WORLD, until
from tests.rules.cases import DAYS, cases
from workflow.case.history import Entry
from workflow.case.values import Value
from workflow.law.kinds import Age, NotBefore, Order, WorkingDays
from workflow.law.model import FieldType
from workflow.plan import Planned, make_plan
from workflow.rules.judge import Examiner
from workflow.rules.verdict import VerdictState

TIMING = {name for name, (_, rule) in BOOK.newest.rules.items()
          if isinstance(rule.demand, Order | NotBefore | WorkingDays | Age)}  # fmt: skip
STEPS = BOOK.newest.numbered
SINCE = date(2026, 5, 11)


@settings(max_examples=150)
@given(values=cases(), as_of=DAYS)
def test_no_first_day_lies_before_the_as_of_day(values: dict[str, Value], as_of: date) -> None:
    found = make_plan(BOOK, values, WORLD, as_of)
    assert [one for one in found if one.earliest.day < as_of] == []
    assert [one.number for one in found] == sorted(one.number for one in found)


def moments() -> st.SearchStrategy[tuple[str, date]]:
    """Draw how far the flawless case has come, and a day from then on."""

    def last(step: str) -> date:
        values = until(step, LIVED_2026)
        edition = BOOK.newest
        done = [values.get(name) for one in STEPS for name in edition.day_columns(one)]
        return max(day for day in done if isinstance(day, date))

    return st.tuples(st.sampled_from(STEPS[:-1]), st.integers(0, 200)).map(
        lambda drawn: (drawn[0], last(drawn[0]) + timedelta(drawn[1]))
    )


@settings(max_examples=100)
@given(moments())
def test_an_act_assumed_on_its_first_day_is_late_by_no_rule_that_could_still_be_kept(moment: tuple[str, date]) -> None:
    step, as_of = moment
    values = until(step, LIVED_2026)
    for one in make_plan(BOOK, values, WORLD, as_of):
        if one.latest is None or one.late or BOOK.newest.fields[one.column].type is not FieldType.DAY:
            continue
        again = {two.step: two for two in make_plan(BOOK, values, WORLD, as_of, {one.column: one.earliest.day})}
        assert not again[one.step].late
        columns = BOOK.columns(values | {one.column: one.earliest.day}, WORLD)
        said = [judged.judge(columns, one.earliest.day) for judged in BOOK.judged if judged.rule.id == one.latest.rule]
        assert VerdictState.VIOLATED not in {verdict.state for verdict in said}


def done(values: dict[str, Value], one: Planned, as_of: date) -> dict[str, Value]:
    """Return the case after the planned act on its first day, with what it leaves behind besides."""
    fields = BOOK.newest.steps[one.step].evidence
    papers = {
        f"{one.step}.{name}": LIVED_2026.get(f"{one.step}.{name}")
        for name, field in fields.items()
        if field.type not in (FieldType.DAY, FieldType.PLAN, FieldType.DAYS)
    }
    more: dict[str, Value] = {one.column: one.earliest.day}
    if one.step == "list_target":
        last = CALENDAR.nth_working_day(as_of, 5)
        more |= {"list_target.consented_on": as_of, "list_target.notice_from": as_of, "list_target.notice_to": last}
    if one.step == "choose_target":
        more["choose_target.heard_on"] = as_of
    if one.step == "activist":
        more["activist.recommended_on"] = as_of
    return values | papers | more


@settings(max_examples=60)
@given(moments())
def test_doing_the_planned_acts_on_their_first_days_breaks_no_order_and_no_wait(moment: tuple[str, date]) -> None:
    step, as_of = moment
    values = until(step, LIVED_2026)
    examiner = Examiner(BOOK, WORLD)
    for number in range(STEPS.index(step) + 1, len(STEPS)):
        planned = {one.step: one for one in make_plan(BOOK, values, WORLD, as_of)}
        one = planned.get(STEPS[number])
        if one is None or BOOK.newest.fields[one.column].type is not FieldType.DAY:
            continue
        after = done(values, one, as_of)
        act = Entry(one.step, "", one.earliest.day)
        refused = {refusal.rule for refusal in examiner.examine(values, after, act, one.earliest.day).refusals}
        assert refused & TIMING == set(), f"{one.step} on {one.earliest.day}"
        values, as_of = after, one.earliest.day
