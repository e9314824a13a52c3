"""Pages under test read a database of their own."""

from collections.abc import Iterator

import pytest
import streamlit as st


@pytest.fixture(scope="session", autouse=True)
def own_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A fresh SQLite file for the session; the cached engine of anybody else is dropped before and after."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DTI_FOLDER", str(tmp_path_factory.mktemp("dti")))
        patch.delenv("DATABASE_URL", raising=False)
        st.cache_resource.clear()
        yield
        st.cache_resource.clear()
