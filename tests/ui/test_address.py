"""Filters in the address: what the address names is shown, what it does not know is said, what is default is left out."""

import pytest
from streamlit.testing.v1 import AppTest


def _one_filter() -> None:
    import streamlit as st

    from ui.address import search, select

    level = select("Cấp", "cap", {"so": "Sở", "huyen": "Huyện", "xa": "Xã"})
    words = search("Tìm", "tim", "Không cần gõ dấu")
    st.markdown(f"{level}|{words}")


def _default_in_the_middle() -> None:
    import streamlit as st

    from ui.address import select

    st.markdown(select("Tháng", "thang", {"1": "Tháng 1", "2": "Tháng 2", "3": "Tháng 3"}, default="2"))


def _buttons() -> None:
    import streamlit as st

    from ui.address import select

    st.markdown(select("Cách xem", "xem", {"bang": "Bảng", "cot": "Cột"}, widget="segmented"))


def _all_or_one() -> None:
    import streamlit as st

    from ui.address import put, select

    if st.session_state.pop("forget", False):
        put("nhom", "")
    st.markdown(select("Nhóm", "nhom", {"": "Tất cả", "nt": "Nhận thức số"}))


def _options_that_shrink() -> None:
    import streamlit as st

    from ui.address import select

    level = select("Cấp", "cap", {"so": "Sở", "huyen": "Huyện"})
    units = {"so": {"A": "Sở A", "B": "Sở B"}, "huyen": {"X": "Huyện X"}}[level]
    st.markdown(select("Đơn vị", "don-vi", units))


def _one_filter_or_another_page() -> None:
    import streamlit as st

    from ui.address import select

    if st.session_state.get("elsewhere"):
        st.markdown("trang khác")
    else:
        st.markdown(select("Cấp", "cap", {"so": "Sở", "huyen": "Huyện"}))


def shown(page: AppTest) -> str:
    return page.markdown[-1].value


def opened(script: object, **address: str) -> AppTest:
    page = AppTest.from_function(script)  # type: ignore[arg-type]
    for name, value in address.items():
        page.query_params[name.replace("_", "-")] = value
    page.run()
    assert not page.exception
    return page


def test_without_an_address_the_first_option_is_chosen_and_the_address_stays_empty() -> None:
    page = opened(_one_filter)
    assert shown(page) == "so|"
    assert dict(page.query_params) == {}


def test_address_chooses() -> None:
    page = opened(_one_filter, cap="xa", tim="phường")
    assert shown(page) == "xa|phường"
    assert page.query_params["cap"] == "xa"


def test_a_choice_is_written_into_the_address_and_the_default_is_taken_out() -> None:
    page = opened(_one_filter)
    page.selectbox[0].select("huyen").run()
    assert shown(page) == "huyen|"
    assert page.query_params["cap"] == "huyen"
    page.selectbox[0].select("so").run()
    assert "cap" not in page.query_params


def test_an_empty_default_never_stands_in_the_address() -> None:
    page = opened(_all_or_one, nhom="")
    assert (shown(page), dict(page.query_params), list(page.warning)) == ("", {}, [])
    page.selectbox[0].select("nt").run()
    assert page.query_params["nhom"] == "nt"
    page.session_state["forget"] = True
    page.run()
    assert (shown(page), dict(page.query_params)) == ("", {})
    page.run()
    assert (shown(page), dict(page.query_params)) == ("", {})


def test_given_default_stands_even_when_it_is_not_first() -> None:
    page = opened(_default_in_the_middle)
    assert shown(page) == "2"
    assert "thang" not in page.query_params
    page.selectbox[0].select("1").run()
    assert page.query_params["thang"] == "1"


def test_a_new_address_wins_over_the_earlier_choice() -> None:
    page = opened(_one_filter, cap="xa")
    page.query_params["cap"] = "huyen"
    page.run()
    assert shown(page) == "huyen|"


