"""Lists of communes and the months of a list on the ranking page, and a unit's places on its scorecard."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from language import format_number
from tests.ui.test_ranking_page import html, opened, sound, units, warnings
from ui import gateway, gateway_comparison
from ui.rank_history_view import spread

VUNG_TAU = "communes-of-747-20200101"
SCORECARD = str(Path(__file__).resolve().parents[2] / "pages" / "scorecard.py")


@pytest.mark.parametrize(
    ("code", "size"), [(VUNG_TAU, 17), ("communes-type-phuong", 29), ("communes-type-thi-tran", 6)]
)
def test_a_list_ranks_its_own_units(code: str, size: int) -> None:
    page = opened(khoi="xa", danh_sach=code)
    assert units(page) == size
    assert html(page).split("<tr>")[2].startswith('<td class="right">1</td>')
    assert f"danh-sach={code}" in html(page)
    assert warnings(page) == []


def test_the_whole_level_comes_first_and_other_levels_have_one_list() -> None:
    page = opened(khoi="xa")
    assert page.selectbox(key="filter_danh-sach").options[0] == "Ủy ban nhân dân cấp xã"
    assert len(page.selectbox(key="filter_danh-sach").options) == 11
    other = opened(khoi="huyen", danh_sach=VUNG_TAU)
    assert "danh-sach" not in other.query_params
    assert warnings(other) == []


def test_an_unknown_list_is_named() -> None:
    page = opened(khoi="xa", danh_sach="abc")
    assert "`abc`" in warnings(page)[0]
    assert units(page) == 82


def test_a_commune_says_its_place_in_every_list() -> None:
    page = AppTest.from_file(SCORECARD, default_timeout=60)
    page.query_params["khoi"], page.query_params["don-vi"] = "xa", "26506"
    text = html(sound(page.run()))
    now = gateway.snapshot(gateway.calendar()[0][0].id, "commune", 12)
    ranks = {
        code: next(r.rank for r in gateway.ranking_table(now, code, None).rows if r.unit.code == "26506")
        for code in ("communes", VUNG_TAU, "communes-type-phuong")
    }
    whole, own, wards = ranks.values()
    assert f"{whole}/82 toàn tỉnh" in text
    assert f"{own}/17 trong Thành phố Vũng Tàu" in text
    assert f"{wards}/29 phường" in text


@pytest.mark.parametrize("level", ["so", "huyen", "xa"])
def test_months_of_a_list_are_drawn(level: str) -> None:
    page = opened(khoi=level, xem="dien-bien")
    assert len(page.get("plotly_chart")) == 2
    assert len(page.multiselect(key="filter_noi-bat").value) == 8
    assert page.select_slider(key="player_month").value == "12/2024"


def test_the_slider_shows_the_ranks_of_its_month() -> None:
    page = opened(khoi="huyen", xem="dien-bien")
    period = gateway.calendar()[0][0].id
    page.select_slider(key="player_month").set_value("03/2024").run()
    drawn = json.loads(sound(page).get("plotly_chart")[1].proto.spec)
    rows = gateway.ranking_table(gateway.snapshot(period, "district", 3), "districts", None).rows
    assert drawn["layout"]["yaxis"]["ticktext"] == [f"{row.rank}. {row.unit.name_vi}" for row in rows]
    assert drawn["data"][0]["text"] == [format_number(row.total, 2) for row in rows]


def test_nothing_plays_by_itself_and_the_button_starts_from_the_first_month() -> None:
    page = opened(khoi="huyen", xem="dien-bien")
    assert page.button(key="player_button").label == "Phát từng tháng"
    page.button(key="player_button").click().run()
    sound(page)
    assert page.button(key="player_button").label == "Dừng"
    assert page.select_slider(key="player_month").value == "01/2024"
    page.button(key="player_button").click().run()
    assert page.button(key="player_button").label == "Phát từng tháng"


def test_one_month_alone_has_no_course() -> None:
    page = opened(khoi="huyen", xem="dien-bien", thang="1")
    assert page.get("plotly_chart") == []
    assert "ít nhất hai tháng" in page.info[0].value


def test_ranks_by_month_are_those_of_the_snapshots() -> None:
    period = gateway.calendar()[0][0].id
    now = gateway.snapshot(period, "commune", 12)
    history = gateway_comparison.ranks_by_month(now, VUNG_TAU)
    assert len(history.snapshots) == 12
    for i, month in enumerate(history.snapshots):
        ranks = {r.unit.code: r.rank for r in gateway.ranking_table(month, VUNG_TAU, None).rows}
        assert {p.unit.code: p.ranks[i] for p in history.paths} == ranks


@given(st.lists(st.integers(1, 82), min_size=1, max_size=8).map(sorted), st.floats(0.1, 8))
def test_names_at_the_edge_keep_their_order_and_their_distance(places: list[int], least: float) -> None:
    moved = spread(places, least)
    assert all(b - a >= least - 1e-9 for a, b in pairwise(moved))
    if all(b - a >= least for a, b in pairwise(places)):
        assert moved == pytest.approx(places)
