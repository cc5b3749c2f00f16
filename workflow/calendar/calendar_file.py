"""Reading the file of days off: what cannot be right is refused, with the place and what to do."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from itertools import pairwise

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import ScalarNode

from workflow.calendar.entries import FIRST_YEAR, LAST_YEAR, Place
from workflow.calendar.statute import MonthDay, Statute, computed_days_off, statutory_days
from workflow.calendar.working_days import WorkingCalendar
from workflow.errors import Text

LONGEST_WAY_FROM_FESTIVAL = 15  # days

_FRIDAY = 4


class _DaysAsWritten(SafeConstructor):
    """Leaves a day as it is written, so that 2026-13-01 is refused by us, with its place."""

    def construct_yaml_timestamp(self, node: ScalarNode, values: object = None) -> str:  # noqa: ARG002 (as overridden)
        """Return the text of a day."""
        return str(node.value)


_DaysAsWritten.add_constructor("tag:yaml.org,2002:timestamp", _DaysAsWritten.construct_yaml_timestamp)


def read_calendar(text: str, name: str) -> WorkingCalendar:
    """Return the calendar written in ``text``; ``name`` is the file's, for messages.

    Years without a published arrangement are computed (1950 to 2100). Raises CalendarError for the first fault.
    """
    place = Place(name)
    page = place.mapping(_parsed(text, place), ("calendar", "names", "years", "statutory", "festivals"))
    names = _names(page["names"], place.at("names"))
    statutes = _statutes(page["statutory"], names, place.at("statutory"))
    festivals = _festivals(page["festivals"], names, place.at("festivals"))
    notices = {place.at("years").year(year): body for year, body in place.at("years").mapping(page["years"]).items()}

    days_off: dict[date, str] = {}
    make_up_days: set[date] = set()
    for year in sorted(notices):
        _enter_notice(notices[year], year, names, (days_off, make_up_days), place.at(year))
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        statutory = statutory_days(year, statutes, festivals.get(year, {}))
        if year in notices:
            _check_nothing_forgotten(statutory, days_off, place.at(year))
        else:
            days_off |= computed_days_off(statutory)
    return WorkingCalendar(
        name=str(page["calendar"]),
        days_off={day: names[holiday] for day, holiday in days_off.items()},
        make_up_days=frozenset(make_up_days),
        published=frozenset(notices),
    )


def _parsed(text: str, place: Place) -> object:
    """Return what the YAML says; a name that stands twice is a fault."""
    yaml = YAML(typ="safe")
    yaml.Constructor = _DaysAsWritten
    try:
        return yaml.load(text)
    except (YAMLError, ValueError, TypeError) as error:  # the last two: `-_` as a number, a list of mappings as a name
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        line = "?" if mark is None else mark.line + 1
        reason = str(getattr(error, "problem", None) or error)
        raise Place(f"{place.path}:{line}").fault(
            f"无法读取（{reason}）",
            f"cannot be read ({reason})",
            todo_zh="请核对该行和上一行的缩进、冒号、括号，以及同一名称是否写了两次。",
            todo_en="Check indent, colon and brackets of that line and the one above, and whether a name stands twice.",
        ) from error


def _names(value: object, place: Place) -> dict[str, Text]:
    """Return the holidays with their name in both languages."""
    names = {}
    for zh, en in place.mapping(value).items():
        if not isinstance(en, str) or not en.strip():
            raise place.at(zh).fault(
                "缺少英文名称",
                "the English name is missing",
                todo_zh="请在冒号后写英文名称。",
                todo_en="Write the English name after the colon.",
            )
        names[str(zh)] = Text(str(zh), en)
    return names


def _enter_notice(
    body: object, year: int, names: Collection[str], found: tuple[dict[date, str], set[date]], place: Place
) -> None:
    """Add the days of one year's notice to ``found``: the days off with their holiday, the make-up days."""
    days_off, make_up_days = found
    notice = place.mapping(body, ("off", "work"))
    for holiday, period in place.mapping(notice["off"]).items():
        here = place.at(holiday)
        _check_named(holiday, names, here)
        for day in here.days(period, year):
            _check_new(day, days_off, make_up_days, here)
            days_off[day] = str(holiday)
    for value in place.at("work").sequence(notice["work"]):
        day = place.at("work").day(value, year)
        _check_new(day, days_off, make_up_days, place.at("work"))
        if day.weekday() <= _FRIDAY:
            raise place.at("work").fault(
                f"{day}不是星期六或星期日",
                f"{day} is neither a Saturday nor a Sunday",
                todo_zh="只有调为上班的周末写在这里；请核对通知。",
                todo_en="Only weekend days on which people work belong here: compare it with the notice.",
            )
        make_up_days.add(day)


