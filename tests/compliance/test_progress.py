"""Progress: one line written over on a terminal, few lines elsewhere, nothing for a short file."""

from __future__ import annotations

import io

import pytest

from workflow.compliance.columns import display_width
from workflow.compliance.progress import LONG, progress_to


class Terminal(io.StringIO):
    """A stream that people look at."""

    def isatty(self) -> bool:
        return True


def screen(written: str) -> str:
    """Return what is left on the line after all that was written to it."""
    line: list[str] = []
    place = 0
    for character in written:
        if character == "\r":
            place = 0
            continue
        for part in (character, *[""] * (display_width(character) - 1)):
            line[place : place + 1] = [part]
            place += 1
    return "".join(line).rstrip()


def test_a_terminal_shows_one_line_and_is_clean_at_the_end():
    stream = Terminal()
    with progress_to(stream) as progress:
        reading = progress("读取")
        reading(1000, 50_000)
        assert screen(stream.getvalue()) == "读取 1,000 / 50,000 (2 %)"
        progress("判")(50_000, 50_000)
        assert screen(stream.getvalue()) == "判 50,000 / 50,000 (100 %)"
    assert screen(stream.getvalue()) == ""
    assert "\n" not in stream.getvalue()


def test_the_terminal_is_clean_after_an_error_too():
    stream = Terminal()
    with pytest.raises(ZeroDivisionError), progress_to(stream) as progress:
        progress("读取")(1 // 0, 1)
    assert screen(stream.getvalue()) == ""


def test_a_short_file_says_nothing_where_nobody_looks():
    stream = io.StringIO()
    with progress_to(stream) as progress:
        for done in range(0, LONG, 100):
            progress("读取")(done, LONG - 1)
    assert stream.getvalue() == ""


def test_a_long_file_says_each_tenth_once():
    stream = io.StringIO()
    with progress_to(stream) as progress:
        judging = progress("检查")
        for done in range(200, LONG + 1, 200):
            judging(done, LONG)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 10
    assert lines[-1] == f"检查 {LONG:,} / {LONG:,} (100 %)"


def test_nothing_to_do_is_all_done():
    stream = Terminal()
    with progress_to(stream) as progress:
        progress("读取")(0, 0)
        assert screen(stream.getvalue()) == "读取 0 / 0 (100 %)"
