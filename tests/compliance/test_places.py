"""Rates by organization: the base beside the share, up the tree, and nothing told of fewer than five people."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import select

from tests.cli.jishi import jishi
from tests.compliance.logs import csv as log_file
from tests.compliance.logs import law, rows
from tests.compliance.results import result
from tests.compliance.shelves import books, figures
from tests.web.lively import TODAY, lively
from workflow.compliance.places import BRANCH, NoTree
from workflow.compliance.result import Wanted
from workflow.store.tables import Case, Finding, Organization

AS_OF = date(2025, 6, 30)
COLUMNS = "case,step,day,office"


def told(folder, level=BRANCH, **offices):
    """Return by office what is told of so many cases, of which so many are late."""
    lines = [
        line
        for office, (cases, late) in offices.items()
        for number in range(cases)
        for line in (
            f"{office}-{number},Register,2025-01-08,{office}",
            f"{office}-{number},Grant,2025-03-0{6 if number < late else 5},{office}",
        )
    ]
    path = log_file(folder, rows(*lines, columns=COLUMNS))
    wanted = Wanted(level=level)
    with result(path, law(folder), AS_OF, wanted, columns={"organization": "office"}) as (_, said):
        return {
            one["organization"]: (one["cases"], one["with_findings"], one["findings"], one["rate"])
            for one in said["by_organization"]
        }


def test_each_organization_is_told_with_its_base_and_its_share(tmp_path):
    assert told(tmp_path, east=(20, 5), west=(40, 10), north=(8, 0)) == {
        "east": (20, 5, 5, 0.25), "west": (40, 10, 10, 0.25), "north": (8, 0, 0, 0.0),
    }  # fmt: skip


def test_fewer_than_five_people_are_not_told_nor_what_would_be_left_of_the_total(tmp_path):
    found = told(tmp_path, east=(20, 5), west=(40, 3), north=(60, 30), south=(50, 25))
    assert found["west"] == (40, None, None, None)
    assert found["east"] == (20, None, None, None)  # else three would be what is left of all findings
    assert found["north"] == (60, 30, 30, 0.5)
    assert found["south"] == (50, 25, 25, 0.5)


def test_people_beside_whom_fewer_than_five_are_left_over_are_not_told(tmp_path):
    found = told(tmp_path, east=(20, 18), west=(40, 20), north=(60, 30))
    assert found["east"][1:] == (None, None, None)
    assert sum(one[1] is None for one in found.values()) == 2


def test_a_level_is_refused_where_nothing_is_known_of_a_tree(tmp_path):
    with pytest.raises(NoTree):
        told(tmp_path, level=1, east=(20, 5))


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """Give the sample office on a working day."""
    office = lively(tmp_path_factory.mktemp("sample"))
    yield office
    office.database.close()


def at_level(office, level):
    """Return by organization how many cases there are at a level of the tree, or above it, from the tables."""
    counted: dict[str, int] = {}
    with office.database.read() as connection:
        names = {row.id: row.name for row in connection.execute(select(Organization.id, Organization.name))}
        for (path,) in connection.execute(select(Case.path)):
            ids = [int(one) for one in path.rstrip(".").split(".")]
            name = names[ids[-1] if level is None or len(ids) < level else ids[level - 1]]
            counted[name] = counted.get(name, 0) + 1
    return counted


@pytest.mark.parametrize("level", [None, 1, 2])
def test_the_record_is_told_by_branch_or_up_the_tree(sample, level):
    given = ("--by-organization",) if level is None else ("--by-organization", level)
    named = ("--database", f"sqlite:///{sample.database.place}", "--as-of", TODAY)
    head = json.loads(jishi("audit", *named, *given, "--json").out)
    cases = {one["organization"]: one["cases"] for one in head["by_organization"]}
    expected = at_level(sample, level)
    assert cases.keys() == expected.keys()
    assert all(number == expected[name] for name, number in cases.items() if number is not None)
    for one in head["by_organization"]:
        assert one["with_findings"] is None or one["with_findings"] == 0 or one["with_findings"] >= 5
    if level == 1:
        with sample.database.read() as connection:
            asked = select(Finding.case_id).where(Finding.broken_on <= TODAY).distinct()
            people = len(connection.execute(asked).all())
        assert [(one["cases"], one["with_findings"]) for one in head["by_organization"]] == [(head["cases"], people)]


@pytest.mark.parametrize("level", [None, 1])
def test_the_workbooks_of_the_record_are_by_branch_or_up_the_tree(sample, tmp_path, level):
    named = ("--database", f"sqlite:///{sample.database.place}", "--as-of", TODAY)
    given = ("--books", tmp_path / "books") if level is None else ("--books", tmp_path / "books", "--books-by", level)
    head = json.loads(jishi("audit", *named, *given, "--json").out)
    found = {name: figures(book) for name, book in books(tmp_path / "books").items() if name != "0"}
    assert {name: one["案卷"] for name, one in found.items()} == at_level(sample, level)
    assert sum(one["问题"] for one in found.values()) == head["found"]
    assert {one["上级"] for one in found.values()} == ({None} if level else {"中共XX大学委员会"})


def test_what_is_no_level_is_an_error(tmp_path):
    assert jishi("audit", "--data", tmp_path, "--by-organization", "0").code == 2
    assert jishi("audit", "--data", tmp_path, "--by-organization", "county").code == 2
