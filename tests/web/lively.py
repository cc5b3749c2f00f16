"""An office on a working day: the sample with its ledger, and on top of it everything that can be under way."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import select

from tests.engine.office import LAWS, Bureau, Clock
from workflow.cli.common import ledger_form
from workflow.engine.desk import Desk, Login
from workflow.engine.requests import OpenCase, TakeStep
from workflow.keep.installation import fill_sample
from workflow.law.loader import definitions_root
from workflow.ledger.importing import read_and_import
from workflow.store.database import Database
from workflow.store.tables import Account, Case, Office, Organization

HOME, NEXT = "经济管理学院学生第一党支部", "数学学院学生第一党支部"
SECRETARY, COMMISSIONER, NEIGHBOUR = "jg.shuji", "jg.zuzhi", "sx.shuji"
APPROVER, ORGANIZER, INSPECTOR = "dx.shuji", "dx.zuzhiyuan", "gw.jiancha"
LOGINS = (SECRETARY, COMMISSIONER, APPROVER, ORGANIZER, INSPECTOR, "zzb.ganbu", "zb3.shuji", "admin")
TODAY = date(2026, 11, 22)
D = date


def lively(folder: Path) -> Bureau:
    """Return the sample office with work under way, in an empty folder; it is 2026-11-22 in it."""
    office = _sample(folder)
    _import(office)
    early = office.open(D(2026, 11, 2), who=SECRETARY, name="高示安").case
    office.take(SECRETARY, early, "talk held", D(2026, 11, 9), evidence={"talker": "马示一", "paper": "谈2026-7"})
    office.confirm(COMMISSIONER, office.correct(SECRETARY, early, 3, {"paper": "谈2026-8"}, reason="编号抄错"))
    office.correct(SECRETARY, early, 3, {"talker": "任示二"}, reason="谈话人写错")
    letter = office.open(D(2026, 11, 16), who=SECRETARY, name="欧阳示曌").case
    office.take(SECRETARY, letter, "talk held", D(2026, 11, 20), evidence={"talker": "任示二"})
    office.withdraw(SECRETARY, letter, 3)
    moved = office.open(D(2026, 11, 18), who=NEIGHBOUR, name="买买提·示例").case
    office.offer(NEIGHBOUR, moved, HOME, D(2026, 11, 20))
    office.offer(SECRETARY, office.open(D(2026, 11, 19), who=SECRETARY, name="温示良").case, NEXT, D(2026, 11, 20))
    _late_letter(office)
    _irregular(office)
    _meeting(office)
    office.clock.day = TODAY
    return office


def in_state(office: Bureau, state: str, branch: str = HOME) -> str:
    """Return the first case of a branch that stands at a state."""
    with office.database.read() as connection:
        query = select(Case.number).join(Organization, Organization.id == Case.organization_id)
        query = query.where(Organization.name == branch, Case.state == state).order_by(Case.id)
        return connection.scalars(query.limit(1)).one()


def _sample(folder: Path) -> Bureau:
    database, clock = Database(f"sqlite:///{folder / 'jishi.db'}"), Clock(D(2026, 11, 1))
    fill_sample(database, folder, LAWS, definitions_root(), clock())
    with database.read() as connection:
        held = select(Account.login, Account.id, Office.id).join(Office, Office.account_id == Account.id)
        people = {login: Login(account, office) for login, account, office in connection.execute(held)}
        named = connection.execute(select(Organization.name, Organization.id, Organization.uid))
        organizations = {name: (key, uid.hex) for name, key, uid in named}
    return Bureau(database, clock, Desk(database, LAWS, clock), people, organizations)


def _import(office: Bureau) -> None:
    ledger = Path(str(definitions_root() / "sample" / "branch-ledger.xlsx"))
    read_and_import(office.desk, office.people[ORGANIZER], ledger, ledger_form())


def _late_letter(office: Bureau) -> None:
    """Hand in a letter that reached the branch late: with a reason, and so for a second person."""
    request = OpenCase(key=office.key(), name="时示迟", born_on="2001-03-04", floating=True, occurred_on="2026-09-30",
                       reason="申请书由原单位转来", evidence={"paper": "申2026-31"})  # fmt: skip
    office.submit(SECRETARY, request, D(2026, 11, 20))


def _irregular(office: Bureau) -> None:
    """Tell of a meeting that was held though it should not have been; it waits for a second person."""
    office.take(
        SECRETARY, in_state(office, "pre_reviewed"), "admit passed", D(2026, 11, 20), irregular=True,
        evidence={"due": 20, "present": 9, "in_favour": 9, "ballot": "open", "singly": False},
        reason="会已开过，人数不足",
    )  # fmt: skip


def _meeting(office: Bureau) -> None:
    """Record one meeting that settled two people."""
    for name in ("应示一", "应示二"):
        case = office.open(D(2026, 11, 20), who=SECRETARY, name=name).case
        office.take(SECRETARY, case, "talk held", D(2026, 11, 20), evidence={"talker": "任示二"})
        office.submit(SECRETARY, TakeStep(
            key=office.key(), case=case, seen=office.seen(case), step="activist", outcome="confirmed",
            occurred_on="2026-11-21", meeting="a" * 32,
            evidence={"recommended_by": "党员推荐", "recommended_on": "2026-11-20"},
        ), D(2026, 11, 21))  # fmt: skip
