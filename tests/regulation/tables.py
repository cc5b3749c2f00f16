"""All tables of the regulation tests, by file; a file speaks of one article, under its number of 2026."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from tests.regulation.case import Row

FILES = sorted(Path(__file__).parent.glob("test_art_*.py"))


def article(file: Path) -> int:
    """Return the article that a file is about: ``test_art_05_age.py`` speaks of article 5."""
    named = re.fullmatch(r"test_art_(\d\d)_\D+", file.stem)
    assert named, f"{file.name}: one article a file, such as test_art_05_age.py"
    return int(named[1])


def rows(file: Path) -> Iterator[Row]:
    """Yield the rows of all tables of a file."""
    for value in vars(import_module(f"tests.regulation.{file.stem}")).values():
        if isinstance(value, tuple):
            yield from (row for row in value if isinstance(row, Row))


ROWS = {file: tuple(rows(file)) for file in FILES}
