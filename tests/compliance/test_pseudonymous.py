"""Without names: nowhere a name of anybody in the ledger or on the roster, whatever it slipped into."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.compliance import audits
from workflow.compliance.audit import Audit
from workflow.compliance.names import without_words
from workflow.compliance.report import render_html
from workflow.compliance.summary import summary_lines
from workflow.compliance.write import write_findings

LANGUAGES = ("zh", "en")


def everything(audit: Audit, folder: Path) -> Mapping[str, str]:
    """Return all that is handed out of an audit, as text, by what it is."""
    given: dict[str, str] = {}
    for language in LANGUAGES:
        given[f"terminal {language}"] = "\n".join(summary_lines(audit, language))
        given[f"html {language}"] = render_html(audit, language, pseudonymous=audit.names_hidden)
        for suffix in (".csv", ".json", ".xlsx"):
            path = folder / f"findings{suffix}"
            write_findings(audit, path, language, pseudonymous=audit.names_hidden)
            data = path.read_bytes()
            given[f"{suffix} {language}"] = unpacked(data) if suffix == ".xlsx" else data.decode("utf-8")
    return given


def unpacked(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return "\n".join(parts.read(name).decode("utf-8") for name in parts.namelist())


def test_no_name_of_the_sample_is_anywhere(tmp_path):
    _, names = audits.named_everywhere(tmp_path / "ledger.xlsx")
    assert len(names) > 100
    for what, text in everything(audits.sample(hide_names=True), tmp_path).items():
        assert not [name for name in names if name in text], what


def test_no_name_is_anywhere_though_names_slipped_into_every_kind_of_cell(tmp_path):
    path, names = audits.named_everywhere(tmp_path / "ledger.xlsx")
    named = path.rename(tmp_path / f"{max(names, key=len)}.xlsx")
    audit = audits.audited(named, hide_names=True)
    assert len(audit.problems) >= 2
    for what, text in everything(audit, tmp_path).items():
        assert not [name for name in names if name in text], what


def test_the_search_finds_names_where_they_are_not_hidden(tmp_path):
    path, names = audits.named_everywhere(tmp_path / "ledger.xlsx")
    for what, text in everything(audits.audited(path), tmp_path).items():
        assert [name for name in names if name in text], what


def test_the_findings_are_the_same_and_say_where_somebody_was_named():
    named, hidden = audits.sample(), audits.sample(hide_names=True)
    keys = [(finding.row, finding.code, finding.step) for finding in named.findings]
    assert [(finding.row, finding.code, finding.step) for finding in hidden.findings] == keys
    sponsors = next(finding for finding in hidden.findings if finding.code == "V13-count")
    assert "入党介绍人1 〔姓名〕；入党介绍人2 空" in sponsors.evidence.zh
    assert "[name]" in sponsors.evidence.en


def test_an_audit_that_holds_names_is_not_handed_out_as_without(tmp_path):
    with pytest.raises(ValueError, match="hide_names"):
        write_findings(audits.sample(), tmp_path / "findings.csv", "zh", pseudonymous=True)
    with pytest.raises(ValueError, match="hide_names"):
        render_html(audits.sample(), "zh", pseudonymous=True)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2024-02-30", "2024-02-30"),
        ("2024年13月5日", "2024年13月5日"),
        ("张三说下周", "…"),
        ("2024年3月5日张三谈", "2024年3月5日…"),
        ("日月、月月", "…、…"),
        ("Li Si 24.5", "… … 24.5"),
        ("艾山·阿依努尔", "…·…"),
    ],
)
def test_of_an_unreadable_cell_only_digits_and_marks_are_left(written, shown):
    assert without_words(written) == shown
