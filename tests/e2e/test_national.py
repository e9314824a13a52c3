"""The national screen as a reader uses it, and the office's fuller table from the first fault to the visible origin."""

import pytest
from playwright.sync_api import Page, expect

from tests.data.databases import Databases
from tests.e2e.conftest import (
    ROOT,
    OpenPage,
    Size,
    Theme,
    by_key,
    check_screen,
    first_start,
    looks,
    serve,
    settle,
    wait_for_run,
)
from tests.e2e.test_ranking import look_for, press, query

RANKING = "/xep-hang"
"""Path of the ranking screen."""
HEADER = 'Năm,Hạng,"Tỉnh, thành phố",Tổng điểm,Nguồn\n'


def rows(page: Page) -> list[list[str]]:
    """The texts of the first table on screen."""
    cells = "e => [...e.querySelectorAll('tbody tr')].map(r => [...r.cells].map(c => c.innerText.trim()))"
    return page.locator("table.dti-table").first.evaluate(cells)


@pytest.mark.parametrize(
    ("size", "theme", "view"),
    [
        ("wide", "light", ""),
        ("wide", "dark", "o"),
        ("wide", "light", "qua-nam&tinh-so-sanh=dna.hcm.tgi"),
        ("narrow", "dark", ""),
        ("narrow", "light", "o&mau=thap"),
        ("narrow", "light", "khoang"),
        ("narrow", "light", "chi-so&nam=2022"),
        ("wide", "dark", "nhap"),
    ],
)
def test_screen_is_sound(open_page: OpenPage, size: Size, theme: Theme, view: str) -> None:
    page = open_page(f"/toan-quoc?xem={view}", size=size, theme=theme)
    check_screen(page, f"national-{view.split('&')[0] or 'bang'}-{size}-{theme}")


def test_year_search_and_filter_stand_in_the_address(open_page: OpenPage) -> None:
    page = open_page("/toan-quoc")
    assert [row[1] for row in rows(page)][9] == "Bà Rịa - Vũng Tàu"
    link = page.get_by_role("link", name="baobariavungtau.com.vn").first
    assert "noopener" in (link.get_attribute("rel") or "")
    press(page, "nam", "2022")
    assert len(rows(page)) == 63
    look_for(page, "tim-tinh", "vung tau")
    assert [row[:3] for row in rows(page)] == [["28", "Bà Rịa - Vũng Tàu", "0,5878"]]
    assert query(page) == {"nam": "2022", "tim-tinh": "vung tau"}


def test_tile_map_of_the_districts(open_page: OpenPage) -> None:
    page = open_page(f"{RANKING}?khoi=huyen&xem=o")
    chart = by_key(page, "ranking_tiles")
    expect(chart.locator(".bars .point")).to_have_count(8, timeout=30_000)
    for size, theme in looks(page):
        check_screen(page, f"ranking-huyen-o-{size}-{theme}")


def _send(page: Page, text: str) -> None:
    file = {"name": "bang.csv", "mimeType": "text/csv", "buffer": (HEADER + text).encode()}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    settle(page)


def test_a_fuller_table_of_the_office(open_page: OpenPage, sqlite: Databases) -> None:
    with serve(ROOT / "app.py", sqlite.copy_of(first_start).dti_folder) as address:
        page = open_page("/toan-quoc?xem=nhap", at=address)
        _send(page, "2023,64,Huế,0.75,A\n2023,13,Atlantis,7.353,A\n")
        expect(page.get_by_text("Tệp có 3 lỗi nên chưa nhập gì")).to_be_visible(timeout=30_000)
        expect(page.locator("table.dti-table caption", has_text="Lỗi trong tệp")).to_be_visible()
        check_screen(page, "national-faults-wide-light")
        expect(by_key(page, "national_store")).to_have_count(0)
        page.get_by_role("button", name="bang.csv").click()
        settle(page)
        _send(page, "2023,3,Huế,0.7612,Báo cáo số 1\n2023,13,Hà Nam,,Báo cáo số 1\n")
        expect(page.get_by_text("Tổng điểm: chưa có → 0,7612")).to_be_visible(timeout=30_000)
        check_screen(page, "national-difference-wide-light")
        by_key(page, "national_store").get_by_role("button").click()
        expect(page.get_by_text("Đã lưu bảng «bang.csv»")).to_be_visible(timeout=30_000)
        page.goto(f"{address}/toan-quoc?so-lieu=nhap")
        wait_for_run(page)
        assert [[row[0], row[1], row[2], row[6]] for row in rows(page)] == [
            ["3", "Thừa Thiên Huế", "0,7612", "Báo cáo số 1"],
            ["13", "Hà Nam", "chưa công bố", "Báo cáo số 1"],
        ]
        assert all("số liệu cơ quan nhập" in row[5] for row in rows(page))
        expect(page.get_by_text("Các bản trước của năm 2023").first).to_be_visible()
        check_screen(page, "national-office-wide-light")


@pytest.mark.parametrize("view", ["khoang", "o"])
def test_marks_in_the_colour_of_letters_follow_a_change_of_the_theme(open_page: OpenPage, view: str) -> None:
    """Points of known totals, and edges and letters of the cells that are hatched or stand out."""
    page = open_page(f"/toan-quoc?xem={view}")
    marks = page.get_by_test_id("stPlotlyChart").locator('[style*="rgb(15, 25, 29)"]')
    expect(marks.first).to_be_attached()
    page.emulate_media(color_scheme="dark")
    expect(page.locator("h1")).to_have_css("color", "rgb(230, 237, 239)")
    drawn = marks.evaluate_all("""found => found.map(mark => {
        const now = getComputedStyle(mark), own = mark.getAttribute("style");
        return ["fill", "stroke"].filter(kind => own.includes(`${kind}: rgb(15, 25, 29)`)).map(kind => now[kind]);
    }).flat()""")
    assert set(drawn) == {"rgb(230, 237, 239)"}
