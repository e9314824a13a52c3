"""The comparison page: cold, every filter, what the address may ask for, units of another level."""

import pytest
from streamlit.testing.v1 import AppTest

from language import format_number
from tests.ui.pages import html, opener, sound, warnings
from ui import gateway

opened = opener("comparison.py", 60)


def chosen(page: AppTest) -> list[str]:
    return list(page.multiselect(key="filter_cac-don-vi").value)


@pytest.mark.parametrize("level", ["so", "huyen", "xa"])
def test_every_level_starts_with_its_three_leaders(level: str) -> None:
    page = opened(khoi=level)
    levels = {"so": "department", "huyen": "district", "xa": "commune"}
    now = gateway.snapshot(gateway.calendar()[0][0].id, levels[level], 12)  # type: ignore[arg-type]
    rows = gateway.ranking_table(now, now.lists[0].code, None).rows[:3]
    assert chosen(page) == [row.unit.code for row in rows]
    assert all(format_number(row.total, 2) in html(page) for row in rows)
    assert warnings(page) == []
    assert "cac-don-vi" not in page.query_params


def test_the_address_names_units_in_its_order() -> None:
    page = opened(khoi="huyen", cac_don_vi="748.747.755.750.751.752")
    assert chosen(page) == ["748", "747", "755", "750", "751", "752"]
    assert len(page.get("plotly_chart")) == 3
    # The best of six against five others.
    assert html(page).count("<details") == 5


def test_a_unit_of_another_level_is_refused_with_the_reason() -> None:
    page = opened(khoi="huyen", cac_don_vi="747.STTTT.748")
    assert chosen(page) == ["747", "748"]
    (warning,) = warnings(page)
    assert warning.startswith("Sở Thông tin và Truyền thông thuộc khối «Sở, ban, ngành»")
    assert "bộ chỉ số riêng" in warning


def test_an_unknown_unit_and_too_many_are_named() -> None:
    page = opened(khoi="huyen", cac_don_vi="747.abc.748.750.751.752.753.754")
    said = warnings(page)
    assert "`abc`" in said[0]
    assert said[1].startswith("Chọn nhiều nhất 6 mục; đã bỏ qua: Thị xã Phú Mỹ")
    assert len(chosen(page)) == 6


def test_one_unit_alone_asks_for_another() -> None:
    page = opened(khoi="huyen", cac_don_vi="747")
    assert [i.value for i in page.info] == [
        "So sánh cần từ 2 đến 6 cơ quan, đơn vị khác nhau, hiện chọn 1; hãy chọn thêm hoặc bớt."
    ]
    page.multiselect(key="filter_cac-don-vi").select("748").run()
    sound(page)
    assert page.query_params["cac-don-vi"] in ("747.748", ["747.748"])
    assert len(page.get("plotly_chart")) == 3


@pytest.mark.parametrize("month", ["1", "3", "6", "12"])
def test_no_missing_figure_is_shown_as_0(month: str) -> None:
    page = opened(khoi="so", thang=month, cac_don_vi="TTT.STTTT", hien="het")
    text = html(page)
    assert "không áp dụng" in text
    if month == "1":
        assert "chưa đến kỳ số liệu" in text


def test_filters_of_criteria() -> None:
    page = opened(khoi="huyen", hien="het")
    table = lambda p: next(t for t in html(p).split("<table") if "sau quy đổi</caption>" in t)  # noqa: E731
    everything = table(page).count("<tr>")
    page.selectbox(key="filter_nhom").select("CQ").run()
    own = table(sound(page))
    assert 1 < own.count("<tr>") < everything
    assert 'class="nowrap">NT' not in own
    page.selectbox(key="filter_thu-tu").select("bo").run()
    ordered = table(sound(page))
    assert ordered.index(">CQ.1<") < ordered.index(">CQ.2<") < ordered.index(">CQ.10<")


def test_the_inputs_and_the_rule_of_a_chosen_criterion() -> None:
    page = opened(khoi="huyen", chi_so="NT.1")
    text = html(page)
    assert "<dt>Quy tắc</dt>" in text
    assert "<caption>NT.1 " in text


def test_communes_of_a_district_are_compared_in_their_list() -> None:
    page = opened(khoi="xa", danh_sach="communes-of-747-20200101")
    assert "Các xã, phường, thị trấn của Thành phố Vũng Tàu" in html(page)
    assert "/17</td>" in html(page)
