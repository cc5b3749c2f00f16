"""The pages at the top: those that the office opens, in the order of the work."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, request

from web.permission import permission_of
from workflow.engine.offices import Actor
from workflow.errors import Text

PAGES = (
    ("todo.index", Text("待办", "To do")),
    ("ledger.index", Text("台账", "Ledger")),
    ("meeting.index", Text("会议", "Meetings")),
    ("importing.index", Text("导入", "Import")),
    ("compliance.index", Text("合规", "Compliance")),
    ("organizations.index", Text("组织与人员", "Organizations")),
    ("basis.index", Text("依据", "Rules")),
    ("records.index", Text("记录", "Records")),
)

WITHIN = {"seal": "records"}  # a family that stands under the page of another


@dataclass(frozen=True, slots=True)
class Item:
    """A page at the top."""

    endpoint: str
    text: Text
    active: bool


def _family() -> str | None:
    return WITHIN.get(request.blueprint or "", request.blueprint)


def navigation(app: Flask, actor: Actor | None) -> tuple[Item, ...]:
    """Return the pages that an office opens; nobody in office: none."""
    if actor is None:
        return ()
    return tuple(
        Item(endpoint, text, _family() == endpoint.split(".", maxsplit=1)[0])
        for endpoint, text in PAGES
        if endpoint in app.view_functions and permission_of(app, endpoint).admits(actor)
    )
