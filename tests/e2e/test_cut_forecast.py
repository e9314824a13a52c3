"""The forecast of cuts in a browser: with an interval, with too few dossiers for one, and a year that is through."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage, Size, check_screen, choose, looks
from tests.e2e.test_ranking import press, query
from tests.e2e.test_robustness import table


@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_a_reader_walks_through_the_screen_in_both_themes(open_page: OpenPage, size: Size) -> None:
    page = open_page("/du-bao-tham-dinh", size=size)
    for _size, theme in looks(page, (size, "light"), (size, "dark")):
        check_screen(page, f"cut-forecast-so-{size}-{theme}")
    assert len(table(page, "dựa trên 21 hồ sơ trước")) == 21
    press(page, "khoi", "Cấp huyện")
    expect(page.get_by_text("Mới có 8 hồ sơ đã thẩm định")).to_be_visible()
    choose(page, "filter_don-vi", "Thành phố Vũng Tàu")
    expect(page.get_by_text("cần ít nhất 9 hồ sơ mới nêu được khoảng dự báo")).to_be_visible()
    assert len(table(page, "Thành phố Vũng Tàu: 15 trên")) == 15
    assert query(page) == {"khoi": "huyen", "don-vi": "747"}
    for _size, theme in looks(page, (size, "light"), (size, "dark")):
        check_screen(page, f"cut-forecast-huyen-{size}-{theme}")


def test_a_year_that_is_through_shows_what_came(open_page: OpenPage) -> None:
    page = open_page("/du-bao-tham-dinh?khoi=huyen&ky=1")
    expect(page.get_by_text("Kỳ này đã kết thúc chạy thử nội bộ nên không dự báo nữa")).to_be_visible()
    assert len(table(page, "đã được gửi kết quả thẩm định")) == 8
