"""What the tests of the pages may ask for."""

import pytest

from tests.engine.office import bureau
from tests.web.site import Site, site_over


@pytest.fixture
def site(sqlite_database, tmp_path) -> Site:
    """Give the pages over a small office, on the embedded database."""
    return site_over(bureau(sqlite_database), tmp_path)


@pytest.fixture
def site_on_both(database, tmp_path) -> Site:
    """Give the pages over a small office, once on each database."""
    return site_over(bureau(database), tmp_path)
