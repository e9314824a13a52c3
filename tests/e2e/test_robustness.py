"""The firmness screen in a browser, with its sensitivity from button to result, and the waterfall of the scorecard."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage, Size, by_key, check_screen, choose, looks, wait_for_run
from tests.e2e.test_ranking import download, press, query
from ui.frame import demonstration_label

LONGEST = 120_000
"""Milliseconds that the sensitivity may take on a busy machine."""


def table(page: Page, caption: str) -> list[list[str]]:
    """Texts of the table with this caption."""
    found = page.locator("table.dti-table").filter(has=page.locator("caption", has_text=caption)).first
    return found.evaluate(
        "e => [...e.querySelectorAll('tbody tr')].map(r => [...r.cells].map(c => c.innerText.trim()))"
    )


def result(page: Page) -> None:
    """Wait for the result of the sensitivity, begun by this page or by one before it."""
    start = by_key(page, "sensitivity_start").get_by_role("button")
    if start.count():
        start.click()
    expect(by_key(page, "robustness_sensitivity")).to_be_visible(timeout=LONGEST)
    wait_for_run(page)
    expect(page.locator(".st-key-robustness_sensitivity .js-plotly-plot .main-svg").first).to_be_visible()


def test_the_sensitivity_shows_its_progress_and_can_be_cancelled(open_page: OpenPage) -> None:
    # Another base year than the walks: what was computed once is kept.
    page = open_page("/do-on-dinh?khoi=huyen&nam-goc=2022")
    start, cancel = (by_key(page, key).get_by_role("button") for key in ("sensitivity_start", "sensitivity_cancel"))
    start.click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_text("Đang tính: ")).to_be_visible()
    cancel.click()
    expect(start).to_be_visible(timeout=30_000)
    expect(page.get_by_role("progressbar")).to_have_count(0)
    expect(by_key(page, "robustness_sensitivity")).to_have_count(0)
    result(page)
    expect(page.get_by_text("Nhiều nhất là")).to_be_visible()
    expect(start).to_have_count(0)


@pytest.mark.parametrize(("size", "year"), [("wide", "2023"), ("narrow", "2022")])
def test_a_reader_walks_through_the_screen_in_both_themes(open_page: OpenPage, size: Size, year: str) -> None:
    page = open_page(f"/do-on-dinh?nam-goc={year}", size=size)
    for _size, theme in looks(page, (size, "light"), (size, "dark")):
        check_screen(page, f"robustness-so-{size}-{theme}")
    assert len(table(page, "lần thử trọng số")) == 21
    ranges = [line[3] for line in table(page, "lần thử trọng số")]
    press(page, "trong-so", "Từng chỉ số chính")
    assert [line[3] for line in table(page, "lần thử trọng số")] != ranges
    press(page, "khoi", "Cấp xã")
    assert len(table(page, "lần thử trọng số")) == 82
    choose(page, "filter_san", "10\xa0%")
    expect(page.get_by_text("tỷ lệ dưới 10\xa0% được tính bằng 10\xa0%")).to_be_visible()
    assert query(page) == {"nam-goc": year, "trong-so": "chinh", "khoi": "xa", "san": "10"}
    press(page, "khoi", "Cấp huyện")
    result(page)
    for _size, theme in looks(page, (size, "light"), (size, "dark")):
        check_screen(page, f"robustness-huyen-{size}-{theme}")


def test_excel_holds_the_figures_of_the_screen(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("/do-on-dinh?khoi=huyen")
    result(page)
    file = download(page, "robustness_xlsx")
    assert file.suggested_filename == "TRINH-DIEN_do-on-dinh-thu-hang_cap-huyen_2024-12.xlsx"
    file.save_as(tmp_path / "robustness.xlsx")
    book = load_workbook(tmp_path / "robustness.xlsx")
    assert book.sheetnames == ["Độ ổn định", "Không áp dụng", "Ghi chú", "Hạng toàn quốc"]
    lines = [list(line) for line in book["Độ ổn định"].iter_rows(values_only=True)]
    assert demonstration_label() in {str(cell) for line in lines for cell in line}
    head = next(i for i, line in enumerate(lines) if line[0] == "Hạng")
    stored, screen = lines[head + 1 : head + 9], table(page, "lần thử trọng số")
    assert [[str(line[0]), line[2]] for line in stored] == [line[:2] for line in screen]
    ranges = [str(low) if low == high else f"{low}–{high}" for low, high in ((s[4], s[6]) for s in stored)]
    assert ranges == [line[3] for line in screen]


def test_a_unit_leads_to_its_scorecard_which_says_why_it_moved(open_page: OpenPage) -> None:
    page = open_page("/do-on-dinh?khoi=huyen&thang=11")
    first = table(page, "lần thử trọng số")[0]
    page.get_by_role("link", name=first[1], exact=True).first.click()
    expect(page.get_by_role("heading", name="Vì sao hạng thay đổi")).to_be_visible(timeout=30_000)
    wait_for_run(page)
    assert query(page)["thang"] == "11"
    causes = table(page, "thứ tự các bước cố định")
    assert [line[0] for line in causes] == [
        "Bộ chỉ số",
        "Nội dung không áp dụng",
        "Kết quả của đơn vị",
        "Các đơn vị khác",
        "Cộng",
    ]
    places = [int(line[2].replace("−", "-")) for line in causes]
    assert sum(places[:-1]) == places[-1]
    expect(page.get_by_test_id("stMetricValue").nth(1)).to_have_text(f"{causes[-1][4]} / 8")
    expect(by_key(page, "scorecard_rank_change").locator(".main-svg").first).to_be_visible()
