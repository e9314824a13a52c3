"""The screens as Streamlit's navigation takes them."""

from copy import copy

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from assessment.roles import Role
from language import language
from language.texts import Language
from ui.kept import kept
from ui.navigation import DEFAULT_SCREEN, SCREENS, is_listed


@kept(32)
def _pages(language: Language, role: Role | None) -> tuple[tuple[str, StreamlitPage], ...]:
    return tuple(
        (
            screen.section(),
            st.Page(
                screen.path,
                title=screen.title(),
                icon=screen.icon,
                url_path=screen.url_path,
                default=screen is DEFAULT_SCREEN,
                visibility="visible" if role is not None and is_listed(screen, role) else "hidden",
            ),
        )
        for screen in SCREENS
    )


def menu(role: Role | None) -> dict[str, list[StreamlitPage]]:
    """Every screen by the heading it stands under; those of the role are shown, none to a session that has ended.

    Every screen is registered for everybody, so that an address answers; its own guard refuses.
    """
    sections: dict[str, list[StreamlitPage]] = {}
    for section, page in _pages(language(), role):
        # A page of its own for every run, which notes in it that it is the one to be drawn.
        sections.setdefault(section, []).append(copy(page))
    return sections
