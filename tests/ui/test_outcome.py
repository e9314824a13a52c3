"""What the last press of a button did is said once; who presses twice at once reads what the first press did."""

import datetime as dt

import pytest
from streamlit.testing.v1 import AppTest

from ui.outcome import AT_ONCE

FIRST = dt.datetime(2024, 12, 20, 5, 0, tzinfo=dt.UTC)
SENT, GONE = "Đã gửi.", "Báo cáo đã gửi rồi."


def _page() -> None:
    import streamlit as st

    from assessment.permissions import Identity
    from assessment.refusals import MovedOnError
    from ui.outcome import attempt, draw_outcome

    def send(_identity: Identity) -> str:
        if st.session_state.get("sent"):
            raise MovedOnError([st.session_state["refusal"]])
        st.session_state["sent"] = True
        return str(st.session_state["said"])

    def give_back(_identity: Identity) -> str:
        raise MovedOnError([st.session_state["refusal"]])

    st.button("Gửi", key="send", on_click=lambda: attempt("here", send))
    st.button("Trả lại", key="back", on_click=lambda: attempt("here", give_back))
    draw_outcome("here")


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr("ui.outcome.now", lambda: FIRST)
    opened = AppTest.from_function(_page)
    opened.session_state["said"], opened.session_state["refusal"] = SENT, GONE
    return opened.run()


def told(page: AppTest) -> tuple[list[str], list[str]]:
    assert not page.exception
    return [s.value for s in page.success], [e.value for e in page.error]


def test_a_second_press_at_once_says_what_the_first_did(page: AppTest) -> None:
    assert told(page.button(key="send").click().run()) == ([SENT], [])
    assert told(page.button(key="send").click().run()) == ([SENT], [])
    assert told(page.run()) == ([], [])


def test_a_later_press_and_another_button_are_refused(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    page.button(key="send").click().run()
    assert told(page.button(key="back").click().run()) == ([], [GONE])
    monkeypatch.setattr("ui.outcome.now", lambda: FIRST + AT_ONCE + dt.timedelta(seconds=1))
    assert told(page.button(key="send").click().run()) == ([], [GONE])
