"""Event logs of other systems: each row becomes an act on its civil day, and nothing that is wrong goes unsaid."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from tests.compliance.logs import AS_OF, ON_PAGE, SHORT, bad, csv, found, judged, law, rows
from tests.law.test_definitions_page import table
from workflow.compliance.engines.duckdb import parquet
from workflow.compliance.log import table as tables
from workflow.compliance.log.findings import bad_rows
from workflow.compliance.log.naming import LogUnreadable
from workflow.compliance.rates import rates
from workflow.law.source import DefinitionError

LATE = "decision.in_eight_weeks"


def page_rows(heading):
    return [tuple(None if cell == "" else cell for cell in row) for row in table(heading)]


def whole(folder):
    """Return the law of the page as it stands, with attributes and the rows that count."""
    return law(folder, ON_PAGE.log_procedure)


def text(row):
    return tuple(None if cell is None else str(cell) for cell in row)


def test_the_log_of_the_page_shows_what_the_page_says(tmp_path):
    with judged(csv(tmp_path, ON_PAGE.log), whole(tmp_path)) as audit:
        assert [text(row) for row in found(audit)] == page_rows("As of 30 June 2025 this is found:\n")
        told = page_rows("does not stop the rest:\n")
        assert [(str(line), column) for line, column, _ in bad(audit)] == [row[:2] for row in told]
        assert (audit.count.left_out, audit.count.other_steps, audit.run.cases) == (1, 1, 5)
        assert audit.run.undecidable == 1  # whether P-5 was decided in time


def test_an_instant_becomes_the_day_in_the_zone_of_the_procedure_and_not_a_utc_day(tmp_path):
    log = csv(tmp_path, rows("A,Register,2025-01-07T23:30:00Z", "A,Grant,2025-03-05"))
    with judged(log, law(tmp_path)) as audit:  # received on the 8th in Amsterdam: 56 days later is 5 March
        assert found(audit) == []
    with judged(log, law(tmp_path), zone="UTC") as audit:  # received on the 7th: one day late
        assert [(row[1], row[7]) for row in found(audit)] == [(LATE, 1)]


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("names", ["number,word,_at,_case", "first,step,bucket,organization", "#line,a,c1,c0"])
def test_a_log_may_call_its_columns_what_our_tables_call_theirs(tmp_path, form, names):
    log = csv(tmp_path, rows("A,Register,2025-01-07,x", "A,Grant,2025-03-06,x", "B,Register,so,x", columns=names))
    if form == "parquet":
        with duckdb.connect() as connection:
            source = f"read_csv('{log}', all_varchar = true)"
            connection.execute(f"COPY (SELECT * FROM {source}) TO '{tmp_path / 'log.parquet'}' (FORMAT parquet)")
        log = tmp_path / "log.parquet"
    columns = dict(zip(("case", "step", "day", "organization"), names.split(","), strict=True))
    with judged(log, law(tmp_path), columns=columns) as audit:
        assert [(row[0], row[1], row[7]) for row in found(audit)] == [("A", LATE, 2)]
        line = {"csv": 4, "parquet": 3}[form]  # rows of Parquet have no header before them
        assert bad(audit) == [(line, columns["day"], "day")]


def test_a_zone_that_there_is_none_of_is_an_error(tmp_path):
    log = csv(tmp_path, rows("A,Register,2025-01-07"))
    with pytest.raises(LogUnreadable, match="Amsterdamm"), judged(log, law(tmp_path), zone="Europe/Amsterdamm"):
        pass


@pytest.mark.parametrize(
    "written",
    [
        "2025-03-06", "2025/3/6", "2025.3.6", "2025年3月6日", " 2025-03-06 ", "2025-03-06 10:00", "2025-03-06T10:00:00",
        "2025-03-06 10:00:00.123", "2025-03-06T10:00:00,5", "2025-03-06T23:30:00+01:00", "2025-03-05T23:30:00Z",
        "2025-03-06 08:00:00+0800", "2025-03-06 00:00:00+01", "2025年3月6日 10:00",
    ],
)  # fmt: skip
def test_a_day_may_be_written_in_several_ways(tmp_path, written):
    log = csv(tmp_path, rows("A,Register,2025-01-08", f'A,Grant,"{written}"'))
    with judged(log, law(tmp_path)) as audit:
        assert [row[5] for row in found(audit)] == [date(2025, 3, 6)]
        assert not audit.bad


@pytest.mark.parametrize("written", ["6.3.2025", "2025-02-29", "03/06/2025", "soon", "0000-01-01", "2025-03-06 25:00"])
def test_a_day_that_cannot_be_read_makes_undecidable_what_turns_on_it_and_is_told(tmp_path, written):
    log = csv(tmp_path, rows("A,Register,2025-01-08", f"A,Grant,{written}"))
    with judged(log, law(tmp_path)) as audit:
        assert found(audit) == []
        assert bad(audit) == [(3, "day", "day")]
        assert audit.run.undecidable


def test_a_row_counts_only_where_the_log_says_so_and_not_where_it_says_nothing(tmp_path):
    lines = ("A,Register,2025-01-08,done", "A,Grant,2025-03-06,", "B,Register,2025-01-08,begun")
    log = csv(tmp_path, rows(*lines, columns="case,step,day,phase"))
    with judged(log, law(tmp_path, f"{SHORT}  only: {{phase: [done]}}\n")) as audit:
        assert (audit.count.rows, audit.count.left_out, audit.run.cases) == (3, 2, 1)


def test_a_step_taken_again_is_a_further_round_and_each_round_is_judged(tmp_path):
    log = csv(
        tmp_path,
        rows("A,Register,2025-01-08", "A,Refuse,2025-03-10", "A,Register,2025-04-01", "A,Grant,2025-05-01"),
    )
    with judged(log, law(tmp_path)) as audit:
        assert [row[:4] for row in found(audit)] == [("A", LATE, 1, "late")]


def test_rows_follow_their_instants_and_not_their_lines(tmp_path):
    log = csv(tmp_path, rows("A,Grant,2025-02-02T12:00", "A,Refuse,2025-02-02T09:00", "A,Register,2025-01-08"))
    with judged(log, law(tmp_path)) as audit, duckdb.connect() as connection:
        order = f"SELECT outcome FROM '{audit.folder}/entries.parquet' ORDER BY number"
        assert connection.execute(order).fetchall() == [("received",), ("refused",), ("granted",)]


def test_the_outcome_may_stand_in_a_column_of_its_own_by_its_id_or_name(tmp_path):
    log = csv(
        tmp_path,
        rows("A,decision,2025-01-08,refused", "B,决定,2025-01-08,不准予", "C,Decide,2025-01-08,",
             "D,Decide,2025-01-08,maybe", columns="case,step,day,outcome"),
    )  # fmt: skip
    with judged(log, law(tmp_path)) as audit, duckdb.connect() as connection:
        told = f"SELECT kind, outcome FROM '{audit.folder}/entries.parquet' ORDER BY \"case\""
        assert connection.execute(told).fetchall() == [
            ("act", "refused"), ("act", "refused"), ("act", "granted"), ("attested", None),
        ]  # fmt: skip
        assert bad(audit) == [(5, "outcome", "outcome")]


def test_columns_are_found_by_what_is_asked_then_by_the_definition_then_by_usual_names(tmp_path):
    log = csv(tmp_path, rows("A,x,Register,2025-01-08", columns="who,case,activity,Date"))
    with judged(log, law(tmp_path), columns={"case": "who"}) as audit, duckdb.connect() as connection:
        assert connection.execute(f"SELECT name FROM '{audit.folder}/cases.parquet'").fetchall() == [("A",)]
    defined = law(tmp_path, SHORT.replace("log:\n", "log:\n  case: who\n"))
    with judged(log, defined) as audit, duckdb.connect() as connection:
        assert connection.execute(f"SELECT name FROM '{audit.folder}/cases.parquet'").fetchall() == [("A",)]


@pytest.mark.parametrize(
    ("header", "asked", "named"),
    [("case,step", {}, "the day or instant"), ("step,day", {}, "the case"), ("case,step,day", {"case": "who"}, "who")],
)
def test_a_column_that_is_not_there_is_an_error_that_names_those_that_are(tmp_path, header, asked, named):
    with pytest.raises(LogUnreadable) as caught, judged(csv(tmp_path, header + "\n"), law(tmp_path), columns=asked):
        pass
    assert named in str(caught.value)
    assert header.split(",")[0] in str(caught.value.remedy)


def test_attributes_that_the_definition_names_must_be_there(tmp_path):
    log = csv(
        tmp_path, rows("A,Register,2025-01-08,12-7,complete", columns="case,step,day,parcel,lifecycle:transition")
    )
    with pytest.raises(LogUnreadable, match="case:monument"), judged(log, whole(tmp_path)):
        pass


def test_attributes_that_it_does_not_name_are_found_by_the_name_of_the_field(tmp_path):
    lines = rows("A,Register,2025-01-08,12-7", "A,Grant,2025-01-09,12-8", columns="case,step,day,plot")
    with judged(csv(tmp_path, lines), law(tmp_path)) as audit:
        assert [row[1] for row in found(audit)] == ["decision.same_plot"]
    lines = lines.replace("plot", "decision.plot")
    with judged(csv(tmp_path, lines), law(tmp_path)) as audit:  # that of the application is not on record then
        assert found(audit) == []


def test_steps_that_nobody_knows_are_faults_or_only_counted(tmp_path):
    log = csv(tmp_path, rows("A,Register,2025-06-01", "A,Telephone,2025-06-02", "A,,2025-06-02"))
    with judged(log, law(tmp_path)) as audit:
        assert bad(audit) == [(3, "step", "step"), (4, "step", "no_step")]
    with judged(log, law(tmp_path), other_steps=False) as audit:
        assert bad(audit) == [(4, "step", "no_step")]
        assert audit.count.other_steps == 1


def test_what_is_later_than_the_day_of_the_audit_is_not_used(tmp_path):
    log = csv(tmp_path, rows("A,Register,2025-01-08", "A,Grant,2025-07-01"))
    with judged(log, law(tmp_path)) as audit:
        assert audit.count.later == 1
        assert [row[3] for row in found(audit)] == ["overdue"]


def test_a_log_is_judged_as_of_its_last_day_but_never_of_one_to_come(tmp_path):
    log = csv(tmp_path, rows("A,Register,2025-01-08", "B,Register,2025-02-09"))
    with judged(log, law(tmp_path), as_of=None) as audit:
        assert audit.as_of == date(2025, 2, 9)
    with judged(csv(tmp_path, rows("A,Register,2099-01-08")), law(tmp_path), as_of=None) as audit:
        assert audit.as_of == date(2026, 11, 22)


def test_a_line_is_that_of_the_file_even_where_cells_hold_line_breaks_and_rows_are_damaged(tmp_path):
    log = csv(
        tmp_path,
        rows('"A\n1",Register,2025-01-08', "B,Register", "", "C,Register,2025-01-08,too,many", "D,Fly,2025-01-08"),
    )
    with judged(log, law(tmp_path)) as audit:
        assert bad(audit) == [(4, "", "row"), (6, "", "row"), (7, "step", "step")]


@pytest.mark.parametrize(
    ("written", "bad_lines", "cases"),
    [
        (['A,"Register,2025-01-08', "B,Register,2025-01-08", "C,Register,2025-01-08"], [2], {"B", "C"}),
        (['"A,Register,2025-01-08', "B,Register,2025-01-08", 'C,"Register",2025-01-08'], [2], {"B", "C"}),
        (['A,"Register"x,2025-01-08', "B,Register,2025-01-08"], [2], {"B"}),
        # could be one row whose second cell goes over three lines: nothing is guessed
        (['A,"Register,2025-01-08', "B,Register,2025-01-08", 'C,Register",2025-01-08', "D,Register,2025-01-08"],
         [2, 3, 4], {"D"}),
        (['"A', 'B",Register,2025-01-08'], [], {"A\nB"}),
        (['A"1",Register,2025-01-08', "B,Register,2025-01-08"], [], {'A"1"', "B"}),
        (['"A""1",Register,2025-01-08'], [], {'A"1'}),
    ],
)  # fmt: skip
def test_a_stray_quote_is_told_with_its_line_and_swallows_no_rows(tmp_path, written, bad_lines, cases):
    with judged(csv(tmp_path, rows(*written)), law(tmp_path)) as audit:
        assert bad(audit) == [(line, "", "quote") for line in bad_lines]
        assert {row[0] for row in found(audit)} == cases


def test_a_quote_that_is_never_closed_is_looked_after_for_a_while_only(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "MOST_LINES", 20)
    lines = ['A,"Register,2025-01-08', *(f"{number},Register,2025-01-08" for number in range(100))]
    with judged(csv(tmp_path, rows(*lines)), law(tmp_path)) as audit:
        assert bad(audit) == [(2, "", "quote")]
        assert audit.run.cases == 100
        assert next(row[4] for row in bad_rows(audit, 1)) == 'A,"Register,2025-01-08'


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_the_encodings_of_offices_are_read(tmp_path, encoding):
    log = csv(tmp_path, rows("甲,申请,2025年1月8日", columns="案件编号,步骤,日期"), encoding=encoding)
    with judged(log, law(tmp_path)) as audit:
        assert [row[0] for row in found(audit)] == ["甲"]


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_the_separator_is_told_from_the_header(tmp_path, separator):
    log = csv(tmp_path, rows("A,Register,2025-01-08").replace(",", separator))
    with judged(log, law(tmp_path)) as audit:
        assert audit.run.cases == 1


def test_what_rows_say_of_the_case_as_a_whole_must_agree(tmp_path):
    columns = "case,step,day,case:monument,parcel,lifecycle:transition"
    log = csv(
        tmp_path,
        rows("A,Grant,2025-01-08,yes,1,complete", "A,Register,2025-01-01,yes,1,complete",
             "B,Grant,2025-01-08,yes,1,complete", "B,Register,2025-01-01,no,1,complete",
             "C,Grant,2025-01-08,perhaps,1,complete", columns=columns),
    )  # fmt: skip
    with judged(log, whole(tmp_path)) as audit:
        given = [(row[0], row[1]) for row in found(audit)]
        assert given == [("A", "decision.notice_given")]
        assert audit.run.undecidable == 2
        assert bad(audit) == [
            (4, "case:monument", "differ"), (5, "case:monument", "differ"), (6, "case:monument", "cell"),
        ]  # fmt: skip


def test_a_case_of_two_organizations_is_of_none_and_the_rows_are_told(tmp_path):
    log = csv(
        tmp_path,
        rows("A,Register,2025-01-08,west", "A,Grant,2025-01-09,", "A,Grant,2025-01-10,west", "A,Grant,2025-01-11,east",
             "B,Register,2025-01-08,west", "C,Register,2099-01-08,west", "C,Register,2025-01-08,east",
             columns="case,step,day,organization"),
    )  # fmt: skip
    with judged(log, law(tmp_path)) as audit:
        assert bad(audit) == [(2, "organization", "differ"), (5, "organization", "differ")]
        assert [row[4] for row in bad_rows(audit, 9)] == ["west", "east"]
        with duckdb.connect() as connection:
            named = connection.execute(f"SELECT name, organization FROM {parquet(audit.folder / 'cases.parquet')}")
            assert dict(named.fetchall()) == {"A": None, "B": "west", "C": "east"}


def test_a_parquet_log_says_what_the_same_csv_says(tmp_path):
    path = csv(tmp_path, ON_PAGE.log)
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT * FROM read_csv('{path}', all_varchar = true)) TO '{tmp_path}/log.parquet' (FORMAT parquet)"
        )
    with judged(path, whole(tmp_path)) as one, judged(tmp_path / "log.parquet", whole(tmp_path)) as other:
        assert found(one) == found(other) != []
        assert [(int(str(line)) - 1, *rest) for line, *rest in bad(one)] == [tuple(row) for row in bad(other)]


def test_an_instant_of_parquet_becomes_a_civil_day_and_numbers_stay_numbers(tmp_path):
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(
            "COPY (SELECT 1 AS \"case\", 'Register' AS step, TIMESTAMPTZ '2025-01-07 23:30:00+00' AS day UNION ALL "
            "SELECT 1, 'Grant', TIMESTAMPTZ '2025-03-05 10:00:00+00') "
            f"TO '{tmp_path}/log.parquet' (FORMAT parquet)"
        )
    with judged(tmp_path / "log.parquet", law(tmp_path)) as audit:
        assert found(audit) == []
        assert audit.run.cases == 1


def test_a_file_that_is_no_log_is_an_error_that_says_so(tmp_path):
    for name, content in (("log.txt", ""), ("log.doc", "x")):
        with pytest.raises(LogUnreadable), judged(csv(tmp_path, content, name), law(tmp_path)):
            pass


def test_populations_are_what_a_rate_is_seen_against(tmp_path):
    log = csv(
        tmp_path,
        rows("A,Register,2025-01-08", "A,Grant,2025-03-06", "B,Register,2025-01-08", "B,Grant,2025-03-05",
             "C,Register,2025-06-29", "D,Register,2025-01-08", "D,Grant,soon", "E,Publish,2025-01-01"),
    )  # fmt: skip
    with judged(log, law(tmp_path)) as audit:
        rate = next(one for one in rates(audit.parts) if one.rule == LATE)
    assert (rate.applied, rate.running, rate.undecidable, rate.broken, rate.cases) == (4, 1, 1, 1, 1)
    assert (rate.decided, rate.rate) == (2, 0.5)


def test_a_procedure_with_states_is_refused(tmp_path):
    with pytest.raises(LogUnreadable, match="states"):
        law(tmp_path, ON_PAGE.editions["commendation"])


def test_a_rule_that_asks_for_the_words_of_a_text_is_refused(tmp_path):
    worded = SHORT.replace(
        "        columns: [application.plot, decision.plot]\n",
        '        columns: [application.plot, decision.plot]\n        when: {application.plot: ["12-7"]}\n',
    )
    with (
        pytest.raises(LogUnreadable, match="choice"),
        judged(csv(tmp_path, rows("A,Register,2025-01-08")), law(tmp_path, worded)),
    ):
        pass


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("Register: application", "Register: aplication", "no step “aplication”"),
        ("decision:granted", "decision:given", "no outcome “given”"),
        ("decision.plot: parcel", "decision.plott: parcel", "no column “decision.plott”"),
        ("zone: Europe", "zoen: Europe", "Extra inputs"),
    ],
)
def test_what_the_part_about_logs_names_must_exist(tmp_path, right, wrong, message):
    with pytest.raises(DefinitionError) as caught:
        law(tmp_path, ON_PAGE.log_procedure.replace(right, wrong))
    assert message in str(caught.value)


def test_a_log_of_which_no_row_can_be_used_has_no_cases_and_says_why(tmp_path):
    for lines in ((), ("A,Fly,2025-01-08",)):
        with judged(csv(tmp_path, rows(*lines)), law(tmp_path)) as audit:
            assert (audit.run.cases, found(audit), len(bad(audit))) == (0, [], len(lines))
            assert {one.applied for one in rates(audit.parts)} == {0}


def test_nothing_is_left_behind(tmp_path):
    with judged(csv(tmp_path, ON_PAGE.log), whole(tmp_path)) as audit:
        folder = audit.folder
    assert not folder.exists()
    assert audit.as_of == AS_OF


def test_a_file_whose_name_is_a_pattern_is_read_itself(tmp_path):
    """As a browser names a second download: log[1].parquet is not log1.parquet."""
    path = csv(tmp_path, ON_PAGE.log)
    with duckdb.connect() as connection:
        rows_of = f"read_csv('{path}', all_varchar = true)"
        connection.execute(f"COPY (SELECT * FROM {rows_of}) TO '{tmp_path}/log[1].parquet' (FORMAT parquet)")
        connection.execute(f"COPY (SELECT * FROM {rows_of} LIMIT 1) TO '{tmp_path}/log1.parquet' (FORMAT parquet)")
    with judged(path, whole(tmp_path)) as one, judged(tmp_path / "log[1].parquet", whole(tmp_path)) as other:
        assert found(one) == found(other) != []


def test_a_column_that_stands_twice_is_refused(tmp_path):
    lines = ON_PAGE.log.splitlines()
    header = lines[0].split(",")
    doubled = [",".join([*header, header[0]]), *(f"{line},x" for line in lines[1:])]
    with pytest.raises(LogUnreadable), judged(csv(tmp_path, "\n".join(doubled)), whole(tmp_path)):
        pass
