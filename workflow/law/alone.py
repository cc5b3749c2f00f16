"""Procedures of steps and rules alone that come with the program: one file each, conventions beside them.

They have no states and nobody's case goes through them: logs are judged by them. A name is folder and file,
``branch_life/meetings``.
"""

from __future__ import annotations

from importlib.resources.abc import Traversable

from workflow.law.loader import (
    Conventions,
    Definitions,
    load_edition_file,
    read_definition,
    validated,
    yaml_files,
)
from workflow.law.model import Edition
from workflow.law.source import DefinitionError, Fault, Source
from workflow.law.timeline import Law

FOLDERS = ("branch_life",)
CONVENTIONS = "conventions.yaml"


def procedures_alone(root: Traversable) -> dict[str, Traversable]:
    """Return the files below ``root`` by their names, in alphabetical order; a folder that is not there has none."""
    folders = (root / folder for folder in FOLDERS)
    files = [(folder.name, entry) for folder in folders if folder.is_dir() for entry in yaml_files(folder)]
    return {f"{folder}/{_stem(entry)}": entry for folder, entry in files if entry.name != CONVENTIONS}


def load_alone(root: Traversable) -> dict[str, Law]:
    """Return the law of each by its name, every one with the conventions of its folder.

    Raises DefinitionError with every fault of every file.
    """
    faults: list[Fault] = []
    shared = {folder: _conventions(root, folder, faults) for folder in FOLDERS}
    laws = {}
    for name, file in procedures_alone(root).items():
        try:
            edition, source = load_edition_file(file, f"{name}.yaml")
        except DefinitionError as error:
            faults += error.faults
            continue
        faults += _misnamed(edition, source, name)
        laws[name] = _law(edition, source, shared[name.split("/")[0]])
    if faults:
        raise DefinitionError(sorted(faults, key=lambda fault: (fault.file, fault.line)))
    return laws


def _conventions(root: Traversable, folder: str, faults: list[Fault]) -> tuple[Conventions, Source]:
    """Return the conventions of a folder with their source, none where it has no file of them."""
    file = root / folder / CONVENTIONS
    name = f"{folder}/{CONVENTIONS}"
    if not file.is_file():
        return Conventions(conventions={}), Source(name)
    source = read_definition(file, name)
    found, wrong = validated(Conventions, source)
    faults += wrong
    return found or Conventions(conventions={}), source


def _misnamed(edition: Edition, source: Source, name: str) -> list[Fault]:
    stem = name.split("/")[1]
    faults = []
    if edition.procedure != stem:
        zh = f"文件名应为 {edition.procedure}.yaml"
        faults.append(source.fault(("procedure",), zh, "file name and procedure do not agree"))
    if edition.states:
        zh, en = "此处只收没有状态的程序", "procedures with states do not belong here"
        faults.append(source.fault(("states",), zh, en))
    return faults


def _law(edition: Edition, source: Source, shared: tuple[Conventions, Source]) -> Law:
    conventions, beside = shared
    sources = {edition.edition.isoformat(): source, "conventions": beside}
    return Law(Definitions(edition.procedure, [edition], conventions=conventions.conventions, sources=sources))


def _stem(entry: Traversable) -> str:
    return entry.name.removesuffix(".yaml")
