"""Pages under test read a database of their own."""

from collections.abc import Callable, Iterator
from functools import cache

import pytest
from streamlit.components.v2 import manifest_scanner

from assessment.permissions import Identity
from data.setup import prepare_database
from tests.data.conftest import shared_folder, sqlite, templates
from tests.data.databases import Databases
from tests.ui.pages import OFFICE
from tests.ui.publishing import application_on
from ui import gateway_outlook, gateway_scenarios
from ui.identity import FixedProvider, set_provider
from ui.kept import forget_all

__all__ = ["shared_folder", "sqlite", "templates"]


@pytest.fixture(scope="session", autouse=True)
def installed_once() -> Iterator[None]:
    """Every page under test looks through all installed packages for components of Streamlit: what is installed stays."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(scope="session", autouse=True)
def own_database(sqlite: Databases) -> Iterator[None]:
    """A SQLite file for the session as the first start leaves it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        with application_on(sqlite.copy_of(prepare_database)):
            yield


@pytest.fixture(autouse=True)
def the_office_looks() -> Iterator[Identity]:
    """The DX office looks at every page, unless a test says otherwise."""
    replaced = set_provider(FixedProvider(OFFICE))
    yield OFFICE
    set_provider(replaced)


@pytest.fixture
def looking() -> Iterator[Callable[[Identity], None]]:
    """A function that makes somebody else look at the pages, to the end of the test."""
    replaced = [set_provider(FixedProvider(OFFICE))]
    yield lambda identity: replaced.append(set_provider(FixedProvider(identity)))
    set_provider(replaced[0])


@pytest.fixture(scope="module")
def few_draws() -> Iterator[None]:
    """Few draws: the page is tested, not the forecast."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gateway_outlook, "DRAWS", 4_000)
        patch.setattr(gateway_scenarios, "BACK_TEST_DRAWS", 1_000)
        patch.setattr(gateway_scenarios, "ALIKE_DRAWS", 2_000)
        yield
    forget_all()
