"""The sample tree: invented, whole, and put in through the use cases that everybody goes through."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.engine.tree import COMMITTEE, DEPARTMENT, FIRST, GROUP, KINDS, LAWS, NOW, TODAY, WORK, sample_database, tree
from workflow.engine.offices import offices_of
from workflow.engine.organizations import OrganizationRefused
from workflow.engine.sample import FOLDER, load_sample_tree, read_sample
from workflow.law.loader import definitions_root
from workflow.law.source import DefinitionError
from workflow.store.tables import Account, Member, Office, Organization, OrganizationOverlay, Penalty

__all__ = ["sample_database", "tree"]  # fixtures

SAMPLE = read_sample(definitions_root())


def count(tree, table):
    return tree.connection.scalar(select(func.count()).select_from(table))


def test_the_sample_stands(tree):
    numbers = [count(tree, table) for table in (Organization, Account, Office, OrganizationOverlay, Member, Penalty)]
    assert numbers == [10, 21, 22, 1, 25, 1]
    assert tree.organization(COMMITTEE).parent_id == tree.organization(WORK).id
    assert tree.organization(GROUP).serves_id == tree.organization(COMMITTEE).id
    assert tree.organization(DEPARTMENT).serves_id == tree.organization(WORK).id


def test_everything_in_it_is_marked_as_invented(tree):
    assert all("示例" in name for name in tree.connection.scalars(select(Organization.name)))
    people = [*tree.connection.scalars(select(Account.name)), *tree.connection.scalars(select(Member.name))]
    assert all("示" in name for name in people)
    assert tree.connection.scalars(select(Account.password).where(Account.password.is_not(None))).all() == []


def test_every_account_holds_an_office_today_and_most_roles_are_held(tree):
    accounts = tree.connection.scalars(select(Account.id)).all()
    held = [office.role for account in accounts for office in offices_of(tree.connection, account, TODAY)]
    assert len(held) == len(accounts) + 1  # the secretary of the general branch has two
    assert set(KINDS.roles) - set(held) == {"temporary_secretary"}


def test_a_branch_says_truly_whether_it_has_a_committee(tree):
    query = select(Organization.has_committee, func.count(Member.id)).join(Member).where(Member.standing == "full")
    for has_committee, members in tree.connection.execute(query.group_by(Organization.id)):
        assert has_committee is (members >= 7)


def test_a_sample_is_put_into_an_empty_installation_only(tree):
    with pytest.raises(OrganizationRefused):
        load_sample_tree(tree.connection, LAWS, SAMPLE, NOW)


def test_the_first_branch_is_known_by_its_secretary(tree):
    assert tree.actor("zb1.shuji").organization_uid == tree.organization(FIRST).uid


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("standing: probationary", "standing: honorary"),
        ("kind: leading_group", "kind: Leading Group"),
        ('"2026-02-10"', '"2026-02-30"'),
        ("deputy_for: ", "deputy_of: "),
    ],
)
def test_a_planted_fault_is_found_with_its_line(tmp_path, old, new):
    shipped = Path(str(definitions_root())) / FOLDER / "procuratorate.yaml"
    planted = shipped.read_text(encoding="utf-8").replace(old, new)
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "procuratorate.yaml").write_text(planted, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        read_sample(tmp_path)
    (fault,) = caught.value.faults
    assert new in planted.splitlines()[fault.line - 1]


def test_a_sample_that_does_not_exist(tmp_path):
    with pytest.raises(DefinitionError, match="there is no such file"):
        read_sample(tmp_path)
