"""A small office and, beside it, another house of which nobody in it may ever learn a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import Connection, insert, select, update

from tests.engine.office import LONG_AGO, PEOPLE
from tests.web.knocking import Knock, come_in, with_session
from tests.web.site import Site
from web.import_jobs import IMPORT
from web.jobs import Jobs
from workflow.engine.desk import Login
from workflow.seal import ORIGIN
from workflow.store.tables import Account, Batch, Case, Finding, Member, Office, Organization, Penalty

D = date
BEGUN = D(2026, 11, 20)
OUTER = {"外工委": ("work_committee", None), "外党委": ("committee", "外工委"), "外支部": ("branch", "外党委")}
STRANGERS = {"stranger": ("外支部", "branch_secretary"), "stranger2": ("外支部", "organization_commissioner"),
             "strange-admin": ("外工委", "administrator")}  # fmt: skip
HOMELESS, DUE = "homeless", "due"  # an account without an office; one whose password has to be changed first
NOBODY = "nobody"
NEVER = "9" * 6
EXPORT = "export"
SEAL = "seal"
AUDITOR = {"secretary": "watcher", "elsewhere": "watcher2"}  # of the same branch


@dataclass(frozen=True, slots=True)
class House:
    """One house: what there is in it that an address can name, and the words that would betray it."""

    case: str
    proposal: int
    organization: str
    account: str
    login: str
    office: int
    line: int
    penalty: int
    batch: str
    jobs: Mapping[str, str]  # kind of page: uid
    secrets: tuple[str, ...]


@dataclass(slots=True)
class World:
    """The pages, the two branches of the small office, and the other house."""

    site: Site
    first: House
    second: House
    outer: House
    knocks: dict[str, Knock] = field(default_factory=dict)

    def knock(self, login: str) -> Knock:
        """Return somebody's browser, signed in; the same one each time."""
        if login not in self.knocks:
            nobody = login == NOBODY
            self.knocks[login] = with_session(self.site.app, None) if nobody else come_in(self.site, login)
        return self.knocks[login]

    def own(self, login: str) -> House:
        """Return the house that somebody works in, or looks after."""
        return self.second if PEOPLE.get(login, ("", ""))[0] == "二支部" else self.first

    def foreign(self, login: str) -> Iterator[House]:
        """Yield the houses that do not exist for somebody."""
        yield self.outer
        place = PEOPLE.get(login, ("", ""))[0]
        if place in ("一支部", "二支部"):
            yield self.first if place == "二支部" else self.second

    def secrets(self, login: str) -> tuple[str, ...]:
        """Return the words that somebody must never be told."""
        found = [word for house in self.foreign(login) for word in house.secrets]
        if login in ("administrator", NOBODY, HOMELESS, DUE):  # who has nothing to do with cases sees no person at all
            found += [house.secrets[0] for house in (self.first, self.second)]
            found += [house.case for house in (self.first, self.second)]
        return tuple(found)


def world(site: Site) -> World:
    """Set up both houses: a case with a proposal, a roster with a penalty, an import, files, in each."""
    office = site.bureau
    office.clock.day = BEGUN
    with office.database.write() as connection:
        for name, (kind, above) in OUTER.items():
            office.organizations = {**office.organizations, name: _organization(connection, name, kind, above)}
        for login, (place, role) in STRANGERS.items():
            office.people[login] = _account(connection, login, f"漏{login}", place, role)
        _account(connection, HOMELESS, "无职者", None, "")
        office.people[DUE] = _account(connection, DUE, "待改者", "一支部", "organization_commissioner")
        connection.execute(update(Account).where(Account.login == DUE).values(password_once=True))
        connection.execute(update(Account).values(password_at=office.clock()))
        for login in ("spare1", "spare2", "spare3"):
            office.people[login] = _account(
                connection,
                login,
                login,
                "一支部" if login == "spare1" else "二支部" if login == "spare2" else "外支部",
                "organization_commissioner",
            )
    first = _house(site, "一支部", "secretary", "本支部甲", "文号一四七", ("spare1", "丙"))
    second = _house(site, "二支部", "elsewhere", "邻支部乙", "文号二五八", ("spare2", "戊"))
    outer = _house(site, "外支部", "stranger", "漏泄密丙", "漏文号三六九", ("spare3", "漏名册丁"))
    return World(site, first, second, outer)


