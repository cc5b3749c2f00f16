"""Addresses filled in a line at a time lead where those lead that Flask makes."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from flask import url_for

from tests.web.site import Site
from web.addresses import address_of

STRANGE = ("2026-1", "talk", "a b", "~0~", "~1~", "工委", "a?c#d", "100%", "%2F", "'\"<>&")


@pytest.mark.parametrize("value", STRANGE)
@pytest.mark.parametrize("prefix", ["", "/jishi"])
def test_whatever_is_filled_in_the_address_leads_to_its_page(site: Site, value: str, prefix: str) -> None:
    with site.app.test_request_context("/", base_url=f"http://localhost{prefix}"):
        for endpoint, names in (("case.show", ("number",)), ("act.choose", ("number", "step"))):
            given = dict(zip(names, (value, "held"), strict=False))
            made = address_of(endpoint, *names)(*given.values())
            assert unquote(made) == unquote(url_for(endpoint, **given))  # type: ignore[arg-type] # texts all
            asked = unquote(made.removeprefix(prefix))  # as a server hands it on
            assert site.app.url_map.bind("localhost").match(asked) == (endpoint, given)
            assert not set(made) & set("?#\"<>' ")  # it is written into a page as it is


def test_what_is_filled_in_leads_to_no_other_page(site: Site) -> None:
    with site.app.test_request_context("/"):
        made = address_of("case.show", "number")("../sign-in?next=//elsewhere")
    assert made == "/cases/..%2Fsign-in%3Fnext%3D%2F%2Felsewhere"
