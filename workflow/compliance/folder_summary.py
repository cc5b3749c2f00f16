"""What the audit of a folder says: a line a file, a line a rule, the result last; and the same as JSON."""

from __future__ import annotations

from typing import Any

from workflow.compliance.columns import table_lines
from workflow.compliance.folder import FileResult, FolderAudit
from workflow.compliance.words import many, pick
from workflow.errors import Text
from workflow.plain import harmless

INDENT = "  "


def folder_lines(audit: FolderAudit, language: str, width: int = 100) -> list[str]:
    """Return the audit as lines of at most ``width`` places; the last one is the result in one sentence."""
    parts = [_files(audit, language, width), _unread(audit, language), _rules(audit, language, width)]
    lines = [harmless(line) for part in parts if part for line in (*part, "")]
    return [*lines, _result(audit, language)]


def _files(audit: FolderAudit, language: str, width: int) -> list[str]:
    read = [one for one in audit.files if one.why is None]
    headers = pick(
        language, "文件 人数 问题 硬性 无法判断 读不出 缺列", "file people findings hard undecided unread absent"
    ).split()
    rows = [
        (harmless(one.name), one.people, one.findings, one.hard, one.undecidable, one.unread, one.absent)
        for one in read
    ]
    if not rows:
        return []
    title = pick(language, "按文件", "By file")
    return [title, *(INDENT + line for line in table_lines(headers, rows, width - len(INDENT), stretch=0))]


def _unread(audit: FolderAudit, language: str) -> list[str]:
    """Return every file that was not judged, with its reason: none is passed over in silence."""
    colon = pick(language, "：", ": ")
    shut = [f"{INDENT}{one.name}{colon}{one.why.of(language)}" for one in audit.files if one.why]
    return [pick(language, "没有检查的文件", "Files that were not judged"), *shut] if shut else []


def _rules(audit: FolderAudit, language: str, width: int) -> list[str]:
    struck = sorted(
        (one for one in audit.counts.values() if one.violated or one.undecidable), key=lambda one: (one.step, one.code)
    )
    if not struck:
        return []
    headers = pick(
        language, "步骤 代码 规定 适用 违反 比例 无法判断", "step code rule judged broken rate undecided"
    ).split()
    rows = [
        (
            one.step, one.code, one.text.of(language), one.applied, one.violated, _rate(one.violated, one.applied),
            one.undecidable,
        )
        for one in struck
    ]  # fmt: skip
    title = pick(language, "按规定（一处也没有的不列）", "By rule (those kept by everybody are left out)")
    return [title, *(INDENT + line for line in table_lines(headers, rows, width - len(INDENT), stretch=2))]


def _rate(broken: int, applied: int) -> str:
    return f"{broken / applied:.1%}" if applied else "—"


def _result(audit: FolderAudit, language: str) -> str:
    read, shut = _told_apart(audit)
    zh = f"截至 {audit.as_of}：检查 {len(read)} 份台账、{audit.people:,} 人，问题 {audit.findings:,} 条"
    zh += f"，无法判断 {audit.undecidable:,} 项" if audit.undecidable else ""
    zh += f"；{len(shut)} 个文件没有检查。" if shut else "。"
    en = f"As of {audit.as_of}: {many(len(read), 'ledger')}, {many(audit.people, 'person', 'people')}, "
    en += many(audit.findings, "finding")
    en += f", {many(audit.undecidable, 'point')} could not be decided" if audit.undecidable else ""
    en += f"; {many(len(shut), 'file')} not judged." if shut else "."
    return zh if language == "zh" else en


def _told_apart(audit: FolderAudit) -> tuple[list[FileResult], list[FileResult]]:
    return [one for one in audit.files if one.why is None], [one for one in audit.files if one.why is not None]


def folder_json(audit: FolderAudit) -> dict[str, Any]:
    """Return all but the findings themselves, as JSON has it."""
    return {
        "source": audit.folder,
        "as_of": audit.as_of.isoformat(),
        "people": audit.people,
        "found": audit.findings,
        "undecidable": audit.undecidable,
        "complete": audit.complete,
        "files": [_file_json(one) for one in audit.files],
        "rules": [
            {
                "code": one.code,
                "step": one.step,
                "rule": one.rule,
                "applied": one.applied,
                "broken": one.violated,
                "undecidable": one.undecidable,
                "rate": one.violated / one.applied if one.applied else None,
                "text": _text(one.text),
            }
            for _, one in sorted(audit.counts.items(), key=lambda item: (item[0][1], item[0][0]))
        ],
    }


def _file_json(one: FileResult) -> dict[str, Any]:
    if one.why is not None:
        return {"file": one.name, "why": _text(one.why)}
    keys = ("people", "findings", "hard", "undecidable", "unread", "absent")
    return {"file": one.name} | {key: getattr(one, key) for key in keys}


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