def _house(site: Site, place: str, login: str, name: str, paper: str, others: tuple[str, str]) -> House:
    office, (spare, member) = site.bureau, others
    opened = office.open(BEGUN, login, name=name, evidence={"paper": paper})
    waits = office.correct(login, opened.case, 2, {"paper": f"{paper}改"}, reason=f"{paper}误")
    key, uid = office.organizations[place]
    jobs = Jobs(site.app.extensions["jishi"][0].folder)
    made = {kind: jobs.begin(kind, office.people[login], office.clock(), f"{paper}.xlsx") for kind in (IMPORT, EXPORT)}
    inspects = office.people[AUDITOR.get(login, login)]
    made[SEAL] = jobs.begin(SEAL, inspects, office.clock())
    with office.database.write() as connection:
        line = connection.scalar(select(Member.id).where(Member.organization_id == key, Member.name == member))
        if line is None:
            person = {"organization_id": key, "name": member, "name_key": member, "standing": "full"}
            line = connection.execute(insert(Member).returning(Member.id), person).scalar_one()
        noted = {"member_id": line, "kind": "warning", "from_on": D(2026, 3, 4)}
        penalty = connection.execute(insert(Penalty).returning(Penalty.id), noted).scalar_one()
        row = {"account_id": office.people[login].account_id, "organization_id": key, "form": "branch-ledger",
               "file_hash": ORIGIN, "made_at": office.clock(), "uid": uuid4()}  # fmt: skip
        batch = connection.execute(insert(Batch).returning(Batch.uid), row).scalar_one().hex
        account = connection.execute(select(Account.uid).where(Account.login == spare)).scalar_one()
        mine = Finding.case_id.in_(select(Case.id).where(Case.number == opened.case))
        connection.execute(update(Finding).where(mine).values(broken_on=BEGUN))  # so that there is one to look at
    assert waits.proposal is not None
    place_uid, account_uid = str(UUID(uid)), str(account)
    secrets = (
        name,
        opened.case,
        paper,
        place_uid,
        account_uid,
        spare,
        *((place, "外党委", "外工委", member, login) if place in OUTER else ()),
    )
    return House(opened.case, waits.proposal, place_uid, account_uid, spare, office.people[spare].office_id, line,
                 penalty, batch,
                 {kind: job.uid for kind, job in made.items()}, secrets)  # fmt: skip


def _organization(connection: Connection, name: str, kind: str, above: str | None) -> tuple[int, str]:
    over = connection.execute(
        select(Organization.id, Organization.path).where(Organization.name == above)
    ).one_or_none()
    row = {"kind": kind, "name": name, "path": name, "parent_id": over.id if over else None,
           "has_committee": True if kind == "branch" else None}  # fmt: skip
    made = connection.execute(insert(Organization).returning(Organization.id, Organization.uid), row).one()
    path = f"{over.path if over else ''}{made.id}."
    connection.execute(update(Organization).where(Organization.id == made.id).values(path=path))
    return made.id, made.uid.hex


def _account(connection: Connection, login: str, name: str, place: str | None, role: str) -> Login:
    made = connection.execute(select(Account.created_at, Account.password).limit(1)).one()
    row = {"login": login, "name": name, "name_key": name, "created_at": made.created_at, "password": made.password}
    key = connection.execute(insert(Account).returning(Account.id), row).scalar_one()
    if place is None:
        return Login(key, 0)
    home = connection.scalar(select(Organization.id).where(Organization.name == place))
    held = {"account_id": key, "organization_id": home, "role": role, "from_on": LONG_AGO}
    return Login(key, connection.execute(insert(Office).returning(Office.id), held).scalar_one())
