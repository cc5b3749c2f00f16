"""A draft from a file, proved like any other edition before cases are judged under it."""

from __future__ import annotations

from pathlib import Path

from workflow.law.draft import Drafted, with_draft
from workflow.law.loader import load_edition_file
from workflow.law.organizations import Organizations
from workflow.law.source import DefinitionError, Fault, Source
from workflow.law.timeline import Law
from workflow.prover import prove
from workflow.prover.coverage import COVERED


def read_draft(
    path: Path, law: Law, organizations: tuple[Organizations, Source] | None = None
) -> tuple[Drafted, tuple[Fault, ...]]:
    """Return the law with the draft in a file, and what the proofs say that need not stop anybody.

    That is what other files lack until the draft is adopted: an account of its articles, words on running cases.
    Raises DefinitionError with all faults of the draft, refuted proofs among them, OSError.
    """
    edition, source = load_edition_file(path)
    drafted = with_draft(law, edition, source)
    proof = prove(drafted.law, organizations)
    of_draft = {
        fault for part in proof.parts if part.name != COVERED for fault in part.faults if fault.file == path.name
    }
    if of_draft:
        raise DefinitionError([fault for fault in proof.faults if fault in of_draft])
    return drafted, proof.faults
