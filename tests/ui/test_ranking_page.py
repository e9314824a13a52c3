"""The ranking page: cold, every filter, every view, addresses that name what is not there."""

import json
import re

import pytest
from streamlit.testing.v1 import AppTest

from criteria.model import Level
from tests.ui.pages import PAGES, blocks, html, opener, sound, warnings
from ui import gateway
from ui.charts import DARK_LETTERS, LIGHT_LETTERS
from ui.ranking_view import bounds_text, movement_text

opened = opener("ranking.py", 60)
LEVELS = {"so": ("department", 21), "huyen": ("district", 8), "xa": ("commune", 82)}


def units(page: AppTest) -> int:
    return html(page).count("<tr>") - 1


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("view", ["bang", "cot", "nhiet"])
def test_every_level_in_every_view(level: str, view: str) -> None:
    page = opened(khoi=level, xem=view)
    assert page.metric[0].value == str(LEVELS[level][1])
    assert len(page.get("plotly_chart")) == (view != "bang")
    if view == "bang":
        assert units(page) == LEVELS[level][1]
    assert warnings(page) == []


def test_every_figure_of_the_heat_map_can_be_read_on_its_cell() -> None:
    """Dark letters stand out more on cells up to about 60 %, white ones on darker cells."""
    traces = json.loads(opened(khoi="xa", xem="nhiet").get("plotly_chart")[0].proto.spec)["data"]
    cells = [
        (trace["textfont"]["color"], value, text)
        for trace in traces
        for values, texts in zip(trace["z"], trace["text"], strict=True)
        for value, text in zip(values, texts, strict=True)
        if text
    ]
    # 82 communes by eight main indices, each figure in one of the traces.
    assert len(cells) == 656
    assert [(value, text) for _letters, value, text in cells if abs(value - int(text)) > 0.5 + 1e-9] == []
    assert {letters for letters, value, _text in cells if value < 60} == {DARK_LETTERS}
    assert {letters for letters, value, _text in cells if value > 66} == {LIGHT_LETTERS}


def test_tile_map_of_the_districts_and_of_no_other_level() -> None:
    page = opened(khoi="huyen", xem="o")
    assert len(page.get("plotly_chart")) == 1
    assert not page.info
    for level in ("so", "xa"):
        page = opened(khoi=level, xem="o")
        assert not page.get("plotly_chart")
        assert "chỉ có cho cấp huyện" in page.info[0].value


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_shows_the_ranks_of_its_snapshot(month: int) -> None:
    text = html(opened(khoi="huyen", thang=str(month)))
    now = gateway.snapshot(gateway.calendar()[0][0].id, "district", month)
    for row in gateway.ranking_table(now, now.lists[0].code, None).rows:
        link = f"thang={month}&amp;don-vi={row.unit.code}"
        line = next(line for line in text.split("<tr>") if link in line)
        assert line.startswith(f'<td class="right">{row.rank}</td>')


def test_comparison_changes_the_movement_only() -> None:
    page = opened(khoi="so", thang="6")
    first = html(page)
    page.selectbox(key="filter_so-voi").select("nam").run()
    second = html(sound(page))
    assert first != second
    places = lambda text: [part.split("</td>")[0] for part in text.split("<tr><td")[1:]]  # noqa: E731
    assert places(first) == places(second)


@pytest.mark.parametrize(
    ("words", "found"), [("vung tau", 1), ("VŨNG", 1), ("thanh pho", 2), ("  dat   do ", 1), ("zz", 0)]
)
def test_search(words: str, found: int) -> None:
    page = opened(khoi="huyen")
    page.text_input(key="tim").set_value(words).run()
    sound(page)
    assert (units(page) if found else len(page.info)) == (found or 1)


def test_each_band_and_all_of_them_together() -> None:
    page = opened(khoi="xa")
    total = 0
    for option in range(len(page.selectbox(key="filter_loai").options) - 1):
        page.selectbox(key="filter_loai").select(str(option)).run()
        sound(page)
        total += units(page) if html(page) else 0
    assert total == 82


def test_a_district_is_asked_for_only_where_units_lie_in_districts() -> None:
    page = opened(khoi="huyen", dia_ban="747")
    assert "filter_dia-ban" not in [box.key for box in page.selectbox]
    assert ("dia-ban" in page.query_params, warnings(page)) == (False, [])
    page = opened(khoi="xa", dia_ban="999")
    assert len(warnings(page)) == 1
    assert "`999`" in warnings(page)[0]


def test_each_district_and_all_of_them_together() -> None:
    page = opened(khoi="xa")
    period = gateway.calendar()[0][0].id
    codes = gateway.parent_names(gateway.snapshot(period, "commune", 12))
    found = []
    for code in codes:
        page.selectbox(key="filter_dia-ban").select(code).run()
        found.append(units(sound(page)) if html(page) else 0)
    # The island district has no communes.
    assert (sum(found), min(found)) == (82, 0)


