"""What others made stands unchanged beside the pages, with its licence; nothing of it asks another machine."""

import re
import shutil

import pytest

from web.vendoring import FOLDER, differing

FOREIGN = re.compile(rb"url\(\s*['\"]?(?:data:|https?:|//)|@import|sourceMappingURL")


def test_every_file_is_as_it_was_taken():
    assert list(differing()) == []


@pytest.mark.parametrize("fault", ["changed", "missing", "unlisted"])
def test_a_file_that_is_not_is_named(tmp_path, fault):
    folder = tmp_path / "vendor"
    shutil.copytree(FOLDER, folder)
    style = folder / "bootstrap.min.css"
    if fault == "changed":
        style.write_bytes(style.read_bytes() + b" ")
    elif fault == "missing":
        style.unlink()
    else:
        style = folder / "more.js"
        style.write_bytes(b"")
    assert list(differing(folder)) == [style.name]


def test_no_style_asks_for_anything_elsewhere():
    for style in FOLDER.rglob("*.css"):
        assert FOREIGN.search(style.read_bytes()) is None, style.name
    for style in FOLDER.parent.glob("*.css"):
        assert FOREIGN.search(style.read_bytes()) is None, style.name
