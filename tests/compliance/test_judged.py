"""An audit as tables: one of nothing has the columns and types of any other."""

from __future__ import annotations

import duckdb

from tests.compliance.logs import AS_OF, csv, judged, law, rows
from workflow.compliance.engines.duckdb import parquet
from workflow.compliance.judged import Judged
from workflow.compliance.rates import nothing


def types(relation: str) -> dict[str, str]:
    """Return the types of a relation by column."""
    with duckdb.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()}


def test_what_holds_nothing_has_the_types_of_what_holds_something(tmp_path):
    log = csv(tmp_path, rows("A,Register,2025-01-08", "B,Register,?"))
    with judged(log, law(tmp_path)) as audit:
        assert audit.run.breaches
        assert audit.run.undecidable
        some, none = Judged(audit.parts, AS_OF), Judged((), AS_OF)
        assert types(none.findings()) == types(some.findings())
        assert types(none.undecided()) == types(some.undecided())
        assert types(none.cases()) == types(some.cases())
        for files in ("breaches-*.parquet", "undecided-*.parquet"):
            of_run = types(parquet(*(audit.folder / "run").glob(files)))
            assert types(nothing(tuple(of_run))) == of_run
