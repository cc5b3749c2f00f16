"""``jishi law``: what the terminal shows, what is written to files, and the exit codes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from workflow.cli import main
from workflow.law.loader import definitions_root


def run(*arguments, definitions=None):
    """Run ``jishi law`` as a user does; return exit code, standard output, standard error."""
    environment = {"JISHI_DEFINITIONS": str(definitions) if definitions else None}
    done = CliRunner().invoke(main, ["law", *map(str, arguments)], env=environment)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def definitions(tmp_path):
    """Return a copy of the shipped definitions, in which a test may plant faults."""
    return Path(shutil.copytree(str(definitions_root()), tmp_path / "definitions"))


def plant(file, old, new):
    """Say something else in one place of a file; return its line."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_commands_are_listed_in_both_languages():
    code, out, _ = run("--help")
    assert code == 0
    for command in ("show", "diff", "impact", "sql", "graph", "schema", "check"):
        assert f"  {command}" in out
    assert "流程图" in out


def test_show_takes_names_of_several_words():
    code, out, _ = run("show", "art.", "19", "--lang", "en")
    assert code == 0
    assert out.startswith("Article 19 (edition of 2026-05-11)\n")
    assert run("show", "step", "13")[1] == run("show", "pre_review")[1]


def test_show_looks_at_an_edition_and_an_overlay():
    code, out, _ = run("show", "archive", "--edition", "2014-05-28")
    assert (code, "版本：2014-05-28 版" in out) == (0, True)
    code, out, _ = run("show", "activist_notice", "--overlay", "procuratorate")
    assert (code, "其他事项  入党积极分子公示" in out) == (0, True)


def test_an_unknown_name_is_answered_on_standard_error():
    code, out, err = run("show", "预审")
    assert (code, out) == (2, "")
    assert "相近的有：上级党委预审" in err
    assert "Traceback" not in err


def test_a_day_that_is_none_says_how_to_write_one():
    code, _, err = run("show", "13", "--edition", "yesterday")
    assert code == 2
    assert "2026-11-21" in err


def test_diff_prints_the_changes():
    code, out, _ = run("diff", "2014-05-28", "2026-05-11")
    assert code == 0
    assert "【新增】列为发展对象前公示五个工作日以上" in out
    assert run("diff", "2014-05-28", "2020-01-01")[0] == 2
    assert "[new] public notice" in run("diff", "2014-05-28", "2026-05-11", "--lang", "en")[1]


def test_graph_draws_to_standard_output_and_to_a_file(tmp_path):
    code, out, _ = run("graph", "--edition", "2014-05-28")
    assert code == 0
    assert ET.fromstring(out).get("lang") == "zh-CN"  # noqa: S314 - our own text
    file = tmp_path / "流程.svg"
    code, out, err = run("graph", "--lang", "en", "--out", file)
    assert (code, out) == (0, "")
    assert "流程.svg" in err
    assert file.read_bytes().startswith(b"<?xml")
    assert b"\r" not in file.read_bytes()


def test_graph_writes_mermaid_with_an_overlay():
    code, out, _ = run("graph", "--format", "mermaid", "--overlay", "university")
    assert code == 0
    assert out.startswith("stateDiagram-v2\n")
    assert "思想汇报" in out


def test_a_file_that_cannot_be_written_is_told(tmp_path):
    code, _, err = run("graph", "--out", tmp_path / "nowhere" / "flow.svg")
    assert code == 2
    assert "error" in err


def test_schema_lists_prints_and_writes(tmp_path):
    sorts = ["edition", "overlay", "coverage", "conventions", "transitions", "indications", "organizations"]
    assert run("schema")[1].split() == sorts
    assert json.loads(run("schema", "overlay")[1])["title"] == "jishi overlay"
    assert run("schema", "ledger")[0] == 2
    folder = tmp_path / "schema"
    assert run("schema", "--write", folder)[0] == 0
    assert sorted(file.stem for file in folder.iterdir()) == sorted(run("schema")[1].split())
    one = tmp_path / "one"
    assert run("schema", "edition", "--write", one)[0] == 0
    assert [file.name for file in one.iterdir()] == ["edition.json"]


def test_check_proves_the_shipped_definitions_in_a_line_each():
    code, out, _ = run("check")
    *proofs, last = out.splitlines()
    assert code == 0
    assert all(line.startswith("通过") for line in proofs)
    assert last == f"{len(proofs)} 项证明，全部通过"
    code, out, _ = run("check", "--lang", "en")
    assert code == 0
    assert out.splitlines()[-1] == f"{len(proofs)} proofs, all hold"
    assert "\x1b" not in out


