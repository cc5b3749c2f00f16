"""The page that teaches the format: every example loads, and every verdict on it is what the program says."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from tests.law.page import FILES, PAGE, Example, read_page, values_of, with_rules
from workflow.calendar import read_calendar
from workflow.case.facts import World
from workflow.case.roster import Member, Penalty, PenaltyKind, Roster, Standing
from workflow.law.kinds import KINDS
from workflow.law.loader import load_edition
from workflow.law.model import Edition, FieldType, RuleDef
from workflow.law.source import DefinitionError
from workflow.law.timeline import Law, load_law
from workflow.rules.rulebook import Rulebook
from workflow.rules.verdict import VerdictState

TEXT = PAGE.read_text(encoding="utf-8")
ON_PAGE = read_page(TEXT)
DAY = "2026-01-01"
PERMIT = "building_permit"
ROSTER = Roster(
    (
        Member("王一", "", Standing.FULL, date(2020, 1, 1)),
        Member("李二", "", Standing.PROBATIONARY, None),
        Member(
            "赵三",
            "",
            Standing.FULL,
            date(2010, 1, 1),
            (Penalty(PenaltyKind.WARNING, date(2026, 1, 1), date(2026, 12, 31)),),
        ),
    )
)


def table(heading: str) -> list[tuple[str, ...]]:
    """Return the rows of the first table after a line, its head left out."""
    rows = TEXT.split(heading, 1)[1].lstrip().split("\n\n", 1)[0].splitlines()[2:]
    return [tuple(cell.strip() for cell in row.strip("|").split("|")) for row in rows]


def written(folder: Path, text: str, name: str = f"{DAY}.yaml", procedure: str = PERMIT) -> Path:
    """Write one file of a procedure; return the root of the definitions."""
    (folder / procedure).mkdir(exist_ok=True)
    (folder / procedure / name).write_text(text, encoding="utf-8")
    return folder


def with_overlay(folder: Path, text: str) -> Path:
    """Write the page's permits with an overlay."""
    (folder / "overlays").mkdir()
    (folder / "overlays" / "old_town.yaml").write_text(text, encoding="utf-8")
    return written(folder, ON_PAGE.editions[PERMIT])


@pytest.fixture(scope="module")
def laws(tmp_path_factory) -> dict[str, Law]:
    """Give each procedure of the page with all rules of the page in it."""
    texts = dict(ON_PAGE.editions)
    for procedure, step, rules in ON_PAGE.rules:
        texts[procedure] = with_rules(texts[procedure], step, rules)
    folder = tmp_path_factory.mktemp("definitions")
    return {name: load_law(written(folder, text, procedure=name), name) for name, text in texts.items()}


@pytest.fixture(scope="module")
def world() -> World:
    """Give the shipped calendar and the page's three members."""
    text = (PAGE.parents[1] / "definitions" / "calendar" / "cn.yaml").read_text(encoding="utf-8")
    return World(read_calendar(text, "cn.yaml"), ROSTER)


@pytest.mark.parametrize("procedure", ON_PAGE.editions)
def test_a_complete_edition_loads_as_it_stands(procedure):
    edition, _ = load_edition(ON_PAGE.editions[procedure], f"{procedure}/{DAY}.yaml")
    assert edition.procedure == procedure


def test_no_yaml_block_of_the_page_is_unmarked():
    assert ON_PAGE.unmarked == []
    assert set(ON_PAGE.files) == set(FILES)


def test_two_procedures_come_without_states_and_one_with():
    loaded = [load_edition(text, name)[0] for name, text in ON_PAGE.editions.items()]
    assert [bool(edition.states) for edition in loaded] == [False, False, True]


def test_every_kind_has_a_heading_and_an_example(laws):
    kinds = {get_args(kind.model_fields["kind"].annotation)[0] for kind in KINDS}
    rules = [rule for law in laws.values() for _, rule in law.editions[0].rules.values()]
    assert kinds - set(ON_PAGE.headings) == set()
    assert kinds - {rule.demand.kind for rule in rules} == set()


def test_every_evidence_type_and_key_of_a_rule_is_explained():
    first_cells = {name for row in re.findall(r"^\| (`[^|]+) \|", TEXT, re.MULTILINE) for name in row.split("`")[1::2]}
    assert {str(kind) for kind in FieldType} - first_cells == set()
    assert set(RuleDef.model_fields) - {"demand", "added_by"} - first_cells == set()


@pytest.mark.parametrize("case", ON_PAGE.examples, ids=lambda case: f"{case.rule}: {case.recorded} ({case.as_of})")
def test_a_verdict_of_the_page_is_what_the_program_says(case, laws, world):
    assert said(case, laws, world) == case.says


