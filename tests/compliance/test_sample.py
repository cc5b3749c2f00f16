"""A sample for checking paper: drawn by lot within strata, the same for the same seed, none forgotten."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from random import Random

import pytest

from tests.compliance.logs import csv as log_file
from tests.compliance.logs import judged, law, rows
from tests.compliance.results import result
from workflow.compliance.result import Wanted
from workflow.compliance.sample import Lots, Strata, TooFew, draw, shared
from workflow.compliance.view.tables import opened

AS_OF = date(2025, 6, 30)
LATE, PLOT = "decision.in_eight_weeks", "decision.same_plot"
COLUMNS = "case,step,day,plot,office"
OFFICES = ("east", "west", "north")


def lines():
    """Return 90 cases of three offices: 8 late, of which 2 for another plot, 1 for another plot alone."""
    for number in range(90):
        case, office = f"C-{number:02}", OFFICES[number % 3]
        granted = "2025-03-06" if number < 8 else "2025-03-05"
        plot = "2" if number in (0, 1, 8) else "1"
        yield f"{case},Register,2025-01-08,1,{office}"
        yield f"{case},Grant,{granted},{plot},{office}"


def drawn(folder, number, seed, strata=Strata.RULE, order=None):
    """Return the rows of a sample as its file has them."""
    written = list(lines())
    if order is not None:
        Random(order).shuffle(written)
    path = log_file(folder, rows(*written, columns=COLUMNS))
    wanted = Wanted(lots=Lots(number, seed, strata))
    with result(path, law(folder), AS_OF, wanted, columns={"organization": "office"}) as (found, told):
        found.write_sample(folder / "sample.csv")
    with (folder / "sample.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file)), told["sample"]


def cases(sample):
    return [row["case"] for row in sample[0]]


def test_the_same_seed_draws_the_same_cases_in_whatever_order_the_rows_stand(tmp_path):
    first = drawn(tmp_path, 12, "2025")
    assert drawn(tmp_path, 12, "2025", order=1) == first
    assert drawn(tmp_path, 12, "2025", order=2) == first
    assert len(set(cases(first))) == 12


def test_another_seed_draws_others(tmp_path):
    assert cases(drawn(tmp_path, 12, "2025")) != cases(drawn(tmp_path, 12, "2026"))


def test_a_larger_sample_holds_the_smaller_one(tmp_path):
    assert set(cases(drawn(tmp_path, 9, "x"))) < set(cases(drawn(tmp_path, 20, "x")))


def test_a_case_stands_with_the_rule_that_fewest_cases_break_and_the_clean_ones_together(tmp_path):
    sample, told = drawn(tmp_path, 90, "x")
    strata = {(row["stratum"], row["with_findings"]): (row["stratum_size"], row["stratum_drawn"]) for row in sample}
    assert strata == {
        (LATE, "True"): ("6", "6"), (PLOT, "True"): ("3", "3"), ("", "False"): ("81", "81"),
    }  # fmt: skip
    assert {row["case"] for row in sample if row["stratum"] == PLOT} == {"C-00", "C-01", "C-08"}
    assert [(one["stratum"], one["size"]) for one in told["strata"]] == [("", 81), (LATE, 6), (PLOT, 3)]
    assert (told["number"], told["seed"], told["by"]) == (90, "x", "rule")


def test_by_organization_each_has_cases_with_and_without_findings(tmp_path):
    sample, _ = drawn(tmp_path, 18, "x", Strata.ORGANIZATION)
    strata = Counter((row["stratum"], row["with_findings"]) for row in sample)
    assert set(strata) == {(office, found) for office in OFFICES for found in ("True", "False")}
    assert all(row["organization"] == row["stratum"] for row in sample)
    assert sum(strata.values()) == 18


def test_of_fewer_cases_than_are_asked_for_all_are_drawn_once(tmp_path):
    assert sorted(cases(drawn(tmp_path, 1000, "x"))) == [f"C-{number:02}" for number in range(90)]


def test_within_a_stratum_every_case_is_as_likely_as_any_other(tmp_path):
    """Two of three cases for another plot are drawn with eight in all: over 40 seeds each some 27 times."""
    path, of = log_file(tmp_path, rows(*lines(), columns=COLUMNS)), law(tmp_path)
    counted: Counter[str] = Counter()
    share = 0
    with judged(path, of, as_of=AS_OF) as audit:
        for seed in range(40):
            with opened() as connection:
                share = draw(connection, audit.judged, Lots(8, str(seed))).shares[PLOT, True]
                found = connection.execute('SELECT "case" FROM sample WHERE stratum = ?', [PLOT]).fetchall()
            counted.update(case for (case,) in found)
    assert sum(counted.values()) == 40 * share
    assert all(abs(number - 40 * share / 3) < 12 for number in counted.values())
    assert len(counted) == 3


# --- shares ----------------------------------------------------------------------------------------------------------


def of(**sizes):
    return {(name, True): size for name, size in sizes.items()}


def test_shares_go_by_the_square_root_of_the_size():
    assert shared(of(small=100, large=400), 30) == of(small=10, large=20)
    assert shared(of(one=2500, two=100, three=900), 90) == of(one=50, two=10, three=30)


def test_what_a_stratum_smaller_than_its_share_does_not_hold_goes_to_the_others():
    shares = shared(of(tiny=3, large=10_000), 203)  # a share of 3.5 by the square root
    assert shares == of(tiny=3, large=200)
    assert shared(of(tiny=1, middle=64, large=64), 101) == of(tiny=1, middle=50, large=50)


def test_every_stratum_has_one_however_small_it_is():
    assert shared(of(tiny=1, large=21_000_000), 10) == of(tiny=1, large=9)


def test_a_sample_with_fewer_cases_than_strata_is_refused_and_says_how_many_it_takes():
    with pytest.raises(TooFew, match="3 at least"):
        shared(of(one=5, two=5, three=5), 2)
    assert shared({}, 5) == {}


def test_a_larger_number_takes_no_case_away_from_any_and_never_gives_more_than_there_are():
    dice = Random(3)
    for _ in range(30):
        sizes = {(str(place), True): dice.choice((1, 2, 5, 40, 3000)) for place in range(dice.randint(1, 9))}
        before = dict.fromkeys(sizes, 0)
        for number in range(len(sizes), min(sum(sizes.values()), 300) + 3):
            shares = shared(sizes, number)
            assert sum(shares.values()) == min(number, sum(sizes.values()))
            assert all(before[one] <= shares[one] <= sizes[one] for one in sizes)
            before = shares
