"""Strategies: arbitrary cases of the right types, and histories that the states allow."""

from datetime import date, timedelta

from hypothesis import strategies as st

from tests.regulation.case import BOOK, FIELDS, LIVED_2014, LIVED_2026
from workflow.case.history import ContradictoryEvidence, Entry, view
from workflow.case.values import ABSENT, UNREADABLE, Value
from workflow.law.model import FieldDef, FieldType
from workflow.machine import advance, possible

NAMES = ("甲", "乙", "预备", "查无此人", "本支部优先", "两处同名", "身份难辨", "留察首日", "警告首日", "同名一罚")
DAYS = st.one_of(
    st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    st.dates(date(2026, 5, 1), date(2026, 5, 20)),
    st.dates(date(2026, 5, 1), date(2029, 5, 20)),
)


TEXTS = st.sampled_from([None, "一支部", "二支部", "文字"])
BY_TYPE: dict[FieldType, st.SearchStrategy[Value]] = {
    FieldType.DAY: st.none() | DAYS,
    FieldType.PLAN: st.none() | DAYS,
    FieldType.DAYS: st.none() | st.lists(DAYS, max_size=4).map(tuple),
    FieldType.COUNT: st.none() | st.integers(0, 40),
    FieldType.YES_NO: st.sampled_from([None, True, False]),
    FieldType.PERSON: st.sampled_from([None, *NAMES]),
    FieldType.BODY: st.sampled_from([None, *BOOK.newest.bodies]),
}


def readable(field: FieldDef) -> st.SearchStrategy[Value]:
    """Return the values that a column of this type can hold, blank among them."""
    return st.sampled_from([None, *field.values]) if field.values else BY_TYPE.get(field.type, TEXTS)


COLUMNS = {name: readable(field) for name, field in FIELDS.items()} | {
    "case.branch": st.sampled_from([None, "一支部", "二支部", "四支部"])
}
UNKNOWN = st.sampled_from([UNREADABLE, ABSENT])


@st.composite
def cases(draw: st.DrawFn, changes: int = 12) -> dict[str, Value]:
    """Draw a case: one that was lived without a fault, or nothing, with some columns changed to anything."""
    values = dict(draw(st.sampled_from([LIVED_2026, LIVED_2014, {}])))
    for name in draw(st.lists(st.sampled_from(sorted(COLUMNS)), max_size=changes, unique=True)):
        values[name] = draw(COLUMNS[name] | UNKNOWN)
    return values


@st.composite
def histories(draw: st.DrawFn) -> list[Entry]:
    """Draw entries that the states allow, one after the other, in time, some of them irregular."""
    day = draw(st.dates(date(2015, 1, 1), date(2027, 1, 1)))
    state = BOOK.edition_on(day).initial or ""
    entries: list[Entry] = []
    for _ in range(draw(st.integers(1, 30))):
        edition = BOOK.edition_on(day)
        ways = [(step, outcome) for step, found in possible(edition, state).items() for outcome in found]
        if not ways:
            break
        moving = [way for way in ways if way[0] not in ("leave", "not_recognise", "posthumous")]
        step, outcome = draw(st.sampled_from(moving or ways))
        evidence = edition.steps[step].evidence
        set_by_outcome = edition.steps[step].outcomes[outcome].sets
        names = draw(st.lists(st.sampled_from(sorted(evidence.keys() - set_by_outcome)), max_size=3, unique=True))
        given = {name: draw(COLUMNS[f"{step}.{name}"]) for name in names}
        if entries and draw(st.integers(0, 9)) == 0:
            entries.append(Entry(step, "irregular", day, given))
        elif _fits(act := Entry(step, outcome, day, given), entries):
            entries.append(act)
            state = advance(edition, state, step, outcome)
        day += timedelta(days=draw(st.integers(0, 120)))
    return entries


def _fits(act: Entry, entries: list[Entry]) -> bool:
    """Tell whether an act rewrites nothing that is on record: what only adds to a round may not."""
    try:
        view([*entries, act], BOOK.edition_on, {})
    except ContradictoryEvidence:
        return False
    return True
