"""Whether the seal is as it should be: the signed tree is there, lines do not wait, heads leave the machine."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from workflow.errors import Text
from workflow.keep.finding import Finding, Level, good
from workflow.sealing.standing import LATE, STALE, Standing, standing

CHECK = "seal"
PUBLISH = Text(
    "请执行 jishi seal publish，交本机以外的人保存", "jishi seal publish, and have somebody elsewhere keep it"
)


def sealing(connection: Connection, now: datetime) -> Finding:
    """Judge the log by what the auditor's page sees of it, and every line by whether it is sealed.

    ``jishi seal verify`` looks at what is sealed. A log that was damaged or a line that was altered is wrong; lines
    that wait, or heads that do not leave the machine, are worth attention.
    """
    found = standing(connection, whole=True)
    if found.log is None or found.head is None:
        return good(
            CHECK, Text("还没有封存（jishi up 启动后自动封存）", "nothing is sealed yet (jishi up seals by itself)")
        )
    return _altered(found) or _waiting(found, now) or _inside(found, now) or _sound(found)


def _altered(found: Standing) -> Finding | None:
    if found.damaged:
        what = Text("封存日志与其签名不符：有人改动了数据库", "the log is not the one that was signed: it was altered")
        remedy = Text(
            "请保留现场并通知检查人员，核验后执行 jishi seal reopen",
            "keep everything as it is, tell the auditors, jishi seal verify, then jishi seal reopen",
        )
        return Finding(CHECK, Level.WRONG, what, remedy)
    if found.held:
        what = Text(
            f"有{found.held}条与写入时不符，未封存", f"{found.held} lines are not as they were written and not sealed"
        )
        return Finding(
            CHECK, Level.WRONG, what, Text("jishi seal run --once 列出各条", "jishi seal run --once names them")
        )
    return None


def _waiting(found: Standing, now: datetime) -> Finding | None:
    if found.oldest is None or now - found.oldest <= LATE:
        return None
    what = Text(f"有{found.waits}条尚未封存，封存没有在运行", f"{found.waits} lines wait: nothing is sealing")
    return Finding(
        CHECK, Level.ATTENTION, what, Text("启动 jishi up，或者 jishi seal run", "jishi up, or jishi seal run")
    )


def _inside(found: Standing, now: datetime) -> Finding | None:
    assert found.log is not None  # noqa: S101 - asked before
    age = found.age(now)
    if (age if age is not None else now - found.log.opened_at) <= STALE:
        return None
    what = Text(
        "封存点超过七天没有离开过本机：此间的改写看不出来",
        "no head has left this machine for a week: what was rewritten since cannot be seen",
    )
    return Finding(CHECK, Level.ATTENTION, what, PUBLISH)


def _sound(found: Standing) -> Finding:
    size = found.head.size if found.head else 0
    return good(CHECK, Text(f"封存完好，共{size}条", f"the seal is whole: {size} lines"))
