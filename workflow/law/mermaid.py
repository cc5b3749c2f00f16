"""The states of a procedure as Mermaid text (stateDiagram-v2), for wikis and pages that draw it themselves."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.law.model import Edition
from workflow.law.words import Words

SPECIAL = '#;:"<>{}[]()%&`\\'


def mermaid(edition: Edition, language: str = "zh") -> str:
    """Return the states and, between them, an edge a step and outcome; a note names the steps that leave a state as is.

    A procedure without states gives its numbered steps one after the other.
    """
    words = Words(edition, language)
    body = _states(words) if edition.states else _chain(words)
    head = ["stateDiagram-v2", f"    accTitle: {safe(words.of(edition.title))}", "    direction LR"]
    return "\n".join([*head, *(f"    {line}" for line in body)]) + "\n"


def safe(text: str) -> str:
    """Return text in which every character that means something to Mermaid is written as its number."""
    flat = " ".join(text.split())
    return "".join(f"#{ord(char)};" if char in SPECIAL else char for char in flat)


def _states(words: Words) -> Iterator[str]:
    edition = words.edition
    for name in edition.states:
        yield f'state "{safe(words.state(name))}" as s_{name}'
    yield f"[*] --> s_{edition.initial}"
    for name in edition.states:
        yield from _moves(words, name)
    for name, state in edition.states.items():
        if state.final:
            yield f"s_{name} --> [*]"
    for name in edition.states:
        yield from _note(words, name)


def _moves(words: Words, state: str) -> Iterator[str]:
    """Yield the edges from a state, by the state that they lead to."""
    for step_id, step in words.edition.steps.items():
        for outcome in step.outcomes.values():
            if outcome.to and state in (outcome.start or step.start):
                label = _step(words, step_id) + words.pick("：", ": ") + words.pick(outcome.zh, outcome.en)
                yield f"s_{state} --> s_{outcome.to} : {safe(label)}"


def _note(words: Words, state: str) -> Iterator[str]:
    """Yield the steps that can be taken in a state and leave it as it is, each with its outcomes."""
    stays = []
    for step_id, step in words.edition.steps.items():
        names = [
            words.pick(outcome.zh, outcome.en)
            for outcome in step.outcomes.values()
            if not outcome.to and state in (outcome.start or step.start)
        ]
        if names:
            stays.append(_step(words, step_id) + words.pick("：", ": ") + words.listed(names))
    if stays:
        yield f"note right of s_{state}"
        yield from (f"    {safe(line)}" for line in stays)
        yield "end note"


def _chain(words: Words) -> Iterator[str]:
    steps = words.edition.numbered
    for step in steps:
        yield f'state "{safe(_step(words, step))}" as s_{step}'
    for before, after in zip(
        ("[*]", *(f"s_{step}" for step in steps)), (*(f"s_{step}" for step in steps), "[*]"), strict=True
    ):
        yield f"{before} --> {after}"


def _step(words: Words, step: str) -> str:
    number = words.edition.steps[step].number
    return f"{number} {words.step_name(step)}" if number else words.step_name(step)
