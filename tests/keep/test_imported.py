"""The doctor knows imported history: after an import, after more of it, and after it was undone."""

from __future__ import annotations

from pathlib import Path

from tests.engine.office import LAWS
from tests.ledger_import.institute import SAMPLE, bring, institute
from workflow.engine.undoing import undo_import
from workflow.keep.cases import walk
from workflow.store.database import Database

BRANCHES = (
    "经济管理学院学生第一党支部", "数学学院学生第一党支部", "计算机学院学生第一党支部", "法学院学生第一党支部",
    "机械工程学院学生第一党支部", "外国语学院学生第一党支部",
)  # fmt: skip


def kinds(database: Database) -> set[str]:
    """Return what is found in the cases."""
    found = walk(database.peek, LAWS)
    return {str(one.text()) for part in (found.chain, found.projection, found.todo) for one in part.first}


def test_an_imported_ledger_is_found_sound_and_so_is_its_undoing(database: Database) -> None:
    office = institute(database, BRANCHES)
    done = bring(office, Path(SAMPLE))
    assert walk(database.peek, LAWS).cases > 70
    assert kinds(database) == set()
    undone = undo_import(office.desk, office.people["organizer"], str(done.batch), reason="导错文件")
    assert undone.cases > 70
    found = walk(database.peek, LAWS)
    assert found.erased > found.cases
    assert kinds(database) == set()
