"""The scenario screen in a browser: move a slider, see the rank change, save, reload, compare."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage, by_key, check_screen, looks, wait_for_run

pytestmark = pytest.mark.usefixtures("drawn_rivals")


def _figure(page: Page, label: str) -> str:
    metric = page.get_by_test_id("stMetric").filter(has_text=label)
    return metric.get_by_test_id("stMetricValue").inner_text()


def _slide_to_the_end(page: Page, code: str) -> None:
    own = page.locator(f"[class*=st-key-mp_{code}_] input[type=range]")
    own.focus()
    own.press("End")
    wait_for_run(page)


def _press(page: Page, key: str) -> None:
    by_key(page, key).get_by_role("button").click()
    wait_for_run(page)


@pytest.mark.parametrize("view", ["", "thanh-phan", "don-vi", "so-sanh"])
def test_the_screen_holds_in_every_view(open_page: OpenPage, view: str) -> None:
    page = open_page(f"/mo-phong?xem-kich-ban={view}" if view else "/mo-phong")
    for size, theme in looks(page):
        check_screen(page, f"mo-phong-{view}-{size}-{theme}")


def test_move_a_slider_save_reload_compare(open_page: OpenPage) -> None:
    page = open_page("/mo-phong")
    before = _figure(page, "Hạng trung vị")
    _slide_to_the_end(page, "NT")
    expect(page.get_by_test_id("stMetric").first.get_by_test_id("stMetricValue")).not_to_have_text(before)
    moved = _figure(page, "Hạng trung vị")
    assert int(moved) < int(before)
    by_key(page, "mp_name").locator("input").fill("Đẩy mạnh nhận thức")
    by_key(page, "mp_name").locator("input").press("Enter")
    wait_for_run(page)
    _press(page, "mp_save_new")
    expect(page.get_by_text("Đã lưu kịch bản «Đẩy mạnh nhận thức»")).to_be_visible()
    expect(page).to_have_url(re.compile(r"kich-ban=\d+"))
    address = re.sub(r"^https?://[^/]+", "", page.url)

    again = open_page(address)
    assert _figure(again, "Hạng trung vị") == moved
    _slide_to_the_end(again, "TC")
    again.get_by_role("radio", name="So sánh").or_(again.get_by_role("button", name="So sánh")).first.click()
    wait_for_run(again)
    field = by_key(again, "filter_doi-chieu").locator("input").first
    field.click()
    again.get_by_role("option").first.click()
    wait_for_run(again)
    expect(again).to_have_url(re.compile(r"doi-chieu=\d+"))
    table = again.locator("table.dti-table").first
    expect(table).to_contain_text("Đang xem")
    expect(table).to_contain_text("Đẩy mạnh nhận thức")
    expect(table).to_contain_text("Khả năng trong nhóm 15")
