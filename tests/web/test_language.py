"""What pages say: whatever a template is given, in the language of the page."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from jinja2 import Undefined
from markupsafe import Markup

from web.language import Speech
from workflow.errors import Text

ZH, EN = Speech("zh"), Speech("en")
BOTH = Text("谈话", "talk")


@pytest.mark.parametrize(
    ("given", "zh", "en"),
    [
        (None, "", ""),
        (Undefined(name="due"), "", ""),
        ("as it is", "as it is", "as it is"),
        (7, "7", "7"),
        (0, "0", "0"),
        (BOTH, "谈话", "talk"),
        (date(2026, 5, 11), "2026年5月11日", "11 May 2026"),
    ],
)
def test_words_are_said_whatever_they_are(given: object, zh: str, en: str) -> None:
    assert (ZH.say_any(given), EN.say_any(given)) == (zh, en)


def test_what_is_safe_stays_so_and_what_is_not_does_not_become_so() -> None:
    assert isinstance(ZH.say_any(Markup("<b>急</b>")), Markup)
    for given in ("<b>", Text("<b>", "<b>")):
        assert not isinstance(ZH.say_any(given), Markup)


def test_nothing_is_said_for_nothing_and_instants_are_those_of_the_office() -> None:
    assert (ZH.say(None), ZH.day(None), ZH.moment(None)) == ("", "", "")
    assert ZH.moment(datetime(2026, 5, 10, 17, 5, tzinfo=UTC)) == "2026年5月11日 01:05"
    assert EN.moment(datetime(2026, 5, 10, 17, 5, tzinfo=UTC)) == "11 May 2026 01:05"
    assert (ZH.t("是", "yes"), EN.t("是", "yes")) == ("是", "yes")
