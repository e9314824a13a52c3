"""The menu: the screens of a role under their headings, and pages of its own for every run."""

from typing import Any

from streamlit.testing.v1 import AppTest

from assessment.roles import Role
from ui.navigation import SCREENS, is_listed


def _asks_for_menus() -> None:
    import streamlit as st

    from assessment.roles import Role
    from ui.menu import menu

    asked = (Role.DX_OFFICE, Role.DATA_ENTRY, Role.DATA_PROVIDER, None, Role.DX_OFFICE)
    st.session_state["menus"] = [menu(role) for role in asked]


def _menus() -> list[dict[str, list[Any]]]:
    return AppTest.from_function(_asks_for_menus).run().session_state["menus"]


def _shown(pages: list[Any]) -> list[tuple[str, str]]:
    return [(page.title, page.icon) for page in pages if page.visibility == "visible"]


def test_a_role_sees_its_screens_under_their_headings_in_the_order_of_the_registry() -> None:
    office, clerk, supplier, ended, _again = _menus()
    for role, seen in ((Role.DX_OFFICE, office), (Role.DATA_ENTRY, clerk), (Role.DATA_PROVIDER, supplier)):
        assert [(heading, _shown(pages)) for heading, pages in seen.items()] == [
            (heading, [(s.title(), s.icon) for s in SCREENS if s.section() == heading and is_listed(s, role)])
            for heading in dict.fromkeys(s.section() for s in SCREENS)
        ]
    assert [shown for pages in ended.values() for shown in _shown(pages)] == []


def test_every_screen_has_a_page_whoever_asks_so_that_its_address_answers() -> None:
    for seen in _menus():
        assert len([page for pages in seen.values() for page in pages]) == len(SCREENS)


def test_no_run_has_a_page_of_another() -> None:
    first, *_others, second = _menus()
    pages = [page for seen in (first, second) for own in seen.values() for page in own]
    assert len({id(page) for page in pages}) == len(pages)
