"""A sentence stays while the page only goes on by itself, and goes with the reader's next step."""

from streamlit.testing.v1 import AppTest


def _page() -> None:
    import streamlit as st

    from ui.lasting import begin_run, go_on, lasting

    begin_run()
    first = st.session_state.setdefault("runs", 0) == 0
    st.session_state["runs"] += 1
    told = lasting("place", "Đã lưu." if first else None)
    if told is not None:
        st.success(told)
    if st.session_state["runs"] < 3:
        go_on()
    st.button("Tiếp", key="next")


def test_a_sentence_outlives_the_runs_that_the_page_asks_for_and_no_other() -> None:
    page = AppTest.from_function(_page).run()
    assert page.session_state["runs"] == 3
    assert [s.value for s in page.success] == ["Đã lưu."]
    page.button(key="next").click().run()
    assert not page.success
