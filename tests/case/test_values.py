"""The marks of what is not known are short in figures and messages."""

from workflow.case.values import ABSENT, UNREADABLE


def test_the_marks_show_their_names() -> None:
    assert f"{UNREADABLE!r} {ABSENT!r}" == "UNREADABLE ABSENT"
