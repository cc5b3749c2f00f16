"""The command line as a whole: help, quick and in any code page; what nobody foresaw; what is interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner

from tests.cli.jishi import ROOT, SAMPLE, in_a_process, jishi
from workflow.cli import main
from workflow.cli.main import COMMANDS

HEAVY = ("pydantic", "pydantic_core", "ruamel.yaml", "python_calamine", "xlsxwriter", "transitions")


def test_help_lists_every_command_in_both_languages():
    done = jishi("--help")
    assert done.code == 0
    for name, (_, _, says) in COMMANDS.items():
        assert f"{name} " in done.out
        assert says in done.out


def test_every_command_explains_itself():
    for name in COMMANDS:
        assert jishi(name, "--help").code == 0


def test_a_command_that_does_not_exist_is_named():
    done = jishi("judge")
    assert (done.code, "judge" in done.err) == (2, True)


def test_help_loads_none_of_the_heavy_packages():
    asked = (
        "import sys\nfrom workflow.cli import main\n"
        "try:\n    main(['--help'], prog_name='jishi')\n"
        "except SystemExit:\n    print([name for name in sys.argv[1:] if name in sys.modules])"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", asked, *HEAVY], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    assert loaded.stdout.splitlines()[-1] == "[]"
    # The same question finds them once a command has run.
    after = asked.replace("['--help']", f"['audit', {str(SAMPLE)!r}, '--quiet']")
    ran = subprocess.run(
        [sys.executable, "-c", after, *HEAVY], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    assert "pydantic" in ran.stdout.splitlines()[-1]


@pytest.mark.parametrize("arguments", [["--help"], ["audit", "--help"], ["audit", "no-such-ledger.xlsx"]])
@pytest.mark.parametrize("page", ["cp1252", "cp936", "ascii"])
def test_every_code_page_can_show_what_is_said(page, arguments):
    done = in_a_process(*arguments, PYTHONIOENCODING=page, PYTHONUTF8="0")
    assert "Traceback" not in done.err
    assert any("一" <= sign <= "龥" for sign in done.out + done.err)


@pytest.fixture
def broken(monkeypatch):
    """Add a command that breaks; the group that answers for it is the real one."""
    monkeypatch.setitem(COMMANDS, "broken", ("tests.cli.broken", "broken", "Breaks / 出错"))


@pytest.mark.usefixtures("broken")
def test_what_nobody_foresaw_is_no_finding_and_asks_to_be_reported():
    done = jishi("broken", "bug")
    assert done.code == 2
    assert "ZeroDivisionError: an invented bug" in done.err
    assert "请报告" in done.err
    assert "Please report" in done.err
    assert "Traceback" not in done.err


@pytest.mark.usefixtures("broken")
def test_developers_see_where_it_broke():
    done = jishi("broken", "bug", env={"JISHI_TRACEBACK": "1"})
    assert done.code == 2
    assert "Traceback (most recent call last)" in done.err


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize("more", [{}, {"JISHI_TRACEBACK": "1"}])
def test_what_went_wrong_steers_no_terminal(more):
    done = jishi("broken", "steering", env=more)
    assert "ValueError: <U+001B>[2J<U+202E>" in done.err
    assert "\x1b" not in done.err


SLOW = (
    "from workflow.cli import main\nfrom workflow.cli.main import COMMANDS\n"
    "COMMANDS['slow'] = ('tests.cli.broken', 'slow', 'Slow')\nmain(prog_name='jishi')"
)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_who_is_told_to_end_leaves_nothing_half_written(tmp_path, name):
    if os.name != "posix":
        return  # other systems end a program without telling it
    command = [sys.executable, "-c", SLOW, "slow", str(tmp_path / "found.csv")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == b"half\n"
        assert len(list(tmp_path.iterdir())) == 1
        process.send_signal(signal.Signals[name])
        assert process.wait(60) == 128 + signal.Signals[name]
        assert process.stderr.read() == b""
    assert list(tmp_path.iterdir()) == []


def test_signals_that_others_answer_are_left_to_them():
    before = signal.getsignal(signal.SIGTERM)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        jishi("--help")
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)


@pytest.mark.usefixtures("broken")
def test_who_interrupts_has_no_result():
    done = jishi("broken", "interrupted")
    assert (done.code, done.err) == (2, "已中断 / interrupted\n")


def test_who_stops_reading_is_not_told_of_a_finding():
    command = [sys.executable, "-m", "workflow.cli", "audit", str(SAMPLE)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 2


def test_the_group_also_works_inside_other_programs():
    assert CliRunner().invoke(main, ["--help"], standalone_mode=False).exit_code == 0
