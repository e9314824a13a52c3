"""The start page as somebody with five minutes uses it."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.e2e.conftest import Look, OpenPage, check_screen, choose, looks, settle, wait_for_run
from tests.e2e.test_ranking import download, query
from ui.frame import demonstration_label


@pytest.mark.parametrize(
    ("address", "pairs"),
    [
        ("", [("wide", "light"), ("narrow", "dark")]),
        ("?thang=11", [("wide", "dark")]),
        ("?thang=6&trang-thai=nguy-co", [("narrow", "light")]),
    ],
)
def test_screen_is_sound_in_its_looks(open_page: OpenPage, address: str, pairs: list[Look]) -> None:
    size, theme = pairs[0]
    page = open_page(f"/{address}", size=size, theme=theme)
    expect(page.locator(".js-plotly-plot")).to_have_count(2, timeout=30_000)
    for size, theme in looks(page, *pairs):
        check_screen(page, f"overview-{re.sub(r'[^a-z0-9]+', '-', address)}-{size}-{theme}")


def test_five_minutes(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("/")
    # Where we stand.
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("10 / 63")
    expect(page.get_by_text("cao hơn điểm hạng 15 từ 0 đến 0,0570")).to_be_visible()
    # Which targets will be missed: the number on the tile is that of the list.
    choose(page, "filter_thang", "Tháng 6")
    number = page.get_by_test_id("stMetric").filter(has_text="Có nguy cơ không đạt").get_by_test_id("stMetricValue")
    choose(page, "filter_trang-thai", f"Có nguy cơ không đạt ({number.inner_text()})")
    assert query(page) == {"thang": "6", "trang-thai": "nguy-co"}
    targets = page.locator("table.dti-table").last.locator("tbody tr")
    expect(targets).to_have_count(int(number.inner_text()))
    # The same in a file.
    file = download(page, "overview_xlsx")
    assert file.suggested_filename == "TRINH-DIEN_tong-quan_2024-06.xlsx"
    file.save_as(tmp_path / "overview.xlsx")
    lines = [cell for row in load_workbook(tmp_path / "overview.xlsx")["Chỉ tiêu"].iter_rows() for cell in row]
    assert demonstration_label() in {str(cell.value) for cell in lines}
    # What a target is measured by, and back.
    targets.first.get_by_role("link").click()
    expect(page.get_by_role("heading", name="Bộ chỉ số", exact=True)).to_be_visible(timeout=30_000)
    page.go_back()
    settle(page)
    # Who leads, and why.
    leader = page.get_by_role("table").filter(has_text="Dẫn đầu, tháng 06/2024").first.get_by_role("link").first
    name = leader.inner_text()
    leader.click()
    expect(page.get_by_role("heading", name=name)).to_be_visible(timeout=30_000)
    wait_for_run(page)
    assert urlsplit(page.url).path == "/phieu-diem"
    assert query(page)["thang"] == "6"
    expect(page.get_by_test_id("stMetricValue").nth(1)).to_have_text(re.compile(r"^1 / \d+$"))
