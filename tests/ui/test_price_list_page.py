"""The open steps: order, every filter, the provincial components, addresses that name what is not there."""

import re
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from language import format_number
from scoring.path import fronts
from scoring.path.prices import Price
from tests.ui.pages import html, opener, sound, warnings
from ui import gateway, gateway_path
from ui.kept import forget_all
from ui.price_view import price_rows

opened = opener("price_list.py", 120)
LEVELS = {"tinh": "province", "so": "department", "huyen": "district", "xa": "commune"}
PLACE, EFFORT, RATE = "Cơ quan, đơn vị; chỉ số", "Nguồn lực (ngày công)", "Điểm trên một ngày công"


def rows(page: AppTest) -> list[dict[str, str]]:
    """The lines of the table by heading, as they are read."""
    found = []
    for line in html(page).split("<tr>")[2:]:
        cells = re.findall(r'data-label="([^"]*)">(.*?)</td>', line)
        found.append({unescape(name): unescape(re.sub(r"<[^>]+>", "", cell)) for name, cell in cells})
    return found


def shown(page: AppTest) -> int:
    """How many steps the caption says there are."""
    found = re.search(r"<caption>[\d.]+ trên ([\d.]+) bước", html(page))
    return int(found.group(1).replace(".", "")) if found else 0


def prices() -> list[Price]:
    period, months = gateway.calendar()[0]
    return [row.price for row in price_rows(period.id, months[-1])]


def test_every_open_step_most_points_per_effort_first() -> None:
    page = opened(so_dong="500")
    found = rows(page)
    assert (len(found), shown(page)) == (500, len(prices()))
    rates = [float(row[RATE].replace(".", "").replace(",", ".")) for row in found]
    assert rates == sorted(rates, reverse=True)
    assert found[0][EFFORT].endswith("mặc định")
    assert warnings(page) == []


def test_a_rate_is_points_of_1000_by_effort() -> None:
    # The scale of the provincial set is 1: its grid steps of 1e-9 are millionths of national points.
    price = prices()[0]
    (row, *_rest) = rows(opened())
    points = price.gain / 1e6
    assert row["Tăng điểm"] == "+" + format_number(points, 2)
    assert row[RATE] == format_number(points / float(price.step.effort.amount), 3)


def test_the_page_says_whose_points_and_whose_effort_these_are() -> None:
    said = " ".join(c.value for c in opened().caption)
    for sentence in ("không phải điểm của Bộ", "Cơ quan chưa lưu bảng nguồn lực nào.", "chưa được cơ quan xác nhận"):
        assert sentence in said


@pytest.mark.parametrize("level", LEVELS)
def test_each_level(level: str) -> None:
    period, months = gateway.calendar()[0]
    ground = gateway_path.ground(period.id, months[-1])
    own = [p for p in prices() if ground.level_of[p.step.set_id] == LEVELS[level]]
    page = opened(cap_du_dia=level)
    assert shown(page) == len(own) > 0
    names = {ground.scope.owner_name(p.step.unit) for p in own}
    assert {row[PLACE].split(" – ")[0] for row in rows(page)} <= names


def test_one_unit_is_asked_for_by_its_code() -> None:
    own = [p for p in prices() if p.step.unit == "755"]
    page = opened(don_vi="755", so_dong="200")
    assert shown(page) == len(own) > 0
    assert {row[PLACE].split(" – ")[0] for row in rows(page)} == {"Huyện Côn Đảo"}
    assert {row["Đơn vị chủ trì"] for row in rows(page)} == {"chính đơn vị"}


def test_every_step_feeds_one_main_index() -> None:
    page = opened()
    total = 0
    for option in page.selectbox(key="filter_nhom").options[1:]:
        page.selectbox(key="filter_nhom").select(option.split()[0]).run()
        total += shown(sound(page))
    assert total == len(prices())


@pytest.mark.parametrize(
    ("words", "found"), [("con dao", True), ("CÔN ĐẢO", True), ("sản phẩm ocop", True), ("zzz", False)]
)
def test_search_needs_no_diacritics(words: str, found: bool) -> None:
    page = opened(tim_du_dia=words)
    assert (shown(page) > 0) == found
    if not found:
        assert "Không có bước nào khớp bộ lọc." in page.info[0].value


def test_filters_narrow_each_other() -> None:
    page = opened(cap_du_dia="huyen", nhom="KT", don_vi="755")
    everywhere, nowhere = opened(cap_du_dia="huyen", nhom="KT"), opened(cap_du_dia="xa", don_vi="755")
    assert 0 < shown(page) < shown(everywhere)
    assert shown(nowhere) == 0


def test_components_gather_what_does_not_add_up() -> None:
    page = opened(xem_du_dia="thanh-phan")
    found = {row["Thành phần cấp tỉnh"].split()[0]: row for row in rows(page)}
    period, months = gateway.calendar()[0]
    gathered = gateway_path.ground(period.id, months[-1]).component_prices
    assert gathered is not None
    assert list(found) == [p.code for p in gathered]
    for price in gathered:
        assert found[price.code]["Tăng điểm tối đa"] == "+" + format_number(price.gain / 1e6, 2)
        assert found[price.code]["Nguồn lực ít nhất (ngày công)"] == format_number(float(price.effort))
    assert "không cộng dồn" in html(page)


def test_components_that_cannot_be_gathered_say_so() -> None:
    forget_all()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fronts, "FRONT_LIMIT", 1)
        page = opened(xem_du_dia="thanh-phan")
    forget_all()
    assert "Không gộp được theo thành phần" in page.info[0].value


def test_files_are_offered() -> None:
    assert [b.proto.label for b in opened().get("download_button")] == ["Tải Excel", "Tải CSV"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ky", "999"),
        ("thang", "13"),
        ("xem_du_dia", "<b>"),
        ("cap_du_dia", "thon"),
        ("don_vi", "99999"),
        ("nhom", "ZZ"),
        ("chu_tri", "99999"),
        ("so_dong", "7"),
    ],
)
def test_an_unknown_value_is_named_and_the_page_still_stands(name: str, value: str) -> None:
    page = opened(**{name: value})
    assert len(warnings(page)) == 1
    assert f"`{value}`" in warnings(page)[0]
    assert shown(page) == len(prices())


def test_search_words_are_never_markup() -> None:
    page = opened(tim_du_dia="<script>alert(1)</script>")
    assert "<script>" not in html(page)
    assert len(page.info) == 1
