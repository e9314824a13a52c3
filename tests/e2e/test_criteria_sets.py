"""The criteria sets as a reader uses them."""

import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

import criteria
from criteria.loader import load
from criteria.model import CriteriaSet
from tests.e2e.conftest import OpenPage, Size, Theme, by_key, check_screen, choose
from tests.e2e.test_ranking import download, look_for, press, query
from ui.frame import demonstration_label

FILES = {"so": "department", "huyen": "district", "xa": "commune", "tinh": "province"}
NAMES = {"so": "Sở, ban, ngành", "huyen": "Cấp huyện", "xa": "Cấp xã", "tinh": "Cấp tỉnh"}


def packaged(level: str) -> CriteriaSet:
    """The reference set of a level, as it lies in the package."""
    return load(Path(criteria.__file__).parent / "sets" / f"{FILES[level]}-2024.yaml")


def english_names(level: str) -> frozenset[str]:
    """English names of criteria: shown on purpose, as such."""
    found = packaged(level).groups
    return frozenset({c.name.en for g in found for c in g.criteria if c.name.en} | {"Tên tiếng Anh"})


def blocks(page: Page) -> Locator:
    """Every criterion on screen."""
    return page.locator("details.dti-details")


def codes(page: Page) -> list[str]:
    """Codes of the criteria on screen."""
    return blocks(page).locator("summary .code").all_inner_texts()


@pytest.mark.parametrize(
    ("size", "theme", "level"),
    [
        ("wide", "light", "tinh"),
        ("wide", "dark", "so"),
        ("narrow", "light", "huyen"),
        ("narrow", "dark", "xa"),
    ],
)
def test_screen_is_sound(open_page: OpenPage, size: Size, theme: Theme, level: str) -> None:
    page = open_page(f"/bo-chi-so?cap={level}", size=size, theme=theme)
    blocks(page).evaluate_all("all => all.slice(0, 12).forEach((e) => { e.open = true; })")
    check_screen(page, f"criteria-{level}-{size}-{theme}", english_names(level))


def test_every_level_shows_its_whole_set(open_page: OpenPage) -> None:
    page = open_page("/bo-chi-so")
    for level, name in NAMES.items():
        press(page, "cap", name)
        expected = [c.code for g in packaged(level).groups for c in g.criteria]
        expect(blocks(page)).to_have_count(len(expected))
        assert codes(page) == expected
        expect(page.get_by_text("không phải bộ chính thức").first).to_be_attached()


def test_maxima_on_screen_are_those_of_the_set(open_page: OpenPage) -> None:
    page = open_page("/bo-chi-so?cap=huyen")
    groups = page.locator("table.dti-table").first
    read = "e => [...e.querySelectorAll('tbody tr')].map(r => [...r.cells].map(c => c.innerText.trim()))"
    scored = [g for g in packaged("huyen").groups if g.kind == "scored"]
    table = {row[0]: row for row in groups.evaluate(read)}
    for group in scored:
        assert float(table[group.code][2].replace(",", ".")) == sum(c.max_points for c in group.criteria)
        assert table[group.code][3] == str(len(group.criteria))


def test_search_does_without_diacritics(open_page: OpenPage) -> None:
    page = open_page("/bo-chi-so?cap=huyen")
    everything = codes(page)
    look_for(page, "tim-chi-so", "dich vu cong truc tuyen")
    found = codes(page)
    assert 0 < len(found) < len(everything)
    look_for(page, "tim-chi-so", "Dịch vụ công trực tuyến")
    assert codes(page) == found
    assert query(page)["tim-chi-so"] == "Dịch vụ công trực tuyến"
    texts = [re.sub(r"\s+", " ", t).casefold() for t in blocks(page).all_text_contents()]
    assert [t for t in texts if "dịch vụ công trực tuyến" not in t] == []


def test_search_for_what_is_not_there_says_so(open_page: OpenPage) -> None:
    page = open_page("/bo-chi-so?tim-chi-so=zzzz")
    expect(page.get_by_text("Không có chỉ số thành phần nào khớp")).to_be_visible()
    expect(blocks(page)).to_have_count(0)


def test_filter_by_main_index(open_page: OpenPage) -> None:
    page = open_page("/bo-chi-so?cap=so")
    group = next(g for g in packaged("so").groups if g.code == "CQ")
    choose(page, "filter_nhom", f"CQ {group.name}")
    assert codes(page) == [c.code for c in group.criteria]
    press(page, "cap", "Cấp huyện")
    assert {code.split(".")[0] for code in codes(page)} == {"CQ"}


def test_province_says_in_words_how_units_figures_are_summed(open_page: OpenPage) -> None:
    page = open_page("/bo-chi-so?cap=tinh")
    blocks(page).evaluate_all("all => all.forEach((e) => { e.open = true; })")
    said = page.locator("dt", has_text="Tổng hợp lên cấp tỉnh").locator("xpath=following-sibling::dd[1]")
    rolled = [c for g in packaged("tinh").groups for c in g.criteria if c.rollup]
    expect(said).to_have_count(len(rolled))
    texts = said.all_inner_texts()
    starts = ("nhập ở cấp tỉnh", "tổng a chia tổng b của", "tổng số liệu của", "tỷ lệ đơn vị đạt", "trung bình (")
    assert [t for t in texts if not t.startswith(starts)] == []
    assert {start for start in starts if any(t.startswith(start) for t in texts)} >= set(starts[:2])


def test_a_criterion_opens_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("/bo-chi-so?cap=huyen", size="narrow")
    first = blocks(page).first
    first.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(first.get_by_text("Quy tắc chấm")).to_be_visible()


def test_excel_holds_every_criterion(open_page: OpenPage) -> None:
    page = open_page("/bo-chi-so?cap=tinh")
    file = download(page, "criteria_set_xlsx")
    assert file.suggested_filename.endswith(".xlsx")
    book = load_workbook(file.path().open("rb"))
    cells = {str(c) for sheet in book for line in sheet.iter_rows(values_only=True) for c in line if c is not None}
    assert set(codes(page)) <= cells
    assert "không phải bộ chính thức" in " ".join(cells)


def test_screen_of_a_demonstration_period_says_so(open_page: OpenPage) -> None:
    page = open_page("/bo-chi-so?cap=tinh")
    expect(page.get_by_text(demonstration_label())).to_be_visible()
    expect(by_key(page, "filter_ky").locator("input")).to_have_value(re.compile("trình diễn"))
