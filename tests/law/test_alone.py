"""Procedures of steps and rules alone: found by name, loaded with the conventions beside them, all faults at once."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from tests.law.small import EDITION, changed
from workflow.law.alone import FOLDERS, load_alone, procedures_alone
from workflow.law.loader import definitions_root
from workflow.law.source import DefinitionError

STATELESS = """\
procedure: visits
edition: "2026-01-01"
title: {zh: 走访, en: Visits}
source: {zh: 虚构, en: invented}
bodies: {branch: {zh: 党支部, en: branch}}
steps:
  visit:
    zh: 走访
    en: Visit
    basis: art. 1
    by: [branch]
    outcomes: {made: {zh: 已走访, en: made}}
    evidence:
      on: {type: day, zh: 走访日期, en: day of the visit}
"""
CONVENTIONS = """\
conventions:
  by_day: {zh: 按日, en: by days, reason: {zh: 简明, en: plain}, alternatives: {zh: 按时, en: hours}, basis: art. 1}
"""
(FOLDER,) = FOLDERS
SHIPPED = Path(str(definitions_root()))


def folder_of(root, **files):
    """Write the files of the folder, by stem; return the root."""
    (root / FOLDER).mkdir()
    for stem, text in files.items():
        (root / FOLDER / f"{stem}.yaml").write_text(text, encoding="utf-8")
    return root


def faults(root):
    with pytest.raises(DefinitionError) as caught:
        load_alone(root)
    return [(fault.file, fault.where, fault.what.en) for fault in caught.value.faults]


def test_each_is_known_by_folder_and_file_and_conventions_are_none(tmp_path):
    root = folder_of(tmp_path, visits=STATELESS, conventions=CONVENTIONS)
    assert list(procedures_alone(root)) == [f"{FOLDER}/visits"]
    law = load_alone(root)[f"{FOLDER}/visits"]
    assert [edition.procedure for edition in law.editions] == ["visits"]
    assert list(law.definitions.conventions) == ["by_day"]


def test_a_folder_without_conventions_has_none_and_no_folder_has_no_procedures(tmp_path):
    assert load_alone(tmp_path) == {}
    law = load_alone(folder_of(tmp_path, visits=STATELESS))[f"{FOLDER}/visits"]
    assert law.definitions.conventions == {}


def test_faults_of_all_files_are_told_at_once(tmp_path):
    root = folder_of(
        tmp_path,
        conventions=changed(CONVENTIONS, "basis: art. 1", "ground: art. 1"),
        house_calls=STATELESS,
        lending=EDITION,
        visits=changed(STATELESS, "by: [branch]", "by: [brunch]"),
    )
    assert faults(root) == [
        (f"{FOLDER}/conventions.yaml", "conventions.by_day.basis", "Field required"),
        (f"{FOLDER}/conventions.yaml", "conventions.by_day.ground", "Extra inputs are not permitted ('art. 1')"),
        (f"{FOLDER}/house_calls.yaml", "procedure", "file name and procedure do not agree"),
        (f"{FOLDER}/lending.yaml", "states", "procedures with states do not belong here"),
        (f"{FOLDER}/visits.yaml", "steps.visit", "no body “brunch”"),
    ]


def test_the_shipped_ones_load_and_their_texts_are_in_both_languages():
    laws = load_alone(SHIPPED)
    assert sorted(laws) == sorted(
        f"branch_life/{one}"
        for one in ("group_meetings", "meetings", "organizational_life", "recruitment_plan", "study")
    )
    for law in laws.values():
        (edition,) = law.editions
        texts = [edition.title, edition.source, *(rule.text for _, rule in edition.rules.values())]
        texts += [rule.remedy for _, rule in edition.rules.values() if rule.remedy]
        assert all(one.zh.strip() and one.en.strip() for one in texts)
        assert all(rule.remedy for _, rule in edition.rules.values())


def test_a_copy_of_the_definitions_is_read_where_it_lies(tmp_path):
    copytree(SHIPPED / FOLDER, tmp_path / FOLDER)
    assert load_alone(tmp_path).keys() == load_alone(SHIPPED).keys()
