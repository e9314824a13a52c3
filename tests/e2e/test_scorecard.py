"""The scorecard as a reader uses it."""

import re

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenPage, Size, Theme, by_key, check_screen, choose, no_exception, settle, wait_for_run
from tests.e2e.test_ranking import download, press, query, rows
from ui.frame import demonstration_label

NO_SERVICES = "TTT"
"""A department without public services: everything about them does not apply to it."""


def receipts(page: Page) -> Locator:
    """Every criterion on screen."""
    return page.locator("details.dti-details")


def receipt(page: Page, code: str) -> Locator:
    """The criterion with this code."""
    return receipts(page).filter(has=page.locator(".code", has_text=re.compile(rf"^{re.escape(code)}$")))


def figure(page: Page, place: int) -> Locator:
    """A key figure, counted from the left."""
    return page.get_by_test_id("stMetricValue").nth(place)


@pytest.mark.parametrize(
    ("size", "theme", "address"),
    [
        ("wide", "light", "khoi=huyen&don-vi=747"),
        ("wide", "dark", "khoi=so&don-vi=TTT&thang=1"),
        ("narrow", "light", "khoi=huyen&don-vi=752"),
        ("narrow", "dark", "khoi=xa&don-vi=26506&thang=6"),
    ],
)
def test_screen_is_sound(open_page: OpenPage, size: Size, theme: Theme, address: str) -> None:
    page = open_page(f"/phieu-diem?{address}", size=size, theme=theme)
    # Open receipts show everything that they hold.
    receipts(page).evaluate_all("all => all.forEach((e) => { e.open = true; })")
    check_screen(page, f"scorecard-{re.sub(r'[^a-z0-9]+', '-', address.lower())}-{size}-{theme}")


@pytest.mark.parametrize(("level", "place"), [("huyen", 4), ("so", 0), ("xa", 40)])
def test_figures_are_those_of_the_ranking(open_page: OpenPage, level: str, place: int) -> None:
    page = open_page(f"/xep-hang?khoi={level}")
    heads = page.locator("table.dti-table").first.locator("thead th").all_text_contents()
    units = len(rows(page))
    row = dict(zip(heads, rows(page)[place], strict=True))
    points = list(row.values())[heads.index("Xếp loại") + 1 : heads.index("Thưởng, trừ")]
    assert len(points) == 8
    page.get_by_role("link", name=row["Cơ quan, đơn vị"], exact=True).first.click()
    expect(figure(page, 0)).to_have_text(row["Điểm"], timeout=30_000)
    expect(figure(page, 1)).to_have_text(f"{row['Hạng']} / {units}")
    expect(figure(page, 2)).to_have_text(row["Xếp loại"])
    expect(figure(page, 3)).to_have_text(f"{row['Thiếu'] or 0} chỉ số")
    groups = page.get_by_role("heading", level=3).filter(has_text=re.compile(r": \S+ / \S+ điểm$"))
    expect(groups).to_have_count(len(points), timeout=30_000)
    assert [head.partition(": ")[2].split()[0] for head in groups.all_text_contents()] == points


def test_charts_follow_a_change_of_the_theme(open_page: OpenPage) -> None:
    page = open_page("/phieu-diem?khoi=huyen&don-vi=747")
    letters = ".gtitle, .gtitle-subtitle, .xtick text, .angularaxistick text, .legendtext, .bartext-outside"
    charts = page.get_by_test_id("stPlotlyChart")
    expect(charts.locator(".bartext-outside").first).to_be_attached()
    page.emulate_media(color_scheme="dark")
    expect(page.locator("h1")).to_have_css("color", "rgb(230, 237, 239)")
    fills = charts.locator(letters).evaluate_all("found => [...new Set(found.map(e => getComputedStyle(e).fill))]")
    assert fills == ["rgb(230, 237, 239)"]
    # The ground of the page is seen, not that of the theme in which the chart was drawn.
    behind = charts.locator(".main-svg, .legend .bg").evaluate_all(
        "found => found.map(e => getComputedStyle(e)).map(s => [s.backgroundColor, s.fill].includes('rgba(0, 0, 0, 0)'))"
    )
    assert behind
    assert all(behind)


def test_a_receipt_opens_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("/phieu-diem?khoi=huyen&don-vi=747")
    first = receipts(page).first
    expect(first.locator("dl")).to_be_hidden()
    first.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(first.locator("dl")).to_be_visible()
    terms = first.locator("dt").all_text_contents()
    assert {"Số liệu", "Quy tắc", "Cách tính", "Căn cứ"} <= set(terms)
    page.keyboard.press("Tab")
    second = receipts(page).nth(1)
    expect(second.locator("summary")).to_be_focused()
    page.keyboard.press("Space")
    expect(second.locator("dl")).to_be_visible()


def test_filter_keeps_what_is_below_its_maximum(open_page: OpenPage) -> None:
    page = open_page("/phieu-diem?khoi=huyen&don-vi=747")
    everything = receipts(page).count()
    press(page, "loc", "Chưa đạt tối đa")
    assert query(page)["loc"] == "mat"
    assert 0 < receipts(page).count() < everything
    texts = receipts(page).locator("summary .points").all_inner_texts()
    pairs = [[float(n.replace(",", ".")) for n in text.split("/")] for text in texts]
    assert [pair for pair in pairs if pair[0] >= pair[1]] == []


def test_filter_of_what_is_missing_agrees_with_the_figure(open_page: OpenPage) -> None:
    page = open_page("/phieu-diem?khoi=huyen&don-vi=752&loc=thieu")
    missing = int(figure(page, 3).inner_text().split()[0])
    assert missing > 0
    expect(receipts(page)).to_have_count(missing)
    expect(receipts(page).locator(".dti-tag", has_text="chưa có số liệu")).to_have_count(missing)
    expect(page.get_by_role("heading", name="Số liệu còn thiếu")).to_be_visible()


