"""Procedures of steps and rules alone are proved like editions; what their rules rest on exists, and is rested on."""

from __future__ import annotations

from pathlib import Path

import pytest

from workflow.law.alone import FOLDERS, load_alone
from workflow.law.loader import definitions_root
from workflow.prover import procedures_hold

(FOLDER,) = FOLDERS
ROOT = Path(str(definitions_root()))
SHIPPED = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / FOLDER).glob("*.yaml")}

TOO_EARLY = """\
how: {first_filled: [until.on, year_later]}}
  year_later: {zh: 一年后, en: a year later, basis: case_is_a_year, how: {plus: year.on, months: 12}}
"""


def proved(root, files):
    """Return the proof about the files of a folder, by name."""
    (root / FOLDER).mkdir()
    for name, text in files.items():
        (root / FOLDER / name).write_text(text, encoding="utf-8")
    return procedures_hold(load_alone(root))


def test_the_shipped_ones_are_proved():
    part = procedures_hold(load_alone(ROOT))
    assert part.faults == ()
    assert {what.en: number for what, number in part.counts} == {"procedures": 5, "rules": 25}


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "message"),
    [
        ("study.yaml", "basis: hours_added_up", "basis: hours_summed_up",
         "steps.total.rules.added_up.basis", "no convention “hours_summed_up”"),
        ("study.yaml", "    en: Add up the class-hours of the year\n    basis: art. 20",
         "    en: Add up the class-hours of the year\n    basis: custom",
         "steps.total.basis", "no convention “custom”"),
        ("group_meetings.yaml", "en: a year from the first day, basis: case_is_a_year",
         "en: a year from the first day, basis: habit", "derived.year_end.basis", "no convention “habit”"),
        ("study.yaml", "min: 32", "min: 0", "steps.total.rules.hours", "no example was found that breaks it"),
        ("organizational_life.yaml", "codes: BL-forum\n        waivable: false", "online: refuse",
         "steps.appraisal.rules.by_the_general_meeting",
         "a rule on votes, age or power cannot be waived: waivable: false"),
        ("organizational_life.yaml", "allowed: [branch_committee, general_meeting]\n",
         "allowed: [branch_committee, general_meeting, branch, group, other]\n",
         "steps.opinion.rules.by_committee_or_meeting", "no example was found that breaks it"),
        ("group_meetings.yaml", "how: {first_filled: [until.on, year_end]}}\n",
         TOO_EARLY,
         "derived.year_to", "reads “year_later”, which is computed after it"),
    ],
)  # fmt: skip
def test_a_planted_fault_is_found(tmp_path, file, old, new, where, message):
    assert SHIPPED[file].count(old) == 1
    found = proved(tmp_path, SHIPPED | {file: SHIPPED[file].replace(old, new)}).faults
    told = {(fault.file, fault.where.removesuffix(".waivable"), fault.what.en) for fault in found}
    assert (f"{FOLDER}/{file}", where, message) in told


def test_a_convention_on_which_nothing_rests_is_found(tmp_path):
    files = {name: text for name, text in SHIPPED.items() if name != "study.yaml"}
    (fault,) = proved(tmp_path, files).faults
    assert (fault.where, fault.what.en) == ("conventions.hours_added_up", "no rule rests on it")
