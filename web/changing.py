"""What is typed into forms that change organizations, accounts and rosters, and making such a change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from flask import Request

from web.desk import house, login, look_anew
from web.errors import UNFIT, status_of
from workflow.engine.changing import Changes
from workflow.engine.evidence import UnreadableEvidence
from workflow.engine.typed_in import day_typed
from workflow.errors import Text, WorkflowError

Result = TypeVar("Result")
NAMES = {
    "kind": Text("类别", "the kind"),
    "name": Text("名称或者姓名", "the name"),
    "login": Text("登录名", "the login"),
    "role": Text("职务", "the office"),
    "from": Text("起日", "the first day"),
    "until": Text("止日", "the last day"),
    "to": Text("上级组织", "the organization above"),
    "overlay": Text("地方规定", "the local practice"),
    "committee": Text("是否设支部委员会", "whether there is a committee"),
    "deputy_for": Text("代理谁", "for whom it stands in"),
    "full_on": Text("转正时间", "the day of full membership"),
    "answer": Text("整改情况", "what was done"),
    "paper": Text("材料编号", "the file number of the paper"),
    "reason": Text("理由", "the reason"),
    "document": Text("文号", "the document number"),
}


def changes() -> Changes:
    """Return the place where whoever is signed in makes changes; what was read before is read anew afterwards."""
    who = login()
    look_anew()
    return Changes(house().database, house().laws, house().clock, who)


@dataclass(slots=True)
class Typed:
    """What was typed, kept as it was, with what is wrong with it. ``refusal``: what the engine said to it."""

    texts: Mapping[str, str]
    errors: dict[str, Text] = field(default_factory=dict)
    refusal: WorkflowError | None = None

    @property
    def status(self) -> int:
        """Return the HTTP status of the form as it is shown again."""
        return UNFIT if self.errors or self.refusal else 200

    def text(self, name: str) -> str:
        """Return a text; nothing where none is typed."""
        return self.texts.get(name, "").strip()

    def needed(self, name: str) -> str:
        """Return a text that has to be there."""
        if not self.text(name):
            self.errors[name] = Text(f"请填写{NAMES[name].zh}", f"fill in {NAMES[name].en}")
        return self.text(name)

    def one_of(self, name: str, known: Collection[str]) -> str:
        """Return what was chosen among a few."""
        if self.text(name) not in known:
            self.errors[name] = Text(f"请选择{NAMES[name].zh}", f"choose {NAMES[name].en}")
        return self.text(name)

    def day(self, name: str) -> date | None:
        """Return a day in any usual writing; None: none is typed, or none that can be read."""
        try:
            return day_typed(self.text(name)) if self.text(name) else None
        except UnreadableEvidence as error:
            what = NAMES[name]
            self.errors[name] = Text(f"{what.zh}：{error.what.zh}", f"{what.en}: {error.what.en}")
            return None

    def needed_day(self, name: str, otherwise: date) -> date:
        """Return a day that has to be there; ``otherwise`` stands in for it where something is wrong with it."""
        self.needed(name)
        return self.day(name) or otherwise

    def tried(self, do: Callable[[], Result], *also: type[WorkflowError]) -> Result | None:
        """Do it unless something is wrong already; None: it was refused, and why is kept.

        Raises what has a page of its own, but for errors of the kinds ``also``: something typed was not found.
        """
        if self.errors:
            return None
        try:
            return do()
        except WorkflowError as error:
            if status_of(error) != UNFIT and not isinstance(error, also):
                raise
            self.refusal = error
            return None


def typed_in(request: Request, **otherwise: str) -> Typed:
    """Return what was sent with a form, or, where it is only opened, what stands in it at first."""
    if request.method == "POST":
        return Typed(request.form.to_dict())
    return Typed({**otherwise, **request.args.to_dict()})
