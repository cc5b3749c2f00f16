"""What is built holds the whole law: a wheel without its YAML would judge nothing."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = {"__pycache__"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build a wheel from this tree; return the names in it and the text of its entry points."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        points = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
        return set(archive.namelist()), archive.read(points).decode()


@pytest.mark.parametrize("package", ["workflow", "web", "definitions"])
def test_every_file_of_the_packages_is_in_the_wheel(wheel, package):
    files = {path for path in (ROOT / package).rglob("*") if path.is_file() and not LEFT_OUT & set(path.parts)}
    expected = {path.relative_to(ROOT).as_posix() for path in files}
    names, _ = wheel
    assert any(name.endswith((".py", ".yaml")) for name in expected)
    assert expected == {name for name in names if name.startswith(f"{package}/")}


def test_nothing_else_is_in_the_wheel(wheel):
    names, _ = wheel
    assert {name.split("/")[0] for name in names} == {"workflow", "web", "definitions", "jishi-0.1.0.dist-info"}


def test_the_command_is_jishi(wheel):
    _, points = wheel
    assert "jishi = workflow.cli:main" in points
