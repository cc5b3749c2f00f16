"""All tables of the regulation tests, by file."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from tests.regulation.case import Row

FILES = sorted(Path(__file__).parent.glob("test_art_*.py"))


def rows(file: Path) -> Iterator[Row]:
    """Yield the rows of all tables of a file."""
    for value in vars(import_module(f"tests.regulation.{file.stem}")).values():
        if isinstance(value, tuple):
            yield from (row for row in value if isinstance(row, Row))


ROWS = {file: tuple(rows(file)) for file in FILES}
