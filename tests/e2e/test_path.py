"""The cheapest path and the open steps in a browser: ask, bind, read why not, write the effort table, take the files."""

import csv
import io
import re

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from reports.labels import demonstration_label
from tests.e2e.conftest import FIRST_OPENING, OpenPage, by_key, check_screen, choose, looks, wait_for_run
from ui.downloads import TYPES

pytestmark = pytest.mark.usefixtures("worked_out_plans")


def _done(page: Page) -> Page:
    """The page when everything is worked out."""
    wait_for_run(page)
    expect(page.get_by_role("heading", name="Căn cứ và giới hạn")).to_be_visible(timeout=FIRST_OPENING)
    expect(page.get_by_role("button", name="Dừng tính")).to_have_count(0, timeout=FIRST_OPENING)
    wait_for_run(page)
    return page


def _figure(page: Page, label: str) -> str:
    metric = page.get_by_test_id("stMetric").filter(has_text=label)
    return metric.get_by_test_id("stMetricValue").inner_text()


def _effort(page: Page) -> int:
    return int(_figure(page, "Nguồn lực (").replace(".", ""))


def _open(page: Page, key: str) -> None:
    by_key(page, key).locator("summary").click()
    wait_for_run(page)


def _fill(page: Page, key: str, value: str) -> None:
    field = by_key(page, key).locator("input")
    field.fill(value)
    field.press("Enter")
    wait_for_run(page)


def test_the_path_holds_on_every_screen(open_page: OpenPage) -> None:
    page = _done(open_page("/phuong-an"))
    for size, theme in looks(page):
        check_screen(page, f"phuong-an-{size}-{theme}")


def test_a_wish_out_of_reach_and_open_forms_hold_in_every_size_too(open_page: OpenPage) -> None:
    page = _done(open_page("/phuong-an?muon=diem&muc-diem=880&tran=20", theme="dark"))
    expect(page.get_by_text("Không đạt được mong muốn.")).to_be_visible()
    expect(page.get_by_text("Vướng nguồn lực tối đa của từng đơn vị")).to_be_visible()
    _open(page, "path_constraints")
    _open(page, "path_efforts")
    expect(by_key(page, "effort_save_rule")).to_be_visible()
    for size, theme in looks(_done(page), ("wide", "dark"), ("narrow", "light")):
        check_screen(page, f"phuong-an-khong-dat-{size}-{theme}")


def test_the_open_steps_hold_on_every_screen(open_page: OpenPage) -> None:
    page = open_page("/du-dia")
    expect(page.locator("table.dti-table")).to_be_visible()
    for size, theme in looks(page):
        check_screen(page, f"du-dia-{size}-{theme}")
    page = open_page("/du-dia?xem-du-dia=thanh-phan")
    expect(page.locator("table.dti-table")).to_contain_text("Tăng điểm tối đa")
    for size, theme in looks(page):
        check_screen(page, f"du-dia-thanh-phan-{size}-{theme}")


def test_ask_for_more_then_bind_and_share_the_address(open_page: OpenPage) -> None:
    page = _done(open_page("/phuong-an"))
    before = _effort(page)
    _fill(page, "muc-kha-nang", "60")
    expect(page.get_by_test_id("stMetric").filter(has_text="Khả năng nhóm 15")).to_contain_text("60")
    assert _effort(_done(page)) > before
    _open(page, "path_constraints")
    _fill(page, "du-an", "3")
    expect(page.get_by_text("Không đạt được mong muốn.")).to_be_visible(timeout=FIRST_OPENING)
    expect(page.get_by_text("Vướng số dự án tối đa")).to_be_visible()
    expect(page.get_by_role("heading", name="Các bước của phương án xa nhất có thể")).to_be_visible()
    expect(page).to_have_url(re.compile(r"muc-kha-nang=60"))
    expect(page).to_have_url(re.compile(r"du-an=3"))
    reached = _figure(_done(page), "Điểm năm 2024")
    again = _done(open_page(re.sub(r"^https?://[^/]+", "", page.url)))
    assert _figure(again, "Điểm năm 2024") == reached
    expect(again.get_by_text("Không quá 3 dự án.")).to_be_visible()


def test_constraints_stay_while_one_looks_elsewhere_and_go_with_back(open_page: OpenPage) -> None:
    page = _done(open_page("/phuong-an"))
    _open(page, "path_constraints")
    choose(page, "filter_tru-chi-so", "Cấp tỉnh: NT.2 ", begins=True)
    # The open list hides everything else from the roles of the page.
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("tru-chi-so=tinh%2FNT.2$"))
    bound = page.get_by_text("Không làm: Cấp tỉnh: NT.2 ")
    expect(bound).to_be_visible(timeout=FIRST_OPENING)
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Dư địa tăng điểm").click()
    expect(page.get_by_role("heading", name="Dư địa tăng điểm")).to_be_visible()
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Phương án nhóm 15").click()
    expect(bound).to_be_visible(timeout=FIRST_OPENING)
    expect(page).to_have_url(re.compile("tru-chi-so=tinh%2FNT.2$"))
    again = _done(open_page("/phuong-an"))
    _open(again, "path_constraints")
    choose(again, "filter_tru-chi-so", "Cấp tỉnh: NT.2 ", begins=True)
    expect(again.get_by_text("Không làm: Cấp tỉnh: NT.2 ")).to_be_visible(timeout=FIRST_OPENING)
    again.go_back()
    expect(again.get_by_text("Không đặt điều kiện nào.")).to_be_visible(timeout=FIRST_OPENING)


