"""How an event log of another system writes what an edition speaks of: its columns, its activities, its time zone."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workflow.law.kinds import ColumnName, Strict

OFFICE_ZONE = "Asia/Shanghai"
Target = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(:[a-z][a-z0-9_]*)?$")]  # step, or step:outcome


class LogDef(Strict):
    """What stands where in a log; a column that is not named goes by the names that are usual.

    ``zone``: where an instant becomes a day, an IANA name. ``only``: columns with the texts of which each must hold
    one for a row to count. ``activities``: what the log writes, and the step that it means. ``attributes``: evidence,
    and the column of the log in which it stands.
    """

    zone: str = OFFICE_ZONE
    case: str = ""
    step: str = ""
    day: str = ""
    outcome: str = ""
    organization: str = ""
    only: dict[str, tuple[str, ...]] = {}
    activities: dict[str, Target] = {}
    attributes: dict[ColumnName, str] = {}
