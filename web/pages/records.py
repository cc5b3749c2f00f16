"""记录: who did and who saw what, for whoever inspects. Opening it is noted, too."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from io import StringIO
from uuid import UUID

from flask import Blueprint, Response, flash, render_template, request
from flask.typing import ResponseReturnValue

from web.desk import actor, house, reading
from web.language import day, moment, say, t
from web.limits import small
from web.noting import noted
from web.permission import needs
from web.words import act_text, joined
from workflow.access.trail import Done, Filters, LogAct, Seen, done, seen
from workflow.case.record import EntryKind
from workflow.compliance.write import inert
from workflow.engine.evidence import UnreadableEvidence
from workflow.engine.naming import KINDS
from workflow.engine.typed_in import day_typed
from workflow.errors import Text, WorkflowError
from workflow.law.model import Edition
from workflow.law.organizations import Right

pages = Blueprint("records", __name__, url_prefix="/records")
DID, SAW = "did", "saw"
MOST = 10_000  # lines of a file
NO_LOGIN = Text("没有这个登录名", "no such login")
NO_ACCOUNT = Text("（程序或者命令行，未登录）", "(the program or a command, not signed in)")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, as typed: ``errors`` by field."""

    filters: Filters
    typed: Mapping[str, str]
    errors: Mapping[str, Text]


@pages.get("")
@needs(Right.INSPECT)
def index() -> ResponseReturnValue:
    """Show who recorded what, or who came in, saw and took out what; newest first."""
    which = SAW if request.args.get("tab") == SAW else DID
    asked = _asked(request.args)
    after = request.args.get("after", type=small)
    try:
        rows, following = (seen if which == SAW else done)(reading(), actor(), asked.filters, after)
    except WorkflowError as error:  # a case or an organization that is not there: the filters stay to be mended
        flash(say(error.what), "warning")
        rows, following = (), None
    lines = [line_of(row) for row in rows]
    page = render_template(
        "records/index.html", which=which, asked=asked, lines=lines, next=following, after=after, most=MOST,
        acts=tuple((one.value, one.words) for one in LogAct), steps=_steps(house().laws.book().newest),
    )  # fmt: skip
    noted(LogAct.RECORDS_READ, about={"tab": which, "lines": len(lines)})
    return page


@pages.post("/export")
@needs(Right.INSPECT)
def export() -> ResponseReturnValue:
    """Hand out what the filters leave as a table, and note that it was taken."""
    which = SAW if request.form.get("tab") == SAW else DID
    lines = list(_every(which, _asked(request.form).filters))
    written = StringIO()
    table = csv.writer(written)
    table.writerow([t("时间", "when"), t("人员", "who"), t("组织", "organization"), t("事项", "what"),
                    t("办理日期", "day of the act"), t("编号", "case"), t("第二人", "second person")])  # fmt: skip
    table.writerows([inert(cell) for cell in line.cells()] for line in lines)
    noted(LogAct.RECORDS_EXPORTED, about={"tab": which, "lines": len(lines)})
    name = f"records-{which}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + written.getvalue(), mimetype="text/csv", headers=headers)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of either record, in words."""

    when: str
    who: str
    role: Text | None
    organization: str
    what: Text
    on: date | None
    case: str | None
    second: str | None
    about: str = ""

    def cells(self) -> tuple[str, ...]:
        """Return the line as cells of a table."""
        return (self.when, self.who, self.organization, say(self.what) + (f" {self.about}" if self.about else ""),
                day(self.on), self.case or "", self.second or "")  # fmt: skip


def line_of(row: Seen | Done) -> Line:
    """Return a line of either record in words."""
    if isinstance(row, Seen):
        words = LogAct(row.act).words if row.act in set(LogAct) else Text(row.act, row.act)
        about = "; ".join(f"{name}={value}" for name, value in sorted(row.about.items()))
        who = row.account or say(NO_LOGIN if row.act == LogAct.SIGN_IN_FAILED else NO_ACCOUNT)
        return Line(moment(row.at), who, None, row.organization or "", words, None, row.case, None, about)
    laws = house().laws
    book = laws.book()
    edition = book.edition_on(row.edition) if row.edition else book.newest
    role = laws.organizations.roles.get(row.role)
    what = _what(edition, row)
    who = f"{row.account}{t('（代', ' (for ') + row.principal + t('）', ')') if row.principal else ''}"
    role_text = Text(role.zh, role.en) if role else None
    return Line(moment(row.recorded_at), who, role_text, row.organization, what, row.occurred_on, row.case,
                row.confirmed_by)  # fmt: skip


def _what(edition: Edition, row: Done) -> Text:
    """Return what an entry is: an act by its step and outcome; anything else by its kind first."""
    said = act_text(edition, row.step, row.outcome) if row.step else None
    if said is not None and row.kind == EntryKind.ACT.value:
        return said
    return joined((KINDS_BY_NAME.get(row.kind, Text(row.kind, row.kind)), said), "：", ": ")


KINDS_BY_NAME = {kind.value: text for kind, text in KINDS.items()}


def _asked(given: Mapping[str, str]) -> Asked:
    """Return the filters that were typed; a day that cannot be read is left out and said."""
    typed = {name: given.get(name, "").strip() for name in ("account", "organization", "from", "until", "act", "case")}
    errors: dict[str, Text] = {}
    days: dict[str, date | None] = {}
    for name in ("from", "until"):
        try:
            days[name] = day_typed(typed[name]) if typed[name] else None
        except UnreadableEvidence as error:
            days[name], errors[name] = None, error.what
    try:
        place = UUID(typed["organization"]) if typed["organization"] else None
    except ValueError:
        place = None
    filters = Filters(typed["account"] or None, place, days["from"], days["until"], typed["act"] or None,
                      typed["case"] or None)  # fmt: skip
    return Asked(filters, {name: value for name, value in typed.items() if value}, errors)


def _every(which: str, filters: Filters) -> Iterator[Line]:
    after, told = None, 0
    while told < MOST:
        rows, after = (seen if which == SAW else done)(reading(), actor(), filters, after, 500)
        yield from map(line_of, rows)
        told += len(rows)
        if after is None:
            return


def _steps(edition: Edition) -> tuple[tuple[str, Text], ...]:
    kinds = tuple((kind.value, text) for kind, text in KINDS.items())
    return (*((name, Text(step.zh, step.en)) for name, step in edition.steps.items()), *kinds)
