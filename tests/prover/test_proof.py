"""The proof as a whole: the shipped law is clean, and faults planted in it are found where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.prover.laws import Files, line_of, refuted, replaced, whole
from workflow.errors import Text
from workflow.law.loader import definitions_root
from workflow.law.source import Fault
from workflow.law.timeline import load_law
from workflow.prover import Part, Proof, prove

NEWEST = "recruitment/2026-05-11.yaml"
SHIPPED = {
    str(path.relative_to(root)): path.read_text(encoding="utf-8")
    for root in [Path(str(definitions_root()))]
    for folder in ("recruitment", "overlays")
    for path in sorted((root / folder).glob("*.yaml"))
}


def test_the_shipped_law_is_proved():
    proof = prove(load_law(definitions_root()))
    assert [str(fault) for fault in proof.faults] == []
    assert proof.holds
    assert len(proof.parts) == len({part.name for part in proof.parts}) >= 12


def test_the_shipped_proof_ranges_over_both_editions_and_all_overlays():
    parts = {
        part.name.en: {what.en: number for what, number in part.counts}
        for part in prove(load_law(definitions_root())).parts
    }
    assert parts["every state and step can be reached"]["editions, with overlays too"] == 5
    assert parts["every article is accounted for"]["articles"] == 44 + 45
    assert parts["overlays only tighten"] == {"overlays": 2, "editions composed": 3}
    assert parts["no cut-over strands a case"]["cut-overs"] == 1


@pytest.mark.parametrize(
    ("file", "old", "new", "proof", "mark"),
    [
        (
            NEWEST,
            "act: convert.extended_to\n        months: 12",
            "act: convert.extended_to\n        months: 5",
            "all times can be kept together",
            ("extended_by_a_year_at_most:",),
        ),
        (
            "overlays/university.yaml",
            "months: 36",
            "months: 11",
            "all times can be kept together",
            ("within_three_years:",),
        ),
        (
            NEWEST,
            "probationary: {zh: 预备党员, en: probationary member}",
            "waiting: {zh: 等待, en: waiting}\n  probationary: {zh: 预备党员, en: probationary member}",
            "every state and step can be reached",
            ("waiting:",),
        ),
        (
            "recruitment/transitions.yaml",
            '"2026-05-11": {',
            '"2026-05-12": {',
            "every cut-over is described",
            ("cut_overs:",),
        ),
    ],
)
def test_a_fault_planted_in_the_shipped_law_is_found(tmp_path, file, old, new, proof, mark):
    files = SHIPPED | {file: replaced(SHIPPED[file], old, new)}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = {part.name.en: part for part in prove(load_law(tmp_path)).parts if not part.holds}
    assert list(found) == [proof]
    first = found[proof].faults[0]
    assert (first.file, first.line) == (file, line_of(files[file], *mark))


def test_the_small_law_is_proved_with_one_file_of_each_sort():
    assert refuted(whole()) == {}
    assert refuted(Files()) == {}


def test_a_part_says_what_it_ranged_over_in_both_languages():
    part = Part(Text("甲", "one"), ((Text("规则", "rules"), 3), (Text("步骤", "steps"), 2)))
    assert part.proved == Text("规则 3，步骤 2", "rules: 3, steps: 2")
    assert part.holds


def test_a_proof_gives_each_fault_once_by_file_and_line():
    late, early = Fault("b.yaml", 9, "", Text("乙", "b")), Fault("a.yaml", 2, "", Text("甲", "a"))
    proof = Proof((Part(Text("甲", "a"), (), (late,)), Part(Text("乙", "b"), (), (late, early))))
    assert proof.faults == (early, late)
    assert not proof.holds
