"""The kinds of organizations and offices: the shipped file says what art. 22 says, planted faults are found."""

from pathlib import Path

import pytest

from tests.law.test_schema import faults as against_schema
from tests.law.test_schema import read
from workflow.law.loader import definitions_root
from workflow.law.organizations import FILE, Right, load_organizations, read_organizations
from workflow.law.source import DefinitionError

SHIPPED = Path(str(definitions_root())) / FILE
SHIPPED_TEXT = SHIPPED.read_text(encoding="utf-8")
ORGANIZATIONS = load_organizations(definitions_root())


def faults(folder, text):
    """Return place, line and sentence of every fault for which a file is refused."""
    (folder / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_organizations(folder)
    return [(fault.where, fault.line, fault.what.en) for fault in caught.value.faults]


def test_the_shipped_file_keeps_its_schema():
    assert against_schema("organizations", read(SHIPPED)) == []
    assert SHIPPED_TEXT.splitlines()[0] == "# yaml-language-server: $schema=schema/organizations.json"


def test_the_schema_finds_a_right_that_there_is_not():
    planted = read(SHIPPED)
    planted["roles"]["auditor"]["rights"] = ["erase"]
    assert against_schema("organizations", planted)


@pytest.mark.parametrize("kind", ["general_branch", "subordinate_committee", "leading_group", "temporary_organization"])
def test_who_cannot_approve_acts_as_no_body_with_power_and_has_no_office_that_decides(kind):
    assert not {"committee", "work_committee", "organization_department"} & set(ORGANIZATIONS.bodies(kind))
    roles = set(ORGANIZATIONS.roles_with(kind, Right.DECIDE))
    assert roles <= {"committee_secretary", "committee_member"}  # where they exist, no step gives them power
    assert kind == "subordinate_committee" or not roles


def test_a_branch_without_a_committee_acts_through_its_general_meeting():
    assert ORGANIZATIONS.bodies("branch", has_committee=False) == ("branch", "general_meeting")
    assert ORGANIZATIONS.bodies("branch", has_committee=True) == ("branch", "general_meeting", "branch_committee")
    assert ORGANIZATIONS.bodies("branch", has_committee=None) == ORGANIZATIONS.bodies("branch", has_committee=True)


def test_an_administrator_and_an_auditor_decide_nothing_and_have_no_other_office():
    for role, rights in (("administrator", (Right.ADMINISTER,)), ("auditor", (Right.READ, Right.INSPECT))):
        assert ORGANIZATIONS.roles[role].rights == rights
        assert ORGANIZATIONS.roles[role].apart


@pytest.mark.parametrize("kind", ORGANIZATIONS.kinds)
def test_every_kind_has_an_office_that_reads(kind):
    assert ORGANIZATIONS.roles_with(kind, Right.READ)


def test_where_an_organization_stands():
    assert ORGANIZATIONS.may_stand("branch", "general_branch")
    assert not ORGANIZATIONS.may_stand("branch", "branch")
    assert not ORGANIZATIONS.may_stand("general_branch", "general_branch")
    assert ORGANIZATIONS.may_stand("leading_group", "committee")
    assert not ORGANIZATIONS.may_stand("leading_group", "branch")
    assert ORGANIZATIONS.case_kinds == {"branch"}


def test_without_the_file_nobody_acts(tmp_path):
    with pytest.raises(DefinitionError, match="there is no such file"):
        load_organizations(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "where", "sentence"),
    [
        ("under: [committee]\n", "under: [comittee]\n", "kinds.subordinate_committee",
         "no kind of organization “comittee”"),
        ("serves: [committee, work_committee]\n", "serves: [organization_department]\n", "kinds.leading_group",
         "“organization_department” does not stand in the line itself"),
        ("under: [central_committee]\n", "under: [leading_group]\n", "kinds.provincial_committee",
         "“leading_group” does not stand in the line itself"),
        ("kinds: [leading_group]\n", "kinds: [leading_groups]\n", "roles.leading_group_member.kinds",
         "no kind of organization “leading_groups”"),
        ("  read: {zh: 查阅, en: read}\n", "", "rights", "“read” is not explained"),
        ("    serves: [committee, work_committee]\n", "", "kinds.leading_group",
         "what is attached says whom it serves, and stands under nothing"),
        ("rights: [administer]\n", "rights: [administer, rule]\n", "roles.administrator.rights.1", "Input should be"),
        ("    holds_cases: true\n", "    holds_cases: true\n    holds_case: true\n", "kinds.branch.holds_case",
         "Extra inputs"),
    ],
)  # fmt: skip
def test_a_planted_fault_is_found_with_its_line(tmp_path, old, new, where, sentence):
    assert SHIPPED_TEXT.count(old) == 1
    found = faults(tmp_path, SHIPPED_TEXT.replace(old, new))
    assert [place for place, _, _ in found] == [where]
    (_, line, said), text = found[0], (tmp_path / FILE).read_text("utf-8").splitlines()
    assert said.startswith(sentence)
    assert text[line - 1].lstrip().startswith(f"{[part for part in where.split('.') if not part.isdigit()][-1]}:")


def test_a_text_that_is_no_yaml_is_a_fault(tmp_path):
    assert [line for _, line, _ in faults(tmp_path, "kinds: [")] == [1]


def test_the_source_comes_with_it():
    organizations, source = read_organizations(definitions_root())
    assert organizations == ORGANIZATIONS
    assert source.name == FILE