def _check_named(holiday: object, names: Collection[str], place: Place) -> None:
    """Refuse a holiday that has no name in both languages."""
    if holiday not in names:
        raise place.fault(
            "names 中没有这个节日",
            "this holiday does not stand under “names”",
            todo_zh="请核对写法，或在 names 中加一行。",
            todo_en="Check how it is written, or add a line under “names”.",
        )


def _check_new(day: date, days_off: Collection[date], make_up_days: Collection[date], place: Place) -> None:
    """Refuse a day that stands in the file already."""
    if day in days_off or day in make_up_days:
        raise place.fault(
            f"{day}已在另一处列为放假或上班",
            f"{day} is given elsewhere already, as a day off or a make-up day",
            todo_zh="每天只能写一次；请核对通知。",
            todo_en="A day stands in the file once: compare both places with the notices.",
        )


def _check_nothing_forgotten(statutory: list[tuple[date, str]], days_off: Collection[date], place: Place) -> None:
    """Refuse a notice that lacks a day which is off by statute: a holiday was not typed in."""
    for day, holiday in statutory:
        if day not in days_off:
            raise place.at(holiday).fault(
                f"{day}是法定节假日，却没有列为放假",
                f"{day} is a holiday by statute but is not given as a day off",
                todo_zh="请照通知补上这个节日。",
                todo_en="Add this holiday as the notice gives it.",
            )


def _statutes(value: object, names: Collection[str], place: Place) -> list[Statute]:
    """Return the wordings of the statute, in order of their first day."""
    statutes = []
    for number, item in enumerate(place.sequence(value), start=1):
        here = place.at(number)
        body = here.mapping(item, ("from", "fixed", "movable"))
        fixed = {}
        for holiday, period in here.at("fixed").mapping(body["fixed"]).items():
            there = here.at("fixed").at(holiday)
            _check_named(holiday, names, there)
            fixed[str(holiday)] = _ends(there.days(period, FIRST_YEAR))
        from_on = here.at("from").day_in_full(body["from"])
        statutes.append(Statute(from_on, fixed, _movable(body["movable"], names, here.at("movable"))))
    if any(one.from_on >= other.from_on for one, other in pairwise(statutes)):
        raise place.fault(
            "各版本未按施行日期先后排列",
            "the wordings are not in order of their first day",
            todo_zh="请把较早施行的写在前面。",
            todo_en="Put the one in force earlier first.",
        )
    return statutes


def _ends(days: list[date]) -> tuple[MonthDay, MonthDay]:
    """Return the first and the last of ``days`` as month and day, for any year."""
    return (days[0].month, days[0].day), (days[-1].month, days[-1].day)


def _movable(value: object, names: Collection[str], place: Place) -> dict[str, tuple[int, int]]:
    """Return first and last day off of each movable holiday, counted from the festival's own day."""
    movable = {}
    for holiday, offsets in place.mapping(value).items():
        here = place.at(holiday)
        _check_named(holiday, names, here)
        match here.sequence(offsets):
            case [int(first), int(last)] if -LONGEST_WAY_FROM_FESTIVAL <= first <= last <= LONGEST_WAY_FROM_FESTIVAL:
                movable[str(holiday)] = (first, last)
            case _:
                raise here.fault(
                    f"“{offsets}”不是[首日, 末日]",
                    f"“{offsets}” is not [first, last]",
                    todo_zh="请写与节日当天相差的天数，如除夕至初三写 [-1, 2]。",
                    todo_en="Write the distance in days from the festival's own day, such as [-1, 2].",
                )
    return movable


def _festivals(value: object, names: Collection[str], place: Place) -> Mapping[int, dict[str, date]]:
    """Return, for each year that is listed, the day of each festival."""
    festivals: dict[int, dict[str, date]] = {}
    for key, body in place.mapping(value).items():
        year = place.year(key)
        festivals[year] = {}
        for holiday, day in place.at(year).mapping(body).items():
            here = place.at(year).at(holiday)
            _check_named(holiday, names, here)
            festivals[year][str(holiday)] = here.day(day, year)
    return festivals
