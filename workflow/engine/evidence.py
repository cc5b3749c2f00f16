"""Evidence as it is submitted and stored (plain) and as rules read it (typed), and which of it is personal."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import cast

from workflow.case.values import UNREADABLE, Unreadable, Value
from workflow.errors import Text, WorkflowError
from workflow.law.model import Edition, FieldDef, FieldType
from workflow.plain import harmless, name_key
from workflow.seal import Plain

PERSONAL = frozenset({FieldType.PERSON, FieldType.TEXT, FieldType.PAPER})
RECORD = "record"  # pseudo step of what is known of a person or case besides any step
CORRECT_IT = Text("请改正后再提交", "correct it and submit again")
LONGEST = 2000  # characters of a text
LONGEST_NAME = 100
LARGEST = 1_000_000  # of a count
MOST_DAYS = 200  # of several
UNREAD = "unread"  # key under which an attested entry lists the fields that could not be read


class UnreadableEvidence(WorkflowError):  # noqa: N818 - errors are named as facts
    """A submitted value is not of its field's type."""


def field_of(edition: Edition, step: str | None, name: str) -> FieldDef | None:
    """Return the definition of a field: of a step, or with a full stop in its name of what is recorded besides."""
    if "." in name:
        part, key = name.split(".", 1)
        return edition.record.get(part, {}).get(key)
    definition = edition.steps.get(step or "")
    return definition.evidence.get(name) if definition else None


def personal(field: FieldDef | None, name: str) -> bool:
    """Tell whether a value is kept apart from its entry and can be erased: names, free text, all about the person."""
    return field is None or field.type in PERSONAL or name.startswith("person.")


def days_done(field: FieldDef | None, value: Value) -> Iterator[date]:
    """Yield the days that a value of a field says something was done on; a plan names none."""
    if field is not None and field.dates_an_act:
        yield from (day for day in (value if isinstance(value, tuple) else (value,)) if isinstance(day, date))


def typed(edition: Edition, step: str | None, plain: Mapping[str, Plain]) -> dict[str, Value]:
    """Return submitted evidence as values; raises UnreadableEvidence with every fault at once.

    Fields unknown to the step are left to the fold, which refuses them by name.
    """
    return _typed(edition, step, plain, _READERS)


def _typed(edition: Edition, step: str | None, plain: Mapping[str, Plain], readers: Readers) -> dict[str, Value]:
    values: dict[str, Value] = {}
    faults: list[Text] = []
    for name, given in plain.items():
        field = field_of(edition, step, name)
        try:
            values[name] = None if given is None or given == "" else _read(field, given, edition, readers)
        except (TypeError, ValueError) as error:
            faults.append(_fault(field, name, given, error))
    if faults:
        zh, en = "；".join(fault.zh for fault in faults), "; ".join(fault.en for fault in faults)
        raise UnreadableEvidence(Text(zh, en), CORRECT_IT)
    return values


def typed_one(edition: Edition, field: FieldDef, given: Plain) -> Plain:
    """Return one submitted value in the writing in which it is stored; raises UnreadableEvidence with what to write."""
    try:
        return _plain(_read(field, given, edition, _READERS))
    except (TypeError, ValueError) as error:
        expected = _expected(field, error)
        what = Text(f"{expected.zh}。", f"{expected.en[0].upper()}{expected.en[1:]}.")
        raise UnreadableEvidence(what, CORRECT_IT) from None


def stored(values: Mapping[str, Value]) -> dict[str, Plain]:
    """Return typed values as plain ones; what could not be read is listed under ``unread``."""
    plain = {name: _plain(value) for name, value in values.items() if not isinstance(value, Unreadable)}
    unread = sorted(name for name, value in values.items() if isinstance(value, Unreadable))
    return {**plain, UNREAD: unread} if unread else plain


def restored(edition: Edition, step: str | None, plain: Mapping[str, Plain], erased: Iterable[str]) -> dict[str, Value]:
    """Return stored evidence as values; what was erased or could not be read is unreadable.

    Texts stand there as they were read when they came in, and are not looked at letter by letter again.
    """
    unread = cast("Iterable[str]", plain.get(UNREAD, ()))
    known = {name: value for name, value in plain.items() if name != UNREAD} if UNREAD in plain else plain
    values = _typed(edition, step, known, _RESTORERS)
    values.update(dict.fromkeys((*unread, *erased), UNREADABLE))
    return values


def _plain(value: Value) -> Plain:
    if isinstance(value, tuple):
        return [day.isoformat() for day in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Unreadable):
        raise TypeError("what cannot be read has no plain writing")
    return value