def test_check_proves_the_procedures_of_steps_and_rules_alone(definitions):
    line = plant(definitions / "branch_life" / "study.yaml", "min: 32", "min: 0")
    code, out, _ = run("check", "--lang", "en", definitions=definitions)
    assert code == 1
    assert "REFUTED procedures of steps and rules alone hold" in out
    rule = next(one for one in out.splitlines() if one.startswith("branch_life/study.yaml:"))
    assert 0 < line - int(rule.split(":")[1]) < 4
    assert "no example was found that breaks it" in rule
    shutil.rmtree(definitions / "branch_life")
    code, out, _ = run("check", "--lang", "en", definitions=definitions)
    assert (code, "15 proofs, all hold" in out) == (0, True)


def test_check_names_every_fault_that_keeps_the_definitions_from_loading(definitions):
    edition = definitions / "recruitment" / "2026-05-11.yaml"
    first = plant(edition, "online: refuse", "online: refused")
    second = plant(edition, "governed_by: due", "governed_by: dew")
    code, out, err = run("check", definitions=definitions)
    assert code == 1
    assert f"recruitment/2026-05-11.yaml:{first}: steps.apply.rules.age.online: " in out
    assert f"recruitment/2026-05-11.yaml:{second}: steps.talk.rules.within_a_month.governed_by: " in out
    assert out.splitlines()[-1].startswith("定义有 ")
    assert "Traceback" not in out + err


def test_check_names_what_is_refuted(definitions):
    coverage = definitions / "recruitment" / "coverage.yaml"
    plant(coverage, "rules: [apply.age]", "rules: []")
    code, out, _ = run("check", definitions=definitions)
    assert code == 1
    assert any(line.startswith("未通过") for line in out.splitlines())
    assert any(line.startswith("recruitment/coverage.yaml:") for line in out.splitlines())
    assert out.splitlines()[-1].endswith("1 项未通过")
    code, out, _ = run("check", "--lang", "en", definitions=definitions)
    assert any(line.startswith("REFUTED") for line in out.splitlines())
    assert out.splitlines()[-1].endswith("1 refuted")


def test_definitions_that_do_not_load_are_told_by_every_command(definitions):
    plant(definitions / "recruitment" / "2026-05-11.yaml", "number: 13", "number: 12")
    for arguments in (["show", "13"], ["diff", "2014-05-28", "2026-05-11"], ["graph"]):
        code, out, err = run(*arguments, definitions=definitions)
        assert (code, out) == (2, "")
        assert "recruitment/2026-05-11.yaml:" in err


def test_a_long_value_is_cut_in_the_message(definitions):
    edition = definitions / "recruitment" / "2026-05-11.yaml"
    plant(edition, "online: refuse", "online: " + "x" * 5000)
    plant(edition, "kind: within\n", "kind: " + "y" * 5000 + "\n")
    code, out, _ = run("check", "--lang", "en", definitions=definitions)
    assert code == 1
    assert ("x" * 79 in out, "y" * 79 in out) == (True, True)
    assert ("x" * 81 in out, "y" * 81 in out) == (False, False)


def test_a_drawing_is_readable_by_others_and_a_protected_one_is_left(tmp_path):
    file, plain = tmp_path / "flow.svg", tmp_path / "plain"
    plain.touch()
    assert run("graph", "--out", file)[0] == 0
    assert file.stat().st_mode == plain.stat().st_mode  # it holds no names
    file.chmod(0o444)
    code, _, err = run("graph", "--out", file)
    assert (code, "write-protected" in err) == (2, True)
    file.chmod(0o644)


def test_sql_shows_what_was_asked_with_its_words_and_numbers():
    code, out, _ = run("sql", "admit.quorum", "--as-of", "2026-11-22", "--lang", "en")
    assert code == 0
    assert "-- admit.quorum: " in out
    assert "art. 19" in out
    assert "2014" in out  # under which it judged earlier meetings
    assert "as of 2026-11-22" in out
    assert "10 broken: not kept" in out
    assert '2 * CAST(COALESCE("admit.present", 0) AS BIGINT)' in out
    assert out.rstrip().endswith('WHERE "#unread" IS NULL;')


def test_sql_of_an_article_is_of_every_rule_that_rests_on_it_and_both_editions():
    code, out, _ = run("sql", "第十九条", "--as-of", "2026-11-22")
    assert code == 0
    rules = {line.split(":")[0].removeprefix("-- ") for line in out.splitlines() if line.startswith("-- admit.")}
    assert {"admit.within_a_month", "admit.quorum"} <= rules
    assert "期限未到" in out


def test_sql_is_written_for_the_engine_and_for_what_cannot_be_read():
    assert "`admit.present`" in run("sql", "admit.quorum", "--engine", "spark")[1]
    careful = run("sql", "admit.quorum", "--engine", "sqlite", "--unreadable")[1]
    assert "INSTR(" in careful
    assert '"#unread" IS NOT NULL' in careful
    assert run("sql", "art. 1", "--lang", "en")[1] == "no rule there that is judged\n"
    code, _, err = run("sql", "no.such_rule")
    assert code == 2
    assert "no.such_rule" in err
