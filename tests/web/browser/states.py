"""Pages that no link leads to: what answers a form, what went wrong, what is empty; one after another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from uuid import UUID

from tests.engine.indicated import kept
from tests.web.browser.person import Person
from tests.web.browser.town import Town
from tests.web.lively import APPROVER, COMMISSIONER, HOME, INSPECTOR, NEXT, ORGANIZER, SECRETARY, in_state
from tests.web.sealing import seal

At = tuple[str, Person]
FEW = {"接收应到": "20", "接收实到": "9", "接收赞成": "9", "接收表决方式": "其他方式", "逐个讨论、逐个表决": "否"}
WITH_PRACTICE = "某市人民检察院机关党委（示例）"  # a committee with local practice
NOBODY_YET = "zb3.shuji"  # a branch that has no case


def states(town: Town, ledger: Path) -> Iterator[At]:
    """Yield the name of a state and whoever stands at it."""
    yield from chain(
        _the_door(town), _opening(town), _an_act(town), _amending(town), _a_meeting(town), _importing(town, ledger),
        _people(town), _the_seal(town), _the_indications(town), _nothing_here(town),
    )  # fmt: skip


def _the_door(town: Town) -> Iterator[At]:
    stranger = town.newcomer().goes_to("/sign-in")
    yield "signing-in", stranger
    yield "signing-in-refused", stranger.fills(登录名="nobody", 密码="not the password").presses("登录")
    secretary = town.person(SECRETARY)
    for name, path in (("not-there", "/nowhere"), ("no-such-case", "/cases/2026-999999"), ("not-for-you", "/records")):
        yield f"error-{name}", secretary.goes_to(path)
    secretary.goes_to("/password").fills(现在的密码="wrong", 新密码="too short", 再输一次新密码="too short")
    yield "password-refused", secretary.presses("修改密码")


def _opening(town: Town) -> Iterator[At]:
    secretary = town.person(SECRETARY)
    yield "opening-blank", secretary.goes_to("/cases/new")
    yield "opening-faults", secretary.fills(出生日期="2000-13-45").presses("核对")
    secretary.fills(姓名="高示安", 出生日期="2000年2月10日", 入党申请时间=town.today, 流动人员="否")
    yield "opening-same-name", secretary.presses("核对")
    secretary.presses("返回修改").fills(姓名="毛示晚", 入党申请时间="2026-05-20")
    yield "opening-concern", secretary.presses("核对")


def _an_act(town: Town) -> Iterator[At]:
    secretary, approver = town.person(SECRETARY), town.person(APPROVER)
    case = in_state(town.bureau, "pre_reviewed")
    admit = f"/cases/{case}/steps/admit"
    yield "case-pre-reviewed", secretary.goes_to(f"/cases/{case}")
    yield "act-vote-form", secretary.goes_to(f"{admit}/passed")
    secretary.fills(接收大会时间=town.today, **FEW)
    yield "act-vote-checked", secretary.presses("核对票数")
    yield "act-refused", secretary.presses("核对")
    yield "act-irregular", secretary.presses("登记为不合规")
    activist = in_state(town.bureau, "activist")
    secretary.goes_to(f"/cases/{activist}/steps/move")
    yield "act-impossible", secretary
    secretary.goes_to(f"/cases/{activist}/steps/cultivate/reviewed").fills(培养考察时间=town.today)
    yield "act-check", secretary.presses("核对")
    yield "act-return", approver.goes_to(f"/cases/{in_state(town.bureau, 'examined')}/steps/pre_review/returned")
    for state in ("full", "probationary", "meeting_passed"):
        yield f"case-{state}", approver.goes_to(f"/cases/{in_state(town.bureau, state)}")
    yield "plan-supposed", approver.goes_to(f"/cases/{activist}/plan")
    yield "record-check", approver.goes_to(f"/compliance/cases/{in_state(town.bureau, 'probationary')}")


def _amending(town: Town) -> Iterator[At]:
    secretary, commissioner = town.person(SECRETARY), town.person(COMMISSIONER)
    secretary.goes_to("/ledger?name=高示安").follows("高示安")
    yield "case-corrected", secretary
    case = secretary.path
    yield "correct-form", secretary.goes_to(f"{case}/entries/3/correct")
    yield "correct-blank", secretary.presses("核对")
    secretary.fills(谈话人="周示五", 理由="写错")
    yield "correct-check", secretary.presses("核对")
    yield "withdraw", secretary.goes_to(f"{case}/entries/3/withdraw")
    yield "offer", secretary.goes_to(f"{case}/offer")
    secretary.fills(接收党支部="没有的支部")
    yield "offer-faults", secretary.presses("提出转出")
    attested = in_state(town.bureau, "activist")
    yield "attest", secretary.goes_to(f"/cases/{attested}/supplement")
    yield "waiting-own", secretary.goes_to("/waiting")
    yield "waiting", commissioner.goes_to("/waiting")
    links = commissioner.page.eval_on_selector_all("main .task-do a", "all => all.map(one => one.getAttribute('href'))")
    for number, link in enumerate(links, start=1):
        yield f"proposal-{number}", commissioner.goes_to(link)
    yield "proposal-own", secretary.goes_to(links[0])
    yield "offered", secretary.goes_to("/offers")


def _a_meeting(town: Town) -> Iterator[At]:
    secretary = town.person(SECRETARY)
    yield "meetings", secretary.goes_to("/meetings")
    yield "meeting-step", secretary.goes_to("/meetings/new")
    yield "meeting-people", secretary.goes_to(f"/meetings/new?step=admit&on={town.today}")
    yield "meeting-faults", secretary.presses("核对")
    yield "meeting-nobody", secretary.goes_to("/meetings/new?step=convert&on=2026-11-10")


def _importing(town: Town, ledger: Path) -> Iterator[At]:
    organizer = town.person(ORGANIZER)
    yield "imports", organizer.goes_to("/imports")
    organizer.fills(台账文件=str(ledger)).presses("上传并核对")
    organizer.page.locator(".confirm-bar").wait_for()
    yield "import-looked-at", organizer
    organizer.presses("确认导入").page.get_by_text("台账已导入").first.wait_for()
    yield "import-done", organizer
    organizer.goes_to("/imports")
    organizer.page.locator("table tbody a").first.click()
    organizer.page.wait_for_url("**/batches/**")
    yield "import-batch", organizer
    organizer.presses("看撤销的后果").page.get_by_text("确认撤销").wait_for()
    yield "undo-looked-at", organizer
    yield "undo-without-reason", organizer.presses("确认撤销")


def _people(town: Town) -> Iterator[At]:
    administrator = town.person("admin")
    administrator.goes_to("/organizations")
    yield "organizations", administrator
    yield "administrator-first-page", administrator.goes_to("/")
    yield "administrator-no-case", administrator.goes_to("/ledger")
    branch, committee = (f"/organizations/{UUID(town.bureau.organizations[name][1])}" for name in (HOME, WITH_PRACTICE))
    yield "organization-committee", administrator.goes_to(f"{branch}/committee")
    yield "organization-practice-ends", administrator.goes_to(f"{committee}/practice/procuratorate/lift")


def _the_seal(town: Town) -> Iterator[At]:
    inspector = town.person(INSPECTOR)
    yield "seal-nothing", inspector.goes_to("/records/seal")
    seal(town.app)
    yield "seal", inspector.goes_to("/records/seal")
    yield "seal-verified", inspector.presses("立即核验")


def _the_indications(town: Town) -> Iterator[At]:
    kept(town.bureau, {
        "rush": {HOME: (40, 12), NEXT: (60, 6)}, "idle": {NEXT: (3, 3)}, "late": {HOME: (38, 3), NEXT: (41, 9)},
        "at_once": {HOME: (25, 25)}, "one_day": {HOME: (40, 0), NEXT: (52, 20)},
    })  # fmt: skip
    organizer = town.person(ORGANIZER)
    yield "indications-scope", organizer.goes_to("/compliance/indications")
    yield "indications-branch", organizer.follows(HOME)


def _nothing_here(town: Town) -> Iterator[At]:
    secretary = town.person(NOBODY_YET)
    for name in ("", "waiting", "offers", "done", "ledger", "compliance", "meetings", "imports"):
        yield f"empty-{name or 'todo'}", secretary.goes_to(f"/{name}")