def test_a_rank_band_has_its_reason_below_the_table() -> None:
    page = AppTest.from_file(str(PAGES / "ranking.py"), default_timeout=60)
    page.query_params["khoi"] = "xa"
    page.session_state["ranking_open_places"] = True
    reasons = blocks(sound(page.run()))[-2]
    now = gateway.snapshot(gateway.calendar()[0][0].id, "commune", 12)
    unsettled = [r for r in gateway.ranking_table(now, now.lists[0].code, None).rows if not r.settled]
    lines = re.findall(r"<tr>(<td.*?)</tr>", reasons)
    assert [re.findall(r"<td[^>]*>(.*?)</td>", line)[1] for line in lines] == [bounds_text(r) for r in unsettled]
    own = [(line, r.missing_codes) for line, r in zip(lines, unsettled, strict=True) if r.missing]
    assert own
    assert [codes for line, codes in own if f"đơn vị chưa có số liệu của {', '.join(codes)}" not in line] == []


@pytest.mark.parametrize("level", ["department", "district", "commune"])
def test_every_rank_band_rests_on_figures_that_are_missing(level: Level) -> None:
    now = gateway.snapshot(gateway.calendar()[0][0].id, level, 12)
    ranked = gateway.ranking_table(now, now.lists[0].code, None)
    misses = {row.unit.code: set(row.missing_codes) for row in ranked.rows}
    places = ranked.open_places
    assert [p.row for p in places] == [r for r in ranked.rows if not r.settled]
    for place in places:
        assert place.row.missing or place.rivals or place.compared
        assert all(rival.missing for rival in place.rivals)
        assert bool(place.compared) == bool(place.lacking)
        assert all(misses[unit.code] & set(place.compared) for unit in place.lacking)
        assert place.row.unit not in place.lacking


@pytest.mark.parametrize("order", ["", "ten", "tang", *map(str, range(8))])
def test_every_order_keeps_every_unit(order: str) -> None:
    assert units(opened(khoi="huyen", sap_xep=order)) == 8


def test_names_stand_in_vietnamese_order() -> None:
    text = html(opened(khoi="huyen", sap_xep="ten"))
    names = [
        "Huyện Châu Đức",
        "Huyện Côn Đảo",
        "Huyện Đất Đỏ",
        "Huyện Long Điền",
        "Thành phố Vũng Tàu",
        "Thị xã Phú Mỹ",
    ]
    places = [text.index(name) for name in names]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("khoi", "abc"),
        ("ky", "999"),
        ("thang", "13"),
        ("so_voi", "hom-qua"),
        ("xem", "<script>alert(1)</script>"),
        ("loai", "99"),
        ("sap_xep", "-1"),
    ],
)
def test_an_unknown_value_is_named_and_the_page_still_stands(name: str, value: str) -> None:
    page = opened(**{name: value})
    assert len(warnings(page)) == 1
    assert f"`{value}`" in warnings(page)[0]
    assert units(page) == 21
    assert name.replace("_", "-") not in page.query_params


def test_search_words_are_never_markup() -> None:
    page = opened(tim="<script>alert(1)</script>")
    assert "<script>" not in html(page)
    assert len(page.info) == 1


def test_january_of_the_first_year_has_nothing_to_compare_with() -> None:
    first = gateway.calendar()[-1][0]
    page = opened(ky=str(first.id))
    assert page.metric[1].delta == ""
    assert "▲" not in html(page)
    assert "–" in html(page)


def test_signs_of_movement_do_not_rest_on_colour() -> None:
    period = gateway.calendar()[0][0].id
    now = gateway.snapshot(period, "commune", 12)
    then = gateway.compared_with(gateway.before(period, 12), "commune")
    for row in gateway.ranking_table(now, now.lists[0].code, then).rows:
        sign = "▲" if (row.movement or 0) > 0 else "▼" if (row.movement or 0) < 0 else "="
        assert sign in movement_text(row)
        if row.movement:
            assert str(abs(row.movement)) in movement_text(row)


def test_a_settled_rank_is_one_number() -> None:
    now = gateway.snapshot(gateway.calendar()[0][0].id, "district", 12)
    for row in gateway.ranking_table(now, now.lists[0].code, None).rows:
        assert bounds_text(row) == (str(row.rank) if row.settled else f"{row.best_rank}–{row.worst_rank}")
        assert row.best_rank is not None
        assert row.worst_rank is not None
        assert row.rank is not None
        assert row.best_rank <= row.rank <= row.worst_rank
