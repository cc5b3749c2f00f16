"""What the tests share hides no fault: the shipped law is read once, any other folder each time."""

import shutil
from pathlib import Path

from tests.cli.jishi import jishi
from workflow.engine import laws
from workflow.law.loader import definitions_root


def test_the_shipped_law_is_read_once():
    assert laws.load_laws(definitions_root()) is laws.load_laws(definitions_root())


def test_a_fault_that_is_planted_in_another_folder_after_it_was_read_is_found(tmp_path):
    planted = Path(shutil.copytree(str(definitions_root()), tmp_path / "definitions"))
    assert jishi("law", "check", env={"JISHI_DEFINITIONS": str(planted)}).code == 0
    edition = planted / "recruitment" / "2026-05-11.yaml"
    edition.write_text(edition.read_text("utf-8").replace("initial:", "initially:", 1), "utf-8")
    done = jishi("law", "check", env={"JISHI_DEFINITIONS": str(planted)})
    assert done.code != 0
    assert "initially" in done.out + done.err
