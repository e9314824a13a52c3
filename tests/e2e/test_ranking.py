"""The ranking screen as a reader uses it."""

import csv
import io
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Download, Page, expect

from tests.e2e.conftest import OFFICE, Look, OpenPage, Size, by_key, check_screen, choose, looks, settle, wait_for_run
from ui.frame import demonstration_label

UNIT, FIRST_INDEX = 2, 5
"""Columns of the table of departments and districts: the unit's name, and the first main index."""


def press(page: Page, name: str, option: str) -> None:
    """Press one of the buttons that stand beside each other."""
    by_key(page, f"filter_{name}").get_by_text(option, exact=True).click()
    settle(page)


def look_for(page: Page, key: str, words: str) -> None:
    """Type into a search field and press Enter."""
    by_key(page, key).locator("input").fill(words)
    page.keyboard.press("Enter")
    settle(page)


def query(page: Page) -> dict[str, str]:
    """What stands in the address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def rows(page: Page) -> list[list[str]]:
    """The texts of the table on screen."""
    cells = "e => [...e.querySelectorAll('tbody tr')].map(r => [...r.cells].map(c => c.innerText.trim()))"
    return page.locator("table.dti-table").first.evaluate(cells)


def units(page: Page) -> list[str]:
    """Names of the units on screen, from the top."""
    return [row[UNIT] for row in rows(page)]


def shown(number: object) -> str:
    """A stored number as the screen writes it, with two decimals."""
    return "–" if number is None else f"{float(str(number)) + 1e-12:.2f}".replace(".", ",")


def download(page: Page, key: str) -> Download:
    """Press a download button."""
    with page.expect_download() as waiting:
        by_key(page, key).get_by_role("button").click()
    return waiting.value


@pytest.mark.parametrize(
    ("level", "view", "pairs"),
    [
        ("so", "bang", [("wide", "light"), ("narrow", "dark")]),
        ("xa", "cot", [("wide", "light")]),
        ("huyen", "nhiet", [("wide", "light"), ("narrow", "dark")]),
        ("xa", "bang", [("wide", "dark"), ("narrow", "light")]),
        ("huyen", "cot", [("narrow", "light"), ("wide", "dark")]),
    ],
)
def test_screen_is_sound_in_its_looks(open_page: OpenPage, level: str, view: str, pairs: list[Look]) -> None:
    size, theme = pairs[0]
    page = open_page(f"/xep-hang?khoi={level}&xem={view}", size=size, theme=theme)
    for size, theme in looks(page, *pairs):
        check_screen(page, f"ranking-{level}-{view}-{size}-{theme}")


@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_choices_change_the_list_and_stand_in_the_address(open_page: OpenPage, size: Size) -> None:
    page = open_page("/xep-hang", size=size)
    assert len(rows(page)) == 21
    press(page, "khoi", "Cấp huyện")
    assert len(rows(page)) == 8
    december = rows(page)
    choose(page, "filter_thang", "Tháng 6")
    assert rows(page) != december
    expect(page.locator("table caption").first).to_contain_text("06/2024")
    before = [row[1] for row in rows(page)]
    choose(page, "filter_so-voi", "Cuối năm trước")
    assert [row[1] for row in rows(page)] != before
    assert query(page) == {"khoi": "huyen", "thang": "6", "so-voi": "nam"}


@pytest.mark.parametrize("points", ["tu-danh-gia", "tham-dinh"])
def test_what_key_figures_are_called_is_not_cut_off(open_page: OpenPage, points: str) -> None:
    page = open_page(f"/xep-hang?khoi=huyen&diem={points}", size="narrow")
    labels = page.get_by_test_id("stMetricLabel")
    expect(labels).to_have_count(4)
    cut = "all => all.filter(e => [e, ...e.querySelectorAll('*')].some(x => x.clientWidth && x.scrollWidth > x.clientWidth))"
    assert labels.evaluate_all(f"{cut}.map(e => e.innerText)") == []


def test_search_does_without_diacritics(open_page: OpenPage) -> None:
    page = open_page("/xep-hang?khoi=huyen")
    for words, found in (
        ("vung tau", "Thành phố Vũng Tàu"),
        ("dat do", "Huyện Đất Đỏ"),
        ("VŨNG TÀU", "Thành phố Vũng Tàu"),
        ("ba ria", "Thành phố Bà Rịa"),
    ):
        look_for(page, "tim", words)
        expect(page.locator("table.dti-table").first).to_contain_text(found)
        assert units(page) == [found]


def test_search_for_a_district_finds_its_communes(open_page: OpenPage) -> None:
    page = open_page("/xep-hang?khoi=xa")
    everyone = len(rows(page))
    look_for(page, "tim", "dat do")
    # Communes carry the name of their district in the next column.
    districts = {row[UNIT + 1] for row in rows(page)}
    assert districts == {"Huyện Đất Đỏ"}
    assert 0 < len(rows(page)) < everyone
    look_for(page, "tim", "không có nơi nào như thế")
    expect(page.get_by_text("Không có cơ quan, đơn vị nào khớp bộ lọc")).to_be_visible()


def test_filters_by_band_and_district(open_page: OpenPage) -> None:
    page = open_page("/xep-hang?khoi=xa")
    choose(page, "filter_loai", "Xuất sắc")
    assert {row[UNIT + 3] for row in rows(page)} == {"Xuất sắc"}
    choose(page, "filter_dia-ban", "Huyện Xuyên Mộc")
    assert {row[UNIT + 1] for row in rows(page)} == {"Huyện Xuyên Mộc"}
    assert {row[UNIT + 3] for row in rows(page)} == {"Xuất sắc"}


def test_sorting_keeps_the_ranks_and_moves_the_rows(open_page: OpenPage) -> None:
    page = open_page("/xep-hang?khoi=huyen")
    ranks = {row[UNIT]: row[0] for row in rows(page)}
    assert [row[0] for row in rows(page)] == sorted((row[0] for row in rows(page)), key=int)
    choose(page, "filter_sap-xep", "Tên đơn vị")
    assert units(page)[:3] == ["Huyện Châu Đức", "Huyện Côn Đảo", "Huyện Đất Đỏ"]
    assert {row[UNIT]: row[0] for row in rows(page)} == ranks
    by_key(page, "filter_sap-xep").locator("input").click()
    page.get_by_role("option").nth(3).click()
    settle(page)
    points = [float(row[FIRST_INDEX].replace(",", ".")) for row in rows(page)]
    assert points == sorted(points, reverse=True)
    assert len(set(points)) > 1


def test_three_views_show_the_same_units(open_page: OpenPage) -> None:
    page = open_page("/xep-hang?khoi=huyen")
    names = units(page)
    press(page, "xem", "Biểu đồ cột")
    labels = by_key(page, "ranking_bars").locator(".ytick text")
    expect(labels).to_have_count(len(names), timeout=30_000)
    # The axis runs upwards: the best stands on top and comes last.
    assert [re.sub(r"^\d+\. ", "", x) for x in labels.all_text_contents()][::-1] == names
    press(page, "xem", "Biểu đồ nhiệt")
    labels = by_key(page, "ranking_heat").locator(".ytick text")
    expect(labels).to_have_count(len(names), timeout=30_000)
    assert labels.all_text_contents()[::-1] == names
    by_key(page, "ranking_heat_table").locator("summary").click()
    settle(page)
    expect(by_key(page, "ranking_heat_table").get_by_role("row")).to_have_count(len(names) + 1)


def test_a_unit_leads_to_its_scorecard_of_the_same_month(open_page: OpenPage) -> None:
    page = open_page("/xep-hang?khoi=huyen&thang=6")
    first = rows(page)[0]
    page.get_by_role("link", name=first[UNIT], exact=True).click()
    expect(page.get_by_role("heading", name=first[UNIT])).to_be_visible(timeout=30_000)
    wait_for_run(page)
    assert urlsplit(page.url).path == "/phieu-diem"
    assert query(page)["thang"] == "6"
    expect(page.get_by_test_id("stMetricValue").first).to_have_text(first[3])
    expect(page.get_by_test_id("stMetricValue").nth(1)).to_have_text(f"{first[0]} / 8")


def test_address_shows_the_same_in_a_new_tab(open_page: OpenPage, server: str) -> None:
    page = open_page("/xep-hang")
    press(page, "khoi", "Cấp xã")
    choose(page, "filter_thang", "Tháng 9")
    choose(page, "filter_sap-xep", "Tên đơn vị")
    look_for(page, "tim", "phu my")
    wanted = rows(page)
    assert wanted
    other = open_page(page.url.removeprefix(server))
    assert rows(other) == wanted
    assert query(other) == query(page)


def test_back_and_forward_lead_through_the_choices(open_page: OpenPage) -> None:
    page = open_page("/xep-hang")
    press(page, "khoi", "Cấp huyện")
    choose(page, "filter_thang", "Tháng 6")
    look_for(page, "tim", "vung tau")
    # Words typed into a search replace the address: Back leaves them together with the choice before.
    for go, chosen, count in (
        (page.go_back, {"khoi": "huyen"}, 8),
        (page.go_back, {}, 21),
        (page.go_forward, {"khoi": "huyen"}, 8),
        (page.go_forward, {"khoi": "huyen", "thang": "6", "tim": "vung tau"}, 1),
    ):
        go()
        settle(page)
        assert query(page) == chosen
        expect(page.locator("table.dti-table").first.locator("tbody tr")).to_have_count(count)


def test_choices_hold_on_the_screens_that_follow(open_page: OpenPage) -> None:
    page = open_page("/xep-hang")
    press(page, "khoi", "Cấp huyện")
    choose(page, "filter_thang", "Tháng 6")
    for name in ("Phiếu điểm", "So sánh", "Xếp hạng"):
        page.get_by_test_id("stSidebarNav").get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(name, timeout=30_000)
        settle(page)
        assert query(page) == {"khoi": "huyen", "thang": "6"}


def test_excel_holds_the_figures_of_the_screen(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("/xep-hang?khoi=huyen")
    file = download(page, "ranking_xlsx")
    assert file.suggested_filename.startswith("TRINH-DIEN_")
    assert file.suggested_filename.endswith("_2024-12.xlsx")
    file.save_as(tmp_path / "ranking.xlsx")
    sheet = load_workbook(tmp_path / "ranking.xlsx")["Xếp hạng"]
    lines = [list(line) for line in sheet.iter_rows(values_only=True)]
    assert demonstration_label() in {str(cell) for line in lines for cell in line}
    head = next(i for i, line in enumerate(lines) if line[0] == "Hạng")
    stored = lines[head + 1 : head + 9]
    screen = rows(page)
    assert [str(line[0]) for line in stored] == [row[0] for row in screen]
    assert [line[3] for line in stored] == units(page)
    assert [shown(line[4]) for line in stored] == [row[3] for row in screen]
    assert [[shown(v) for v in line[6:14]] for line in stored] == [row[FIRST_INDEX : FIRST_INDEX + 8] for row in screen]


def test_a_file_is_there_for_the_session_that_asked_for_it_alone(open_page: OpenPage) -> None:
    page = open_page("/xep-hang?khoi=huyen")
    address = download(page, "ranking_xlsx").url
    assert "/media/" in address
    assert page.context.request.get(address).status == 200
    for user, alone in ((None, False), ("lanhdao.747", False), (OFFICE, True)):
        refused = open_page("/", user=user, alone=alone).context.request.get(address)
        assert (refused.status, "Đề nghị mở lại trang" in refused.text()) == (404, True)


def test_csv_holds_the_figures_of_the_screen(open_page: OpenPage) -> None:
    page = open_page("/xep-hang?khoi=huyen")
    file = download(page, "ranking_csv")
    assert re.fullmatch(r"TRINH-DIEN_[\w-]+_2024-12\.csv", file.suggested_filename)
    table = list(csv.DictReader(io.StringIO(file.path().read_text(encoding="utf-8-sig")), delimiter=";"))
    assert {line["Ghi chú"] for line in table} == {demonstration_label()}
    assert [line["Cơ quan, đơn vị"] for line in table] == units(page)
    totals = [line["Tổng điểm (tối đa 100)"].replace(",", ".") for line in table]
    assert [shown(total) for total in totals] == [row[3] for row in rows(page)]


def test_an_unknown_choice_in_the_address_is_named(open_page: OpenPage) -> None:
    page = open_page("/xep-hang?khoi=abc&thang=13&ky=999")
    for value in ("abc", "13", "999"):
        expect(page.get_by_text(f"«{value}» không có ở màn hình này")).to_be_visible()
    assert len(rows(page)) == 21
