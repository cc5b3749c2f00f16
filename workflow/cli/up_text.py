"""What ``jishi up`` prints: how somebody comes in, what to look at first, what the doctor found in brief."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from workflow.errors import Text

if TYPE_CHECKING:
    from workflow.engine.laws import Laws
    from workflow.keep.entrance import Seat
    from workflow.keep.finding import Finding

WIDTH = 100  # places on a line
HEADERS = {"zh": ("登录名", "姓名", "职务", "组织"), "en": ("login", "name", "office", "organization")}
FIRST = ("jg.shuji", "dx.zuzhiyuan", "gw.jiancha", "admin")  # of the sample: with whom to begin
DEFAULTS = {"organization": "本单位党委", "kind": "committee", "administrator": "admin", "name": "系统管理员"}
STOP = Text("停止：按 Ctrl+C", "To stop: Ctrl+C")
STOPPED = Text("已停止", "Stopped")
BEHIND = Text(
    "服务已启动，请用反向代理的地址打开；直接用 http 打开不能登录",
    "Serving: open the address of the proxy in front; nobody can sign in over plain http",
)


def renamed_text(where: str) -> Text:
    """Return that the organization has a name by default, and how to change it; ``where``: the option of the folder."""
    usual = DEFAULTS["organization"]
    return Text(
        f"组织名称用的是默认值；改名：jishi organization rename{where} {usual} 新名称 --as admin",
        f"Its name is only a default; to change it: jishi organization rename{where} {usual} NAME --as admin",
    )


def password_text(login: str, password: str, where: str) -> Text:
    """Return the first password of an installation, said this once; ``where``: the option of the folder."""
    again = f"jishi account password{where} {login} --as {login}"
    return Text(
        f"系统管理员登录名：{login}　一次性密码：{password}\n  只显示这一次，首次登录后必须更换；遗失时运行：{again}",
        f"Administrator: {login}   one-time password: {password}\n"
        f"  It is shown this once and has to be changed at once; if it is lost: {again}",
    )


def seat_lines(laws: Laws, seats: Sequence[Seat], password: str, lang: str) -> list[str]:
    """Return everybody in the sample, with their one password."""
    from workflow.cli.administering import role_text
    from workflow.compliance.columns import table_lines

    rows = [(one.login, one.name, role_text(laws, one.role).of(lang), one.organization) for one in seats]
    roles = {login: role for login, _, role, _ in rows}
    begin = [f"{login} {roles[login]}" for login in FIRST if login in roles]
    said = Text(
        f"可先试：{'、'.join(begin)}\n以上账号的密码相同，每次启动另发：{password}",
        f"Try first: {', '.join(begin)}\nThey all have one password, a new one at each start: {password}",
    )
    headers = HEADERS["zh" if lang == "zh" else "en"]
    return [*table_lines(headers, rows, WIDTH, stretch=3), *said.of(lang).splitlines()]


def seat_plain(seat: Seat) -> dict[str, Any]:
    """Return an office of the sample for scripts."""
    return {"login": seat.login, "name": seat.name, "role": seat.role, "organization": seat.organization}


def brief_lines(findings: Sequence[Finding], lang: str) -> list[str]:
    """Return what a doctor found that is not well, and in one line how much was looked at."""
    from workflow.keep.finding import Level

    odd = [line for one in findings if one.level is not Level.GOOD for line in one.lines(lang)]
    count = len(findings)
    if odd:
        return odd
    return [Text(f"✓ 启动检查 {count} 项，均正常", f"✓ {count} checks at the start: all is well").of(lang)]


def open_text(url: str | None) -> Text:
    """Return what to open, and how to stop."""
    if url is None:
        return Text(f"{BEHIND.zh}\n{STOP.zh}", f"{BEHIND.en}\n{STOP.en}")
    return Text(f"请用浏览器打开：{url}\n{STOP.zh}", f"Open in a browser: {url}\n{STOP.en}")