def _read(field: FieldDef | None, given: Plain, edition: Edition, readers: Readers) -> Value:
    kind = field.type if field else FieldType.TEXT
    reader = readers.get(kind)
    if reader is not None:
        return reader(given)
    return _one_of(given, edition.bodies if kind is FieldType.BODY else cast("FieldDef", field).values)


def _day(given: Plain) -> date:
    return date.fromisoformat(_text(given))


def _days(given: Plain) -> tuple[date, ...]:
    days = [given] if isinstance(given, str) else list(cast("Iterable[Plain]", given))
    if len(days) > MOST_DAYS:
        raise ValueError(f"{MOST_DAYS} days at most are expected")
    return tuple(sorted({_day(day) for day in days}))


def _name(given: Plain) -> str:
    """Return a name as names are compared: what is written with and without spaces is one."""
    return name_key(_text(given))


def text_of(given: Plain, what: Text, longest: int = LONGEST) -> str:
    """Return a free text as it is kept; raises UnreadableEvidence that names ``what`` it was meant for."""
    try:
        return _text(given, longest)
    except (TypeError, ValueError):
        zh, en = f"“{what.zh}”应为1至{longest}字的文字", f"“{what.en}” is a text of 1 to {longest} characters"
        raise UnreadableEvidence(Text(zh, en), CORRECT_IT) from None


def _text(given: Plain, longest: int = LONGEST) -> str:
    text = unicodedata.normalize("NFC", _stored_text(given)).strip()
    line = text.replace("\n", " ")
    if len(text) > longest or not text or harmless(line) != line:
        raise ValueError(f"a text of 1 to {longest} printable characters is expected")
    return text


def _count(given: Plain) -> int:
    number = int(given) if isinstance(given, str) and given.isascii() and given.isdigit() else given
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= LARGEST:
        raise ValueError(f"a whole number from 0 to {LARGEST} is expected")
    return number


def _yes_no(given: Plain) -> bool:
    answers: dict[object, bool] = {True: True, False: False, "yes": True, "no": False}
    if not isinstance(given, bool | str) or given not in answers:
        raise ValueError("yes or no is expected")
    return answers[given]


def _one_of(given: Plain, values: Iterable[str]) -> str:
    known = list(values)
    if not isinstance(given, str) or given not in known:
        raise ValueError("one of these is expected: " + ", ".join(known))
    return given


def _stored_text(given: Plain) -> str:
    if not isinstance(given, str):
        raise TypeError("a text is expected")
    return given


Readers = Mapping[FieldType, Callable[[Plain], Value]]  # of all types but those that a definition lists the values of
_READERS: Readers = {
    FieldType.DAY: _day,
    FieldType.PLAN: _day,
    FieldType.DAYS: _days,
    FieldType.COUNT: _count,
    FieldType.YES_NO: _yes_no,
    FieldType.PERSON: _name,
    FieldType.TEXT: _text,
    FieldType.PAPER: _text,
}
_RESTORERS: Readers = {
    **_READERS,
    FieldType.PERSON: lambda given: name_key(_stored_text(given)),
    FieldType.TEXT: _stored_text,
    FieldType.PAPER: _stored_text,
}
_EXPECTED = {
    FieldType.DAY: Text("应为日期，如 2026-05-11", "a day is expected, such as 2026-05-11"),
    FieldType.PLAN: Text("应为日期，如 2026-05-11", "a day is expected, such as 2026-05-11"),
    FieldType.DAYS: Text(f"应为1至{MOST_DAYS}个日期", f"1 to {MOST_DAYS} days are expected"),
    FieldType.COUNT: Text("应为不小于零的整数", "a whole number, zero or more, is expected"),
    FieldType.YES_NO: Text("应为是或者否", "yes or no is expected"),
}


def _fault(field: FieldDef | None, name: str, given: Plain, error: Exception) -> Text:
    label = Text(field.zh, field.en) if field else Text(harmless(name), harmless(name))
    shown = harmless(str(given))[:80]
    expected = _expected(field, error)
    return Text(f"“{label.zh}”填的是“{shown}”，{expected.zh}", f"“{label.en}” holds “{shown}”: {expected.en}")


def _expected(field: FieldDef | None, error: Exception) -> Text:
    """Return what should stand in a field."""
    known = _EXPECTED.get(field.type) if field else None
    return known or Text(_choices(field) or f"应为不超过{LONGEST}字的文字", str(error))


def _choices(field: FieldDef | None) -> str:
    return "应为：" + "、".join(_names(field)) if field and field.values else ""


def _names(field: FieldDef) -> Iterator[str]:
    return (f"{value}（{words.zh}）" for value, words in field.values.items())