def test_a_wrong_verdict_on_the_page_would_be_found(laws, world):
    case = next(case for case in ON_PAGE.examples if case.says == "violated: late")
    later = Example(case.rule, case.recorded.replace("2026-01-31", "2026-03-31"), case.as_of, case.says)
    assert said(later, laws, world) == "satisfied"


def test_every_rule_of_the_page_is_shown_broken(laws):
    broken = {case.rule for case in ON_PAGE.examples if case.says.startswith("violated")}
    assert {name for law in laws.values() for name in law.editions[0].rules} - broken == set()


def said(case: Example, laws: dict[str, Law], world: World) -> str:
    """Return the words for what the rule says of the case."""
    law = next(law for law in laws.values() if case.rule in law.editions[0].rules)
    book = Rulebook(law, law.timeline())
    columns = book.columns(values_of(case.recorded, law.editions[0]), world)
    verdicts = [v for v in book.judge_all(columns, case.as_of) if v.rule == case.rule]
    worst = min(verdicts, key=lambda verdict: WORST_FIRST.index(verdict.state))
    match worst.state:
        case VerdictState.VIOLATED:
            return f"violated: {worst.outcome}"
        case VerdictState.PENDING:
            return f"pending until {worst.due}"
        case state:
            return state.replace("_", " ")


WORST_FIRST = (
    VerdictState.VIOLATED,
    VerdictState.UNDECIDABLE,
    VerdictState.PENDING,
    VerdictState.SATISFIED,
    VerdictState.NOT_APPLICABLE,
)


def test_the_other_files_of_the_page_load_beside_the_permits(tmp_path):
    root = with_overlay(tmp_path, ON_PAGE.files["overlay"][1])
    for what in ("coverage", "conventions", "transitions"):
        procedure, text = ON_PAGE.files[what]
        assert procedure == PERMIT
        written(root, text, f"{what}.yaml")
    law = load_law(root, PERMIT)
    assert law.definitions.conventions.keys() == {"month_arithmetic"}
    assert [choice.rule for choice in law.choices] == ["decision.within_three_months"]
    plain, changed, *_ = (period.edition for period in law.timeline(["old_town"]))
    assert (months(plain), months(changed)) == (3, 2)
    assert set(changed.rules) - set(plain.rules) == {"decision.neighbours_heard"}


def months(edition: Edition) -> int:
    """Return the limit for the decision on a permit."""
    return int(edition.rules["decision.within_three_months"][1].demand.model_dump()["months"])


def test_the_coverage_of_the_page_is_complete_on_both_sides(tmp_path):
    root = written(tmp_path, ON_PAGE.editions[PERMIT])
    law = load_law(written(root, ON_PAGE.files["coverage"][1], "coverage.yaml"), PERMIT)
    coverage = law.definitions.coverage
    assert coverage is not None
    listed = {(number, rule) for number, line in coverage.editions[DAY].articles.items() for rule in line.rules}
    cited = {(number, name) for name, (_, rule) in law.editions[0].rules.items() for number in rule.articles}
    assert listed == cited


@pytest.mark.parametrize(("right", "wrong", "message"), table("Written into the building permits above, these give:\n"))
def test_a_common_fault_gives_its_message(right, wrong, message):
    found = re.compile(re.escape(right.strip("`")) + r"(?!\w)")
    text, replaced = found.subn(wrong.strip("`"), ON_PAGE.editions[PERMIT])
    assert replaced
    with pytest.raises(DefinitionError) as caught:
        load_edition(text, "permit.yaml")
    assert message in str(caught.value)


def test_the_line_of_a_fault_is_the_one_on_the_page():
    shown = TEXT.split("```text\nbuilding_permit/", 1)[1].split("\n", 1)[0]
    with pytest.raises(DefinitionError) as caught:
        load_edition(ON_PAGE.editions[PERMIT].replace("act: decision.on", "act: decision.day"), f"{PERMIT}/{DAY}.yaml")
    assert [str(fault) for fault in caught.value.faults] == [f"building_permit/{shown}"]


def test_the_faults_across_files_give_their_messages(tmp_path):
    overlay = ON_PAGE.files["overlay"][1]
    changes = (
        ("months: 2", "months: 4"),
        ("kind: within", "kind: within\n        when: {case.listed: [true]}"),
        ('["2026-01-01"]', '["2026-01-01", "2025-01-01"]'),
    )
    messages = [row[1] for row in table("And across files:\n")]
    with pytest.raises(DefinitionError) as caught:
        load_law(written(tmp_path, ON_PAGE.editions[PERMIT], "2026-01-02.yaml"), PERMIT)
    assert messages[0] in str(caught.value)
    for number, (right, wrong) in enumerate(changes):
        assert right in overlay
        folder = tmp_path / str(number)
        folder.mkdir()
        with pytest.raises(DefinitionError) as caught:
            load_law(with_overlay(folder, overlay.replace(right, wrong, 1)), PERMIT)
        assert messages[number + 1] in str(caught.value)
