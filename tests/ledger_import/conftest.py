"""What most tests of the import ask for: the institute, and workbooks under new names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.office import Bureau
from tests.ledger_import.institute import institute, workbook
from workflow.store.database import Database


@pytest.fixture
def office(database: Database) -> Bureau:
    """Give the institute, nothing recorded in it yet."""
    return institute(database)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Return what writes a workbook under a new name."""
    names = iter(range(100))
    return lambda *people, **more: workbook(tmp_path / f"{next(names)}.xlsx", *people, **more)