def test_a_choice_wins_over_the_address_it_came_with() -> None:
    page = opened(_one_filter, cap="xa")
    page.selectbox[0].select("huyen").run()
    assert shown(page) == "huyen|"
    assert page.query_params["cap"] == "huyen"


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("abc", "`abc`"),
        ("", ""),
        ("SO", "`SO`"),
        ("so ", "`so`"),
        ("<script>alert(1)</script>", "`<script>alert(1)</script>`"),
        ("[bấm vào đây](//nơi.khác)", "`[bấm vào đây](//nơi.khác)`"),
        ("a`b\nc", "`a'b c`"),
        ("đ" * 5000, f"`{'đ' * 60}`"),
    ],
)
def test_an_unknown_value_is_said_as_it_stands_with_what_is_shown_instead(value: str, quoted: str) -> None:
    page = opened(_one_filter, cap=value)
    assert shown(page) == "so|"
    assert [w.value for w in page.warning] == [
        f"Địa chỉ nêu cấp «{quoted}» không có ở màn hình này; đang hiển thị «Sở»."
    ]
    assert "cap" not in page.query_params


def test_an_unknown_value_is_said_once() -> None:
    page = opened(_one_filter, cap="abc")
    assert len(page.warning) == 1
    page.run()
    assert len(page.warning) == 0


def test_buttons_follow_the_address_too() -> None:
    page = opened(_buttons, xem="cot")
    assert shown(page) == "cot"
    assert page.button_group[0].value == "cot"


def test_an_option_that_is_gone_gives_way_to_the_first() -> None:
    page = opened(_options_that_shrink, don_vi="B")
    assert shown(page) == "B"
    page.selectbox[0].select("huyen").run()
    assert shown(page) == "X"
    assert "don-vi" not in page.query_params
    assert not page.exception


def test_a_choice_outlives_a_page_that_does_not_draw_the_widget() -> None:
    page = opened(_one_filter_or_another_page)
    page.selectbox[0].select("huyen").run()
    page.session_state["elsewhere"] = True
    del page.query_params["cap"]
    page.run()
    assert shown(page) == "trang khác"
    page.session_state["elsewhere"] = False
    page.run()
    assert shown(page) == "huyen"
    assert page.query_params["cap"] == "huyen"


def _numbers() -> None:
    import streamlit as st

    from ui.address import whole_number

    share = whole_number("Khả năng (%)", "muc", 1, 99, 50)
    most = whole_number("Số dự án", "du-an", 0, 10_000, None)
    st.markdown(f"{share}|{most}")


def test_a_number_of_the_address_is_shown_and_the_default_is_left_out() -> None:
    page = opened(_numbers, muc="35")
    assert shown(page) == "35|None"
    page.number_input(key="du-an").set_value(7).run()
    page.number_input(key="muc").set_value(50).run()
    assert shown(page) == "50|7"
    assert page.query_params == {"du-an": "7"}
    page.number_input(key="du-an").set_value(None).run()
    assert shown(page) == "50|None"
    assert page.query_params == {}


@pytest.mark.parametrize("value", ["1e309", "-5", "0", "100", "inf", "nan", "5.5", "", "9" * 5000])
def test_what_is_no_whole_number_within_bounds_is_named(value: str) -> None:
    page = opened(_numbers, muc=value)
    assert not page.exception
    assert shown(page) == "50|None"
    (sentence,) = [w.value for w in page.warning]
    assert sentence.endswith("không phải số nguyên từ 1 đến 99; đang hiển thị 50.")
    assert value[:60] in sentence


def test_a_number_that_may_be_left_out_is_left_out_when_the_address_errs() -> None:
    page = opened(_numbers, **{"du-an": "10001"})
    assert [w.value for w in page.warning] == [
        "Địa chỉ nêu Số dự án «`10001`» không phải số nguyên từ 0 đến 10.000; mục này được để trống."
    ]
