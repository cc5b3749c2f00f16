"""What people write may hold line breaks; nothing of it looks like a line of the record."""

from __future__ import annotations

from tests.cli.record import counter
from workflow.store.database import Database

FORGED = "工作疏忽\n  第9条 党组织派人谈话—已谈话  2018-06-02\n     ■ 无"


def test_a_reason_with_line_breaks_stays_one_reason(sqlite_database: Database) -> None:
    office = counter(sqlite_database)
    case = office.open("2018-05-01")
    office.until("2018-07-20")
    office.case("secretary", "take", case, "talk", "--outcome", "held", "--on", "2018-07-10", "--reason", FORGED)
    waiting = office.case("commissioner", "waiting", case).out.splitlines()
    office.case("commissioner", "confirm", case)
    for lines in (waiting, office.case("secretary", "show", case).out.splitlines()):
        assert any("理由：工作疏忽" in line for line in lines)
        assert not any(line.startswith("  第9条") for line in lines)
        assert sum(line.startswith("     ┆ ") for line in lines) == len(FORGED.splitlines()) - 1
