"""Accounts as people and scripts read them: each office on a line of its own, with its number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from workflow.cli.administering import WIDTH, Plain, day_plain, days_text, named, role_text
from workflow.compliance.columns import table_lines
from workflow.engine.laws import Laws
from workflow.engine.registers import GivenOffice, Holder
from workflow.errors import Text

HEADERS = {
    "zh": ("登录名", "姓名", "职务编号", "职务", "组织", "任期"),
    "en": ("login", "name", "office", "role", "organization", "days"),
}
ALONE = Text(
    "还没有其他人。接下来：jishi account add 登录名 --name 姓名 --organization 组织 --role 职务",
    "Nobody else yet. Next: jishi account add LOGIN --name NAME --organization ORGANIZATION --role ROLE",
)


def lasting(found: Sequence[Holder], today: date) -> list[Holder]:
    """Return the accounts that can be used, with the offices that have not ended."""
    kept = [
        replace(one, offices=tuple(office for office in one.offices if (office.until_on or today) >= today))
        for one in found
        if one.disabled_at is None
    ]
    return [one for one in kept if one.offices]


def accounts_lines(laws: Laws, found: Sequence[Holder], lang: str) -> list[str]:
    """Return accounts as a table, an office a line."""
    rows = [row for one in found for row in _rows(laws, one, lang)]
    return table_lines(HEADERS["zh" if lang == "zh" else "en"], rows, WIDTH, stretch=4)


def alone(found: Sequence[Holder], lang: str) -> list[str]:
    """Return what to do next where nobody else is there."""
    return [ALONE.of(lang)] if len(found) <= 1 else []


def password_text(password: str) -> Text:
    """Return how a one-time password is handed over."""
    return Text(
        f"一次性密码：{password}\n只显示这一次，请当面交给本人；首次登录后必须更换。",
        f"One-time password: {password}\nIt is shown this once: hand it over in person; it has to be changed at once.",
    )


def account_plain(laws: Laws, one: Holder) -> Plain:
    """Return an account for scripts, with those of its offices that lie in scope."""
    return {
        "login": one.login,
        "name": one.name,
        "disabled_at": one.disabled_at.isoformat() if one.disabled_at else None,
        "offices": [
            {
                "office": office.id,
                "role": named(office.role, role_text(laws, office.role)),
                "organization": {"id": office.organization_uid.hex, "name": office.organization},
                "from": day_plain(office.from_on),
                "until": day_plain(office.until_on),
                "deputy_for": office.deputy_for,
            }
            for office in one.offices
        ],
    }


def _rows(laws: Laws, one: Holder, lang: str) -> Iterator[tuple[str, ...]]:
    who = (one.login, one.name + (Text("（已停用）", " (disabled)").of(lang) if one.disabled_at else ""))
    for office in one.offices:
        days = days_text(office.from_on, office.until_on, lang)
        yield (*who, str(office.id), _role(laws, office, lang), office.organization, days)
        who = ("", "")
    if not one.offices:
        yield (*who, "—", "—", "—", "—")


def _role(laws: Laws, office: GivenOffice, lang: str) -> str:
    role = role_text(laws, office.role).of(lang)
    if office.deputy_for is None:
        return role
    return role + Text(f"（代理 {office.deputy_for}）", f" (deputy for {office.deputy_for})").of(lang)
