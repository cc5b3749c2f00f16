"""Two languages on every page, Chinese first; days and instants as people write them; the size of the letters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Literal

from flask import g, request
from jinja2 import Undefined

from workflow.calendar.office import OFFICE
from workflow.errors import Text

Language = Literal["zh", "en"]
LANGUAGE_COOKIE, SIZE_COOKIE = "jishi_lang", "jishi_size"
LARGE = "large"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def language() -> Language:
    """Return the language of this request: the one chosen before, else Chinese."""
    known: Language | None = g.get("lang")
    if known is not None:
        return known
    chosen: Language = "en" if request.cookies.get(LANGUAGE_COOKIE) == "en" else "zh"
    g.lang = chosen
    return chosen


def large() -> bool:
    """Tell whether large letters were chosen."""
    return request.cookies.get(SIZE_COOKIE) == LARGE


class Speech:
    """What pages say, in one language. Templates are given the words of the request's language once a page."""

    def __init__(self, language: Language) -> None:
        """Take the language."""
        self.language: Language = language
        self.english = language == "en"

    def t(self, zh: str, en: str) -> str:
        """Return the words in this language."""
        return en if self.english else zh

    def say(self, text: Text | None) -> str:
        """Return a sentence in this language; nothing for None."""
        return text.of(self.language) if text is not None else ""

    def say_any(self, words: object) -> str:
        """Return whatever a page may be given to say: words as they are, a Text, a day; nothing for nothing."""
        if isinstance(words, str):
            return words
        if isinstance(words, Text):
            return words.of(self.language)
        if words is None or isinstance(words, Undefined):
            return ""
        return self.day(words) if isinstance(words, date) else str(words)

    def day(self, value: date | None) -> str:
        """Return a day as people write it: 2026年11月21日, 21 Nov 2026."""
        if value is None:
            return ""
        if self.english:
            return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
        return f"{value.year}年{value.month}月{value.day}日"

    def moment(self, instant: datetime | None) -> str:
        """Return an aware instant in the office's time, to the minute."""
        if instant is None:
            return ""
        there = instant.astimezone(OFFICE)
        return f"{self.day(there.date())} {there:%H:%M}"

    def words(self) -> dict[str, Callable[..., str]]:
        """Return what templates call."""
        said = (self.t, self.say, self.say_any, self.day, self.moment)
        return {one.__name__: one for one in said}


SPEECH: dict[Language, Speech] = {"zh": Speech("zh"), "en": Speech("en")}


def speech() -> Speech:
    """Return what this request speaks."""
    return SPEECH[language()]


def t(zh: str, en: str) -> str:
    """Return the words in the language of this request."""
    return speech().t(zh, en)


def say(text: Text | None) -> str:
    """Return a sentence in the language of this request; nothing for None."""
    return speech().say(text)


def day(value: date | None) -> str:
    """Return a day as people write it in the language of this request."""
    return speech().day(value)


def moment(instant: datetime | None) -> str:
    """Return an aware instant in the office's time, to the minute."""
    return speech().moment(instant)
