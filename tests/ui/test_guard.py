"""Who may open what."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from assessment.roles import Role, role_name
from ui.guard import may_open
from ui.identity import (
    AnonymousProvider,
    FixedProvider,
    Identity,
    SessionEndedError,
    Signed,
    current_identity,
    set_provider,
)
from ui.navigation import SCREENS, addresses


@pytest.fixture
def administrator() -> Iterator[Identity]:
    identity = Identity("quan-tri", Role.ADMINISTRATOR)
    replaced = set_provider(FixedProvider(identity))
    yield identity
    set_provider(replaced)


@pytest.fixture
def visitor() -> Iterator[None]:
    replaced = set_provider(AnonymousProvider())
    yield
    set_provider(replaced)


def _unregistered_page() -> None:
    import streamlit as st

    from ui.guard import guard

    guard("no_such_page")
    st.write("bí mật")


def test_a_stranger_is_the_public() -> None:
    assert AnonymousProvider().current().identity == Identity(None, Role.PUBLIC)


def test_identity_comes_from_the_injected_provider(administrator: Identity) -> None:
    assert current_identity() == administrator


@pytest.mark.parametrize("role", list(Role))
def test_a_page_outside_the_registry_is_open_to_nobody(role: Role) -> None:
    assert not may_open(Identity("a", role), "no_such_page")


@pytest.mark.parametrize("role", list(Role))
def test_a_registered_page_is_open_to_its_roles_only(role: Role) -> None:
    assert [may_open(Identity("a", role), s.id) for s in SCREENS] == [role in s.roles for s in SCREENS]


@pytest.mark.usefixtures("visitor")
def test_refusal_names_the_role_and_stops_the_page() -> None:
    page = AppTest.from_function(_unregistered_page).run()
    assert not page.exception
    assert role_name(Role.PUBLIC) in page.error[0].value
    assert "bí mật" not in [m.value for m in page.markdown]


class _Ended:
    """A provider whose session was revoked."""

    def current(self) -> Signed:
        raise SessionEndedError


def test_a_revoked_session_is_told_where_to_sign_in_and_sees_nothing() -> None:
    replaced = set_provider(_Ended())
    try:
        page = AppTest.from_function(_unregistered_page).run()
    finally:
        set_provider(replaced)
    assert not page.exception
    assert "Phiên đăng nhập đã kết thúc" in page.error[0].value
    assert "bí mật" not in [m.value for m in page.markdown]


@pytest.mark.usefixtures("visitor")
def test_session_state_cannot_raise_a_role() -> None:
    page = AppTest.from_function(_unregistered_page)
    page.session_state["role"] = Role.ADMINISTRATOR.value
    page.session_state["identity"] = Role.ADMINISTRATOR.value
    page.run()
    assert role_name(Role.PUBLIC) in page.error[0].value


def test_registry_is_without_doubles() -> None:
    assert len({s.id for s in SCREENS}) == len({s.url_path for s in SCREENS}) == len(SCREENS)
    assert "" in addresses()


def test_every_role_has_its_own_name() -> None:
    assert len({role_name(role) for role in Role}) == len(Role)
