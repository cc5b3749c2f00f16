"""What is noted of access, and what may be said about it: codes, numbers and days, never free text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from workflow.errors import Text
from workflow.seal import Plain

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
MOST_SAID = 16  # about one act
MOST_LISTED = 100


class LogAct(StrEnum):
    """What is noted."""

    SIGN_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_OUT = "sign_out"
    OFFICE_CHOSEN = "office_chosen"
    SESSIONS_ENDED = "sessions_ended"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - an act
    PASSWORD_GIVEN = "password_given"  # noqa: S105 - an act
    CASE_READ = "case_read"
    CASE_PRINTED = "case_printed"
    CASE_EXPORTED = "case_exported"
    CASES_LISTED = "cases_listed"
    ROSTER_READ = "roster_read"
    LEDGER_EXPORTED = "ledger_exported"
    FINDINGS_READ = "findings_read"
    FINDINGS_EXPORTED = "findings_exported"
    CASES_COMPARED = "cases_compared"
    IMPORT_PREVIEWED = "import_previewed"
    VALUE_REVEALED = "value_revealed"
    RECORDS_READ = "records_read"
    RECORDS_EXPORTED = "records_exported"
    ACCOUNT_MADE = "account_made"
    ACCOUNT_DISABLED = "account_disabled"
    OFFICE_GIVEN = "office_given"
    OFFICE_ENDED = "office_ended"
    OWN_ACCOUNT_LINKED = "own_account_linked"
    ORGANIZATION_ADDED = "organization_added"
    ORGANIZATION_RENAMED = "organization_renamed"
    ORGANIZATION_MOVED = "organization_moved"
    ORGANIZATION_CLOSED = "organization_closed"
    COMMITTEE_SET = "committee_set"
    OVERLAY_LAID = "overlay_laid"
    OVERLAY_LIFTED = "overlay_lifted"
    MEMBER_ADDED = "member_added"
    MEMBER_CHANGED = "member_changed"
    MEMBER_REMOVED = "member_removed"
    PENALTY_NOTED = "penalty_noted"
    PENALTY_CHANGED = "penalty_changed"
    PENALTY_REMOVED = "penalty_removed"
    REFUSED = "refused"
    BATCH_BEGUN = "batch_begun"
    FINDING_ANSWERED = "finding_answered"
    WAIVER_ASKED = "waiver_asked"
    WAIVER_APPROVED = "waiver_approved"
    WAIVER_DECLINED = "waiver_declined"
    AUDIT_RUN = "audit_run"
    INDICATIONS_KEPT = "indications_kept"
    INDICATIONS_READ = "indications_read"
    LOG_OPENED = "log_opened"
    LOG_CLOSED = "log_closed"
    STATES = "states"
    SEAL_PUBLISHED = "seal_published"
    SEAL_COUNTERSIGNED = "seal_countersigned"
    SEAL_EXPORTED = "seal_exported"
    SEAL_VERIFIED = "seal_verified"

    @property
    def words(self) -> Text:
        """Return the act in both languages."""
        return _WORDS[self]


_WORDS = {
    LogAct.SIGN_IN: Text("登录", "signed in"),
    LogAct.SIGN_IN_FAILED: Text("登录未成功", "did not get in"),
    LogAct.SIGN_OUT: Text("退出", "signed out"),
    LogAct.OFFICE_CHOSEN: Text("选择职务", "chose an office"),
    LogAct.SESSIONS_ENDED: Text("结束其他登录", "ended other sessions"),
    LogAct.PASSWORD_CHANGED: Text("修改密码", "changed the password"),
    LogAct.PASSWORD_GIVEN: Text("发放一次性密码", "gave a one-time password"),
    LogAct.CASE_READ: Text("查看档案", "read a case"),
    LogAct.CASE_PRINTED: Text("打印档案", "printed a case"),
    LogAct.CASE_EXPORTED: Text("导出档案", "exported a case"),
    LogAct.CASES_LISTED: Text("查看名单", "read a list of cases"),
    LogAct.ROSTER_READ: Text("查看党员名册", "read the roster"),
    LogAct.LEDGER_EXPORTED: Text("导出台账", "exported the ledger"),
    LogAct.FINDINGS_READ: Text("查看问题清单", "read the findings"),
    LogAct.FINDINGS_EXPORTED: Text("导出问题清单", "exported the findings"),
    LogAct.CASES_COMPARED: Text("以草案比对档案", "compared cases under a draft of the law"),
    LogAct.IMPORT_PREVIEWED: Text("预览导入", "previewed an import"),
    LogAct.VALUE_REVEALED: Text("查看隐去的内容", "revealed a hidden value"),
    LogAct.RECORDS_READ: Text("查阅办理与查阅记录", "inspected who did and saw what"),
    LogAct.RECORDS_EXPORTED: Text("导出办理与查阅记录", "exported who did and saw what"),
    LogAct.ACCOUNT_MADE: Text("建立账号", "made an account"),
    LogAct.ACCOUNT_DISABLED: Text("停用账号", "closed an account"),
    LogAct.OFFICE_GIVEN: Text("任命职务", "gave an office"),
    LogAct.OFFICE_ENDED: Text("免去职务", "ended an office"),
    LogAct.OWN_ACCOUNT_LINKED: Text("关联本人账号", "linked somebody's own account"),
    LogAct.ORGANIZATION_ADDED: Text("增设组织", "added an organization"),
    LogAct.ORGANIZATION_RENAMED: Text("组织改名", "renamed an organization"),
    LogAct.ORGANIZATION_MOVED: Text("调整组织隶属", "moved an organization"),
    LogAct.ORGANIZATION_CLOSED: Text("撤销组织", "closed an organization"),
    LogAct.COMMITTEE_SET: Text("登记支委会设置", "said whether there is a branch committee"),
    LogAct.OVERLAY_LAID: Text("适用本地规定", "laid local practice"),
    LogAct.OVERLAY_LIFTED: Text("停止适用本地规定", "lifted local practice"),
    LogAct.MEMBER_ADDED: Text("登记党员", "added a member"),
    LogAct.MEMBER_CHANGED: Text("更正党员信息", "changed a member"),
    LogAct.MEMBER_REMOVED: Text("移出党员名册", "removed a member"),
    LogAct.PENALTY_NOTED: Text("登记处分", "noted a penalty"),
    LogAct.PENALTY_CHANGED: Text("更正处分", "changed a penalty"),
    LogAct.PENALTY_REMOVED: Text("撤回处分登记", "removed a penalty"),
    LogAct.REFUSED: Text("提交未通过", "had a submission refused"),
    LogAct.BATCH_BEGUN: Text("开始批量导入", "began an import"),
    LogAct.FINDING_ANSWERED: Text("说明整改情况", "answered for a finding"),
    LogAct.WAIVER_ASKED: Text("申请豁免", "asked for a waiver"),
    LogAct.WAIVER_APPROVED: Text("批准豁免", "approved a waiver"),
    LogAct.WAIVER_DECLINED: Text("不批准或者撤回豁免", "declined or took back a waiver"),
    LogAct.AUDIT_RUN: Text("检查一次", "took a run of the audit"),
    LogAct.INDICATIONS_KEPT: Text("保存线索", "kept indications"),
    LogAct.INDICATIONS_READ: Text("查看线索", "read indications"),
    LogAct.LOG_OPENED: Text("启用封存日志", "opened a log"),
    LogAct.LOG_CLOSED: Text("结束封存日志", "closed a log"),
    LogAct.STATES: Text("载入流程定义", "loaded definitions"),
    LogAct.SEAL_PUBLISHED: Text("发布封存点", "handed a checkpoint out"),
    LogAct.SEAL_COUNTERSIGNED: Text("登记会签", "took a countersignature in"),
    LogAct.SEAL_EXPORTED: Text("导出封存记录", "exported the sealed record"),
    LogAct.SEAL_VERIFIED: Text("核验封存记录", "verified the sealed record"),
}


def coded(about: Mapping[str, Plain]) -> dict[str, Plain]:
    """Return what is said about an act; raises ValueError unless it is codes, numbers and days, by plain names."""
    if len(about) > MOST_SAID:
        raise ValueError(f"{len(about)} things are said about one act")
    for name, value in about.items():
        if not NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of something about an act")
        listed = value if isinstance(value, list | tuple) else (value,)
        if len(listed) > MOST_LISTED or not all(map(_is_code, listed)):
            raise ValueError(f"{name}: only codes, numbers and days are kept about an act")
    return dict(about)


def _is_code(value: object) -> bool:
    if value is None or isinstance(value, int):
        return True
    return isinstance(value, str) and bool(CODE.fullmatch(value))
