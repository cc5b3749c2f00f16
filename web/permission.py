"""Who may open a page: stated beside each view, asked before any of them runs.

A view that states nothing is a fault at start, not an open door. What a right allows in the one case (scope, duties,
powers) is the engine's to say; this is the door before it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask

from workflow.engine.offices import Actor
from workflow.errors import Text, WorkflowError
from workflow.law.organizations import Right

View = TypeVar("View", bound=Callable[..., Any])
ATTRIBUTE = "permission"
READING = (Right.RECORD, Right.DECIDE, Right.CONFIRM, Right.READ)


class Audience(StrEnum):
    """How much somebody has to be before the rights of an office count."""

    EVERYBODY = "everybody"
    SIGNED_IN = "signed_in"
    IN_OFFICE = "in_office"


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may open a page. ``rights``: one of them is enough; none named: any office."""

    audience: Audience
    rights: frozenset[Right] = frozenset()

    def admits(self, actor: Actor) -> bool:
        """Tell whether an office opens this door."""
        return not self.rights or bool(self.rights & actor.rights)


class NoAdmittance(WorkflowError):  # noqa: N818 - errors are named as facts
    """The office does not open this page."""

    def __init__(self) -> None:
        """Say so, and what to do."""
        super().__init__(
            Text("您现在的职务不能使用这个页面", "the office you act in does not open this page"),
            Text("如有其他职务，请在右上角切换；否则请由有权限的人办理",
                 "switch to another office of yours at the top, or let somebody with the right do it"),
        )  # fmt: skip


def everybody(view: View) -> View:
    """Open a page to whoever comes."""
    return _stated(view, Permission(Audience.EVERYBODY))


def signed_in(view: View) -> View:
    """Open a page to whoever is signed in, whatever the office."""
    return _stated(view, Permission(Audience.SIGNED_IN))


def in_office(view: View) -> View:
    """Open a page to every office."""
    return _stated(view, Permission(Audience.IN_OFFICE))


def needs(*rights: Right) -> Callable[[View], View]:
    """Open a page to offices that give one of these rights."""
    return lambda view: _stated(view, Permission(Audience.IN_OFFICE, frozenset(rights)))


sees_cases = needs(*READING)


def _stated(view: View, permission: Permission) -> View:
    setattr(view, ATTRIBUTE, permission)
    return view


def permission_of(app: Flask, endpoint: str) -> Permission:
    """Return who may open an endpoint."""
    stated: Permission = getattr(app.view_functions[endpoint], ATTRIBUTE)
    return stated


def require_stated(app: Flask) -> None:
    """Raise RuntimeError with every endpoint that does not say who may open it; called once all are there."""
    app.view_functions["static"] = everybody(app.view_functions["static"])
    silent = [name for name, view in app.view_functions.items() if not hasattr(view, ATTRIBUTE)]
    if silent:
        raise RuntimeError(f"pages that do not state who may open them: {', '.join(sorted(silent))}")
