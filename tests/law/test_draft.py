"""A draft laid beside the law: when it is one, what it changes from its day on, what becomes of local practice."""

from __future__ import annotations

from datetime import date

import pytest

from tests.law.small import EDITION, OVERLAY, changed, folder
from workflow.law.draft import Drafted, with_draft
from workflow.law.kinds import Within
from workflow.law.loader import load_edition
from workflow.law.source import DefinitionError
from workflow.law.timeline import Law, load_law

D = date
STANDING = changed(EDITION, "        months: 1", "        months: 3")
DRAFT = changed(changed(EDITION, '"2020-01-01"', '"2030-01-01"'), "        months: 1", "        months: 4")
TIGHTER = """\
steps:
  give_back:
    rules:
      in_a_month:
        kind: within
        from: lend.on
        act: give_back.on
        months: 2
        basis: local
        codes: {late: L02}
        text: {zh: 两个月内归还, en: back within two months}
"""


def law(root, **files: str) -> Law:
    """Return the law of one edition, with more files."""
    return load_law(folder(root, **{"lending__2020-01-01": STANDING, **files}), "lending")


def laid(root, text: str = DRAFT, **files: str) -> Drafted:
    """Return that law with a draft."""
    return with_draft(law(root, **files), *load_edition(text, "draft.yaml"))


def faults(root, text: str) -> list[tuple[str, int, str]]:
    """Return for what a draft is refused."""
    with pytest.raises(DefinitionError) as caught:
        laid(root, text)
    return [(fault.file, fault.line, fault.what.en) for fault in caught.value.faults]


def months(drafted: Law, day: date, *overlays: str) -> int:
    """Return how many months there are for giving back, on a day."""
    (period,) = (one for one in drafted.timeline(overlays) if one.holds(day))
    demand = period.edition.rules["give_back.in_a_month"][1].demand
    assert isinstance(demand, Within)
    return demand.months


def test_until_its_first_day_the_law_is_as_it_was(tmp_path):
    drafted = laid(tmp_path)
    assert drafted.day == D(2030, 1, 1)
    assert months(drafted.law, D(2029, 12, 31)) == 3
    assert months(drafted.law, D(2030, 1, 1)) == 4


def test_the_law_beside_which_it_is_laid_stays_as_it_is(tmp_path):
    standing = law(tmp_path, overlays__town=OVERLAY)
    with_draft(standing, *load_edition(DRAFT, "draft.yaml"))
    assert len(standing.editions) == len(standing.definitions.editions) == 1
    assert standing.definitions.overlays["town"].extends == (D(2020, 1, 1),)
    assert "2030-01-01" not in standing.definitions.sources


@pytest.mark.parametrize("day", ["2020-01-01", "2019-12-31"])
def test_a_draft_is_later_than_the_newest_edition(tmp_path, day):
    text = DRAFT.replace("2030-01-01", day)
    assert faults(tmp_path, text) == [
        ("draft.yaml", 2, "a draft comes into force after the newest edition, 2020-01-01")
    ]


def test_a_draft_is_of_the_same_procedure_and_every_fault_is_told_at_once(tmp_path):
    text = DRAFT.replace("procedure: lending", "procedure: buying").replace("2030", "2010")
    assert [line for _, line, _ in faults(tmp_path, text)] == [1, 2]


def test_what_a_column_means_may_not_change(tmp_path):
    text = changed(DRAFT, "plus: lend.on, months: 1", "plus: lend.on, months: 2")
    assert [(file, "rename it" in what) for file, _, what in faults(tmp_path, text)] == [("draft.yaml", True)]


def test_local_practice_on_the_newest_edition_goes_on(tmp_path):
    drafted = laid(tmp_path, overlays__town=OVERLAY + TIGHTER)
    assert [one.overlay for one in drafted.carried] == ["town"]
    assert drafted.dropped == ()
    assert months(drafted.law, D(2030, 1, 1), "town") == 2
    assert months(drafted.law, D(2030, 1, 1)) == 4


def test_local_practice_that_the_draft_overtakes_ends_with_it_and_the_reason_is_told(tmp_path):
    text = changed(DRAFT, "        months: 4", "        months: 1")
    drafted = laid(tmp_path, text, overlays__town=OVERLAY + TIGHTER)
    assert drafted.carried == ()
    assert [(fault.file, "loosens" in fault.what.en) for fault in drafted.dropped] == [("overlays/town.yaml", True)]
    (period,) = (one for one in drafted.law.timeline(["town"]) if one.holds(D(2030, 1, 1)))
    assert period.edition.overlays == ()


def test_local_practice_that_ended_with_an_earlier_edition_does_not_come_back(tmp_path):
    later = EDITION.replace('"2020-01-01"', '"2022-05-11"')
    drafted = laid(tmp_path, **{"lending__2022-05-11": later, "overlays__town": OVERLAY})
    assert (drafted.carried, drafted.dropped) == ((), ())
