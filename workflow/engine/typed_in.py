"""What somebody types, turned into what the desk takes: codes for names, days however they are written, plain values.

Shared by the command line and the pages: what is typed is read one way. Nothing here judges what was typed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date

from workflow.calendar.typed import UnreadableDay, day_of, days_of
from workflow.engine.evidence import CORRECT_IT, UnreadableEvidence, typed_one
from workflow.errors import Text, WorkflowError
from workflow.law.model import Edition, FieldDef, FieldType
from workflow.plain import harmless
from workflow.seal import Plain

YES = {"是": "yes", "否": "no", "yes": "yes", "no": "no", "true": "yes", "false": "no", "y": "yes", "n": "no"}
Named = tuple[str, Text]  # a code and what it is called


class Unclear(WorkflowError):  # noqa: N818 - errors are named as facts
    """What was typed names nothing, or several things."""


def day_typed(text: str) -> date:
    """Return the day that was typed, in any usual writing; raises UnreadableEvidence that says how to write it."""
    try:
        return day_of(text)
    except UnreadableDay as error:
        raise UnreadableEvidence(error.reason, CORRECT_IT) from None


def days_typed(text: str) -> tuple[date, ...]:
    """Return the days that were typed, with marks, spaces or lines between them; raises UnreadableEvidence."""
    try:
        return days_of("\n".join(text.split()))
    except UnreadableDay as error:
        raise UnreadableEvidence(error.reason, CORRECT_IT) from None


def typed_field(edition: Edition, field: FieldDef, typed: str | Sequence[str]) -> Plain:
    """Return what was typed into a field as the desk takes it; None: nothing was typed.

    Several days may come as several texts. Raises UnreadableEvidence with what to write instead.
    """
    texts = [typed] if isinstance(typed, str) else list(typed)
    filled = [text for text in texts if text.strip()]
    if not filled:
        return None
    if field.type is FieldType.DAYS:
        value: Plain = [day.isoformat() for text in filled for day in days_typed(text)]
    else:
        value = _value(edition, field, filled[0])
    return typed_one(edition, field, value)


def coded(field: FieldDef, value: Plain, edition: Edition) -> Plain:
    """Return a value as the desk takes it: names as codes, days in one writing; what cannot be read as it was typed.

    The desk then refuses it, together with whatever else is wrong.
    """
    if not isinstance(value, str):
        return value
    try:
        if field.type is FieldType.DAYS:
            return [day.isoformat() for day in days_typed(value)]
        return _value(edition, field, value)
    except UnreadableEvidence:
        return value


def _value(edition: Edition, field: FieldDef, text: str) -> Plain:
    """Return one text as a plain value; raises UnreadableEvidence for what is no day."""
    match field.type:
        case FieldType.CHOICE | FieldType.BODY:
            return _code_of(text, choices_of(edition, field))
        case FieldType.YES_NO:
            return YES.get(_plain(text), text)
        case FieldType.DAY | FieldType.PLAN:
            return day_typed(text).isoformat()
        case FieldType.COUNT:
            return _plain(text)
        case _:
            return text


def choices_of(edition: Edition, field: FieldDef) -> tuple[Named, ...]:
    """Return what can be chosen in a field, by code: nothing where it is not chosen but written."""
    match field.type:
        case FieldType.CHOICE:
            return tuple((code, Text(one.zh, one.en)) for code, one in field.values.items())
        case FieldType.BODY:
            return tuple((code, Text(one.zh, one.en)) for code, one in edition.bodies.items())
        case FieldType.YES_NO:
            return (("yes", Text("是", "yes")), ("no", Text("否", "no")))
        case _:
            return ()


def _code_of(value: str, known: Sequence[Named]) -> str:
    """Return the code of a value that is called so; what nobody knows is left to the desk to refuse."""
    return next((code for code, name in known if _plain(value) in _names(code, name)), value)


def called(what: Text, name: str, known: Sequence[Named]) -> str:
    """Return the code that a text means: a code, a name, or a part of one name only; raises Unclear."""
    plain = _plain(name)
    exact = [code for code, words in known if plain in _names(code, words)]
    part = [code for code, words in known if plain and any(plain in each for each in _names(code, words))]
    for found in (exact, part):
        if len(found) == 1:
            return found[0]
    raise unclear(what, name, [one for one in known if one[0] in (exact or part)] or known)


def unclear(what: Text, name: str, known: Sequence[Named]) -> Unclear:
    """Return that a name is not clear as ``what``, with what it could be."""
    shown = harmless(name)[:80]
    return Unclear(
        Text(f"不知道“{shown}”是哪个{what.zh}", f"“{shown}” is not clear as a {what.en}"),
        Text(f"可以写：{listed(known, 'zh')}", f"it can be: {listed(known, 'en')}"),
    )


def listed(known: Sequence[Named], lang: str) -> str:
    """Return codes with their names, as a message lists them."""
    open_, close, comma = ("（", "）", "、") if lang == "zh" else (" (", ")", ", ")
    return comma.join(f"{code}{open_}{name.of(lang)}{close}" for code, name in known)


def _names(code: str, name: Text) -> tuple[str, ...]:
    return (_plain(code), _plain(name.zh), _plain(name.en))


def _plain(text: str) -> str:
    """Return a name without the differences that typing makes: width, spaces, case."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