def test_the_plan_goes_home_as_a_workbook(open_page: OpenPage) -> None:
    page = _done(open_page("/phuong-an"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Tải Excel").click()
    assert download.value.suggested_filename == "TRINH-DIEN_phuong-an-giu-nhom-15_2024-12.xlsx"
    book = load_workbook(io.BytesIO(download.value.path().read_bytes()))
    assert book.sheetnames == ["Các bước", "Lịch", "Thành phần", "So sánh", "Nguồn lực và khả năng", "Ghi chú"]
    assert _figure(page, "Số bước") in {str(row[0].value) for row in book["So sánh"].iter_rows(min_col=3, max_col=3)}


def test_an_effort_of_the_office_changes_plan_and_open_steps_until_the_old_table_comes_back(
    open_page: OpenPage,
) -> None:
    page = _done(open_page("/phuong-an"))
    before = _effort(page)
    _open(page, "path_efforts")
    expect(page.get_by_text("Chưa có dòng nào; mọi bước đang lấy mức mặc định.")).to_be_visible()
    with page.expect_download() as download:
        by_key(page, "efforts_xlsx").get_by_role("button").click()
    old = download.value.path()
    choose(page, "effort_criterion_province", "NT.2 ", begins=True)
    choose(page, "effort_step", "Điểm tối đa")
    by_key(page, "effort_amount").locator("input").fill("60")
    by_key(page, "effort_months").locator("input").fill("3, 5-6")
    by_key(page, "effort_add_line").get_by_role("button").click()
    expect(page.get_by_text("Đã lưu bảng nguồn lực, phiên bản 1.")).to_be_visible(timeout=FIRST_OPENING)
    assert _effort(_done(page)) > before
    # The sentence is still there when the work has ended.
    expect(page.get_by_text("Đã lưu bảng nguồn lực, phiên bản 1.")).to_be_visible()
    expect(by_key(page, "effort_lines_1")).to_be_visible()
    check_screen(page, "phuong-an-bang-nguon-luc")

    prices = open_page("/du-dia?don-vi=77&tim-du-dia=NT.2&so-dong=200")
    row = prices.locator("table.dti-table tbody tr").filter(has_text="NT.2 ").filter(has_text="Điểm tối đa")
    expect(row).to_contain_text("60")
    expect(row).not_to_contain_text("mặc định")

    by_key(page, "effort_file_1").locator("input[type=file]").set_input_files(
        {"name": "bang-nguon-luc.xlsx", "mimeType": TYPES["xlsx"], "buffer": old.read_bytes()}
    )
    by_key(page, "effort_import").get_by_role("button").click()
    expect(page.get_by_text("Đã lưu bảng nguồn lực, phiên bản 2.")).to_be_visible(timeout=FIRST_OPENING)
    assert _effort(_done(page)) == before


def test_the_open_steps_are_filtered_shared_and_taken_home(open_page: OpenPage) -> None:
    page = open_page("/du-dia")
    table = page.locator("table.dti-table")
    everything = table.locator("caption").inner_text()
    choose(page, "filter_don-vi", "Huyện Côn Đảo")
    expect(page).to_have_url(re.compile("don-vi=755"))
    expect(table.locator("tbody tr").first).to_contain_text("Huyện Côn Đảo")
    assert table.locator("caption").inner_text() != everything
    _fill(page, "tim-du-dia", "ocop")
    expect(table.locator("tbody tr").first).to_contain_text("OCOP")
    rows = table.locator("tbody tr").count()
    again = open_page(re.sub(r"^https?://[^/]+", "", page.url))
    expect(again.locator("table.dti-table tbody tr")).to_have_count(rows)
    with again.expect_download() as download:
        again.get_by_role("button", name="Tải CSV").click()
    lines = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"), newline=""), delimiter=";"))
    assert len(lines) == rows
    assert {line["Cơ quan, đơn vị"] for line in lines} == {"Huyện Côn Đảo"}
    assert {line["Nhãn"] for line in lines} == {demonstration_label()}


def test_a_scorecard_leads_to_the_open_steps_of_its_unit(open_page: OpenPage) -> None:
    page = open_page("/phieu-diem?khoi=huyen&don-vi=755")
    page.get_by_role("link", name="Dư địa tăng điểm toàn quốc của đơn vị này").click()
    expect(page).to_have_url(re.compile("/du-dia.*don-vi=755"))
    expect(page.locator("table.dti-table tbody tr").first).to_contain_text("Huyện Côn Đảo")