def test_in_january_yearly_criteria_are_not_due_rather_than_0(open_page: OpenPage) -> None:
    page = open_page("/phieu-diem?khoi=huyen&don-vi=747&thang=1")
    waiting = receipts(page).filter(has_text="chưa đến kỳ số liệu")
    assert waiting.count() > 10
    assert set(waiting.locator("summary .points").all_inner_texts()) == {"–"}
    choose(page, "filter_thang", "Tháng 12")
    expect(receipts(page).locator(".dti-tag", has_text="chưa đến kỳ số liệu")).to_have_count(0)


def test_what_does_not_apply_says_why(open_page: OpenPage) -> None:
    page = open_page(f"/phieu-diem?khoi=so&don-vi={NO_SERVICES}&loc=khong")
    first = receipt(page, "CQ.1")
    expect(first.locator(".dti-tag")).to_have_text("không áp dụng")
    assert first.locator("summary .points").inner_text() == "–"
    first.locator("summary").click()
    reason = first.locator("dt", has_text="Lý do không áp dụng").locator("xpath=following-sibling::dd[1]")
    expect(reason).to_contain_text("không có thủ tục hành chính")
    expect(reason).to_contain_text("người chấp thuận")


def test_an_unknown_unit_in_the_address_is_answered(open_page: OpenPage) -> None:
    page = open_page("/phieu-diem?khoi=huyen&don-vi=99999")
    no_exception(page)
    expect(page.get_by_text("«99999» không có ở màn hình này; đang hiển thị «Huyện Châu Đức»")).to_be_visible()
    assert "don-vi" not in query(page)


def test_an_address_cannot_bring_markup(open_page: OpenPage) -> None:
    page = open_page("/phieu-diem?don-vi=%3Cimg src=x onerror=alert(1)%3E")
    no_exception(page)
    expect(page.get_by_text("<img src=x onerror=alert(1)>")).to_be_visible()
    expect(page.locator("img[src='x']")).to_have_count(0)


def test_another_unit_is_chosen_by_typing(open_page: OpenPage) -> None:
    page = open_page("/phieu-diem?khoi=huyen")
    choose(page, "filter_don-vi", "Huyện Đất Đỏ")
    expect(page.get_by_role("heading", name="Huyện Đất Đỏ")).to_be_visible()
    assert query(page)["don-vi"] == "753"


def test_trend_ends_with_the_month_on_screen(open_page: OpenPage) -> None:
    page = open_page("/phieu-diem?khoi=huyen&don-vi=747&thang=6")
    by_key(page, "scorecard_trend_table").locator("summary").click()
    table = by_key(page, "scorecard_trend_table").get_by_role("row")
    expect(table).to_have_count(8)
    last = table.last.inner_text().split()
    assert last == ["06/2024", figure(page, 0).inner_text(), figure(page, 1).inner_text().split(" /")[0]]


def test_excel_holds_the_figures_of_the_screen(open_page: OpenPage) -> None:
    page = open_page("/phieu-diem?khoi=huyen&don-vi=747")
    file = download(page, "scorecard_xlsx")
    assert re.fullmatch(r"TRINH-DIEN_phieu-diem_[a-z-]*vung-tau-747_2024-12\.xlsx", file.suggested_filename)
    book = load_workbook(file.path().open("rb"))
    for sheet in book:
        assert demonstration_label() in {str(c) for line in sheet.iter_rows(values_only=True) for c in line}
    lines = list(book["Diễn giải cách tính điểm"].iter_rows(values_only=True))
    head = next(i for i, line in enumerate(lines) if line[1] in ("Mã", "Mã chỉ số"))
    stored = [line[1] for line in lines[head + 1 :] if line[1]]
    assert stored == receipts(page).locator("summary .code").all_inner_texts()
    total = figure(page, 0).inner_text()
    assert total in {
        f"{value:.2f}".replace(".", ",")
        for line in book.worksheets[0].iter_rows(values_only=True)
        for value in line
        if isinstance(value, float)
    }


def test_a_link_at_the_top_brings_its_part_into_view(open_page: OpenPage) -> None:
    page = open_page("/phieu-diem?khoi=huyen&don-vi=747", size="narrow")
    heading = page.get_by_role("heading", name="Diễn giải cách tính điểm")
    expect(heading).not_to_be_in_viewport(timeout=30_000)
    page.get_by_role("link", name="Diễn giải", exact=True).click()
    expect(heading).to_be_in_viewport()


def test_whoever_works_for_a_unit_begins_with_it_and_may_look_elsewhere(open_page: OpenPage) -> None:
    page = open_page("/phieu-diem", user="nhap.747", alone=True)
    expect(page.get_by_role("heading", name="Thành phố Vũng Tàu", exact=True)).to_be_visible()
    assert "khoi=huyen" in page.url
    assert "don-vi=747" in page.url
    choose(page, "filter_don-vi", "Huyện Côn Đảo")
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Xếp hạng").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Xếp hạng")
    settle(page)
    assert "khoi=huyen" in page.url
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Phiếu điểm").click()
    expect(page.get_by_role("heading", name="Huyện Côn Đảo", exact=True)).to_be_visible()
    # An address is the same for everybody.
    page.goto(page.url.split("/phieu-diem")[0] + "/phieu-diem?khoi=so&don-vi=STTTT")
    wait_for_run(page)
    expect(page.get_by_role("heading", name="Sở Thông tin và Truyền thông", exact=True)).to_be_visible()
