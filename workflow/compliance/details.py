"""An audit in full as JSON, in both languages, for other programs."""

from __future__ import annotations

import json
from typing import BinaryIO

from workflow.compliance.audit import Audit, RuleCount, Undecidable
from workflow.compliance.finding import Finding
from workflow.compliance.ours import FORMAT
from workflow.compliance.words import result_sentence, step_names
from workflow.errors import Text
from workflow.law.timeline import Period
from workflow.ledger import CellProblem
from workflow.plain import harmless

Json = dict[str, object]


def write_json(file: BinaryIO, audit: Audit, language: str) -> None:
    """Write everything the audit says; ``language`` is that of the result in one sentence, texts stand in both.

    Each entry of a list has a line of its own, so that two audits can be compared line by line.
    """
    file.write(b"{\n")
    told = details(audit, language)
    for number, (name, value) in enumerate(told.items(), start=1):
        comma = "," if number < len(told) else ""
        packed = _listed(value) if isinstance(value, list) else _packed(value)
        file.write(f"{_packed(name)}: {packed}{comma}\n".encode())
    file.write(b"}\n")


def _listed(values: list[object]) -> str:
    return "[\n" + ",\n".join(map(_packed, values)) + "\n]" if values else "[]"


def _packed(value: object) -> str:
    return harmless(json.dumps(value, ensure_ascii=False))


def details(audit: Audit, language: str) -> Json:
    """Return the audit as plain values."""
    names = step_names(audit)
    return {
        "format": FORMAT,
        "title": _text(audit.title),
        "source": audit.source,
        "as_of": audit.as_of.isoformat(),
        "law": [_period(audit, period) for period in audit.periods],
        "result": result_sentence(audit, language),
        "people": audit.people,
        "hard": audit.hard,
        "soft": len(audit.findings) - audit.hard,
        "complete": audit.complete,
        "absent": list(audit.absent),
        "estimated": audit.estimated,
        "names_hidden": audit.names_hidden,
        "branches": dict(sorted(audit.branches.items())),
        "findings": [_finding(finding, names) for finding in audit.findings],
        "rules": [_count(count) for count in audit.counts],
        "undecidable": [_undecidable(point) for point in audit.undecidable],
        "unreadable_cells": [_problem(problem) for problem in audit.problems],
        "rules_not_kept_by_this_ledger": list(map(_text, audit.not_kept)),
        "conventions": list(map(_text, audit.conventions)),
    }


def _text(text: Text) -> Json:
    return {"zh": text.zh, "en": text.en}


def _period(audit: Audit, period: Period) -> Json:
    edition = period.edition
    return {
        "edition": edition.edition.isoformat(),
        "title": {"zh": edition.title.zh, "en": edition.title.en},
        "overlays": {name: _text(audit.local.get(name, Text(name, name))) for name in edition.overlays},
        "since": period.since.isoformat() if period.since else None,
        "until": period.until.isoformat() if period.until else None,  # excluded
    }


def _finding(finding: Finding, names: dict[int, Text]) -> Json:
    return {
        "row": finding.row,
        "person": finding.person,
        "branch": finding.branch,
        "code": finding.code,
        "step": finding.step,
        "step_name": _text(names[finding.step]) if finding.step in names else None,
        "force": finding.force.value,
        "rule": finding.rule,
        "round": finding.round,
        "outcome": finding.outcome.value,
        "edition": finding.edition.isoformat(),
        "due": finding.due.isoformat() if finding.due else None,
        "what": _text(finding.what),
        "basis": _text(finding.basis),
        "evidence": _text(finding.evidence),
        "remedy": _text(finding.remedy) if finding.remedy else None,
    }


def _count(count: RuleCount) -> Json:
    return {
        "code": count.code,
        "step": count.step,
        "rule": count.rule,
        "text": _text(count.text),
        "basis": _text(count.basis),
        "applied": count.applied,
        "violated": count.violated,
        "undecidable": count.undecidable,
    }


def _undecidable(point: Undecidable) -> Json:
    return {
        "row": point.row,
        "person": point.person,
        "branch": point.branch,
        "code": point.code,
        "step": point.step,
        "cells": list(point.missing),
    }


def _problem(problem: CellProblem) -> Json:
    return {
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.letter,
        "header": problem.header,
        "shown": problem.shown,
        "reason": _text(problem.reason),
    }
