"""Units side by side, and a list through the months, as a reader uses them."""

import re

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage, Size, Theme, by_key, check_screen, choose, settle
from tests.e2e.test_ranking import download, press, query, rows
from ui.navigation import DEFAULT_SCREEN, screen

_SCREEN = screen("ranking")
assert _SCREEN is not None
RANKING = "/" if _SCREEN is DEFAULT_SCREEN else f"/{_SCREEN.url_path}"
VUNG_TAU = "Các xã, phường, thị trấn của Thành phố Vũng Tàu"


@pytest.mark.parametrize(
    ("size", "theme", "address"),
    [
        ("wide", "light", "khoi=xa&cac-don-vi=26506.26509.26512.26515.26518.26521"),
        ("wide", "dark", "khoi=huyen&thang=6"),
        ("narrow", "dark", "khoi=so&thang=1&hien=het"),
    ],
)
def test_comparison_is_sound(open_page: OpenPage, size: Size, theme: Theme, address: str) -> None:
    page = open_page(f"/so-sanh?{address}", size=size, theme=theme)
    page.locator("details.dti-details").evaluate_all("all => all.forEach((e) => { e.open = true; })")
    check_screen(page, f"comparison-{re.sub(r'[^a-z0-9]+', '-', address)}-{size}-{theme}")


@pytest.mark.parametrize(
    ("size", "theme", "level"), [("wide", "dark", "xa"), ("narrow", "light", "xa"), ("narrow", "dark", "huyen")]
)
def test_months_of_a_list_are_sound(open_page: OpenPage, size: Size, theme: Theme, level: str) -> None:
    page = open_page(f"{RANKING}?khoi={level}&xem=dien-bien", size=size, theme=theme)
    expect(by_key(page, "ranking_player").locator(".main-svg").first).to_be_visible(timeout=30_000)
    check_screen(page, f"ranking-months-{level}-{size}-{theme}")


def test_from_the_ranking_to_a_comparison_and_its_workbook(open_page: OpenPage) -> None:
    page = open_page(f"{RANKING}?khoi=huyen")
    leaders = [row[2] for row in rows(page)][:3]
    page.get_by_role("link", name="So sánh 3 đơn vị đầu bảng").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("So sánh", timeout=30_000)
    settle(page)
    assert [row[0] for row in rows(page)] == leaders
    field = by_key(page, "filter_cac-don-vi").locator("input")
    field.fill("Vũng Tàu")
    page.get_by_role("option", name="Thành phố Vũng Tàu").click()
    page.keyboard.press("Escape")
    settle(page)
    assert len(rows(page)) == 4
    assert query(page)["cac-don-vi"].endswith(".747")
    file = download(page, "comparison_xlsx")
    assert file.suggested_filename.startswith("TRINH-DIEN_so-sanh_cap-huyen_")
    sheet = load_workbook(file.path().open("rb"))["Tổng hợp"]
    stored = {str(row[0]).split(" (mã")[0] for row in sheet.iter_rows(values_only=True)}
    assert {*leaders, "Thành phố Vũng Tàu"} <= stored


def test_a_list_is_chosen_and_played_by_keyboard(open_page: OpenPage) -> None:
    page = open_page(f"{RANKING}?khoi=xa")
    choose(page, "filter_danh-sach", VUNG_TAU)
    assert len(rows(page)) == 17
    assert query(page)["danh-sach"] == "communes-of-747-20200101"
    press(page, "xem", "Diễn biến")
    button = by_key(page, "player_button").get_by_role("button")
    expect(button).to_contain_text("Phát từng tháng")
    chart = by_key(page, "ranking_player")
    expect(chart).to_contain_text("tháng 12/2024", timeout=30_000)
    button.focus()
    page.keyboard.press("Enter")
    expect(chart).to_contain_text("tháng 01/2024", timeout=30_000)
    expect(chart).to_contain_text("tháng 03/2024", timeout=30_000)
    button = by_key(page, "player_button").get_by_role("button")
    expect(button).to_contain_text("Dừng")
    button.focus()
    page.keyboard.press("Enter")
    expect(by_key(page, "player_button")).to_contain_text("Phát từng tháng")
