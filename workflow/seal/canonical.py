"""Canonical bytes: one value has one writing, so that a hash over it can be checked by anybody.

The profile of RFC 8785 (JSON Canonicalization Scheme) without floating-point numbers: strings, whole numbers that
every JSON reader holds exactly, booleans, null, arrays, and objects with ASCII keys. In this profile the standard
library writes the same bytes as the scheme prescribes. What lies outside is refused when written, not when read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

LARGEST = 2**53 - 1  # whole numbers beyond it are not the same in every reader

Plain = str | int | bool | None | Sequence["Plain"] | Mapping[str, "Plain"]

_WRITER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)  # made once


class NotCanonical(ValueError):  # noqa: N818 - errors are named as facts
    """A value has no canonical writing."""


def canonical(value: Plain) -> bytes:
    """Return the canonical bytes of ``value`` in UTF-8.

    Raises NotCanonical for floats, large numbers, keys that are not ASCII, lone surrogates and types unknown to JSON.
    """
    _check(value, "$")
    try:
        return _WRITER.encode(value).encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("a lone surrogate is no text") from error


def _check(value: object, place: str) -> None:
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise NotCanonical(f"{place}: {value} is larger than 2^53 - 1")
    elif isinstance(value, dict):
        _check_object(value, place)
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            if type(inner) is not str:
                _check(inner, f"{place}[{number}]")
    else:
        raise NotCanonical(f"{place}: {type(value).__name__} has no place in the profile")


def _check_object(value: dict[object, object], place: str) -> None:
    for key, inner in value.items():
        if not isinstance(key, str) or not key.isascii():
            raise NotCanonical(f"{place}: the key {key!r} is not ASCII")
        if type(inner) is not str:  # most are: what needs no look costs none
            _check(inner, f"{place}.{key}")
