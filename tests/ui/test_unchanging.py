"""What Streamlit works out at every run is the same when it is worked out once."""

import pytest
from streamlit import emojis
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.testing.v1 import AppTest

from ui.unchanging import remembered, work_out_once

SECTIONS = ("theme", "theme.light", "theme.dark", "theme.sidebar", "theme.light.sidebar", "theme.dark.sidebar")
"""In the order in which Streamlit fills them."""


@pytest.fixture
def worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_session, "_populate_theme_msg", app_session._populate_theme_msg)
    monkeypatch.setattr(emojis, "EMOJI_EXTRACTION_REGEX", emojis.EMOJI_EXTRACTION_REGEX)
    work_out_once()


def _part(theme: CustomThemeConfig, section: str) -> CustomThemeConfig:
    for name in section.split(".")[1:]:
        theme = getattr(theme, name)
    return theme


def test_the_theme_is_the_same_every_time() -> None:
    populate = app_session._populate_theme_msg
    remembering = remembered(populate)
    expected = CustomThemeConfig()
    for section in SECTIONS:
        populate(_part(expected, section), section)
    assert expected.light.primary_color == "#0f6474"
    for _run in range(2):
        theme = CustomThemeConfig()
        for section in SECTIONS:
            remembering(_part(theme, section), section)
        assert theme == expected


def test_a_section_without_settings_stays_absent() -> None:
    theme = CustomThemeConfig()
    remembered(lambda _theme, _section: None)(theme.dark, "theme.dark")
    assert not theme.HasField("dark")


def _segments() -> None:
    import streamlit as st

    st.segmented_control("Hiển thị", ["Tất cả", "\N{ROCKET} Phóng"])


@pytest.mark.usefixtures("worked_out_once")
def test_the_text_of_an_option_stands_as_it_is() -> None:
    page = AppTest.from_function(_segments, default_timeout=30).run()
    assert [(o.content, o.content_icon) for o in page.get("button_group")[0].proto.options] == [
        ("Tất cả", ""),
        ("\N{ROCKET} Phóng", ""),
    ]
