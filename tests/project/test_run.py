"""The one command: what it answers before anything is installed, and when it sets up anew."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import run

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 14, 2), (4, 0, 0)])
def test_a_python_that_is_new_enough_is_taken(version):
    assert run.complaint(version) is None


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 9), (3, 10, 13)])
def test_an_older_python_is_told_what_to_do(version):
    told = run.complaint(version) or ""
    assert f"{version[0]}.{version[1]}" in told
    assert "3.11" in told


def test_an_older_python_can_read_it():
    newer = ("match ", "except*", "type ")  # statements that a Python before 3.11 stops at
    assert not [line for line in Path(run.__file__).read_text("utf-8").splitlines() if line.lstrip().startswith(newer)]
    assert "from __future__" not in Path(run.__file__).read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "code"), [(["--help"], 0), (["unheard-of"], 2), (["test", "more"], 2), (["audit", "more"], 2)]
)
def test_it_says_how_it_is_used(arguments, code, tmp_path):
    command = [sys.executable, str(ROOT / "run.py"), *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == code
    assert "run.py test" in done.stdout
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ([], ["up", "--sample"]),
        (["demo"], ["up", "--sample"]),
        (["--port", "8081"], ["up", "--sample", "--port", "8081"]),
        (["jishi", "up", "--port", "0"], ["up", "--port", "0"]),
        (["jishi"], []),
    ],
)
def test_what_is_typed_becomes_a_command(monkeypatch, typed, asked):
    ran = []

    def jishi(arguments):
        ran.append(arguments)
        return 0

    monkeypatch.setattr(run, "jishi", jishi)
    assert run.main(typed) == 0
    assert ran == [asked]


def test_the_suite_of_spark_is_run_alone_and_must_run(monkeypatch):
    ran, made = [], []
    monkeypatch.setattr(run, "offer_java", lambda: True)
    monkeypatch.setattr(run, "set_up", lambda **asked: made.append(asked))

    def call(command, cwd):
        ran.append((command[1:], cwd))
        return 0

    monkeypatch.setattr(run, "call", call)
    monkeypatch.setenv("JISHI_SPARK", "")
    assert run.main(["test", "--spark"]) == 0
    assert made == [{"tests": True, "spark": True}]
    assert ran == [(["-m", "pytest", "tests/bulk/test_spark.py"], run.ROOT)]
    assert os.environ["JISHI_SPARK"] == "required"


def test_without_a_java_nothing_of_spark_is_installed(monkeypatch, capsys):
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(run, "set_up", lambda **_: pytest.fail("it installs"))
    assert run.main(["test", "--spark"]) == 2
    assert "Java 17" in capsys.readouterr().out


@pytest.mark.skipif(run.WINDOWS, reason="only there a program becomes another")
def test_whoever_ends_it_ends_what_it_runs(tmp_path):
    """Become a program that tells its own number: it is the one that was started."""
    program = tmp_path / "jishi"
    program.write_text(f"#!{sys.executable}\nimport os, sys\nprint(os.getpid(), *sys.argv[1:])\n", "utf-8")
    program.chmod(0o755)
    code = (
        "import pathlib, run, sys; run.set_up = lambda **_: 0; run.BIN = pathlib.Path(sys.argv[1]); run.jishi(['up'])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8"
    ) as started:
        said, _ = started.communicate()
    assert said.split() == [str(started.pid), "up"]


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Record a set-up of this very Python in a folder of its own."""
    monkeypatch.setattr(run, "STAMP", tmp_path / "stamp.json")
    monkeypatch.setattr(run, "PYTHON", Path(sys.executable))

    def record(**changed):
        run.STAMP.write_text(json.dumps({"key": {**run.key(), **changed}, "tests": False}), "utf-8")

    record()
    return record


@pytest.mark.usefixtures("made")
def test_what_is_set_up_is_used_again():
    assert run.is_set_up(tests=False)


@pytest.mark.parametrize("what", ["project", "python", "where"])
def test_it_is_set_up_anew_when_something_changed(made, what):
    made(**{what: "another"})
    assert not run.is_set_up(tests=False)


@pytest.mark.usefixtures("made")
def test_the_tests_need_more_than_the_audit():
    assert not run.is_set_up(tests=True)


@pytest.mark.usefixtures("made")
def test_spark_needs_more_than_the_audit():
    assert not run.is_set_up(tests=False, spark=True)


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("text", ["", "{}", "[]", "{"])
def test_what_was_not_finished_is_not_used(text):
    run.STAMP.write_text(text, "utf-8")
    assert not run.is_set_up(tests=False)


@pytest.mark.usefixtures("made")
def test_an_environment_whose_python_is_gone_is_not_used(monkeypatch, tmp_path):
    monkeypatch.setattr(run, "PYTHON", tmp_path / "gone")
    assert not run.is_set_up(tests=False)
