"""How far a long run has come: one line that is written over on a terminal, a line at times elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from workflow.compliance.columns import display_width

Report = Callable[[int, int], None]
LONG = 20_000  # rows from which a run is worth a line where nobody watches
TENTHS = 10


@contextmanager
def progress_to(stream: TextIO) -> Iterator[Callable[[str], Report]]:
    """Give a function that starts a line for a part of the run; at the end a terminal is left clean.

    Off a terminal only files of ``LONG`` rows or more are worth lines, one for each tenth.
    """
    line = _Line(stream) if stream.isatty() else None

    def start(label: str) -> Report:
        return _shown_on(line, label) if line else _told_to(stream, label)

    try:
        yield start
    finally:
        if line:
            line.show("")


class _Line:
    """The last line of a terminal; spaces cover what stood there, for not every console knows how to erase."""

    def __init__(self, stream: TextIO) -> None:
        self.stream, self.width = stream, 0

    def show(self, text: str) -> None:
        width = display_width(text)
        cover = " " * max(self.width - width, 0)
        self.stream.write(f"\r{text}{cover}" + ("" if text else "\r"))
        self.stream.flush()
        self.width = width


def _shown_on(line: _Line, label: str) -> Report:
    def report(done: int, of: int) -> None:
        line.show(_sentence(label, done, of))

    return report


def _told_to(stream: TextIO, label: str) -> Report:
    told = 0

    def report(done: int, of: int) -> None:
        nonlocal told
        tenth = done * TENTHS // of if of else 0
        if of >= LONG and tenth > told:
            told = tenth
            stream.write(_sentence(label, done, of) + "\n")
            stream.flush()

    return report


def _sentence(label: str, done: int, of: int) -> str:
    return f"{label} {done:,} / {of:,} ({done * 100 // of if of else 100} %)"
