"""The workbook of a unit in a real browser: downloaded, filled in, sent back, confirmed, and there on the form."""

from pathlib import Path

import openpyxl
from playwright.sync_api import Page, expect

from tests.assessment.reporting import cell_of
from tests.e2e.conftest import OpenPage, by_key, check_screen, wait_for_run

CLERK = "nhap.747"
FILE = "/nhap-so-lieu?chi-so=HT&cach-nhap=tep"


def downloaded(page: Page, folder: Path) -> Path:
    """The workbook of the unit whose form is open at its files."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Tải tệp Excel của đơn vị").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def send_back(page: Page, path: Path) -> None:
    """Chooses a workbook that was filled in."""
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(path)


def test_a_workbook_goes_out_and_comes_back(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(FILE, user=CLERK)
    path = downloaded(page, tmp_path)
    assert path.name.startswith("TRINH-DIEN_bieu-so-lieu_747_")

    book = openpyxl.load_workbook(path)
    cell_of(book, "HT.3").value = "1.234,0"
    del book["CQ"]
    book.save(path)
    send_back(page, path)
    expect(page.get_by_text("Tệp không có trang CQ; số liệu của trang này giữ nguyên.")).to_be_visible()
    expect(page.get_by_role("cell", name="1.234,0")).to_be_visible()
    check_screen(page, "report-file")
    by_key(page, "report_file_merge").get_by_role("button").click()
    expect(page.get_by_text("Đã lưu nháp 1 ô từ tệp Excel.")).to_be_visible()

    page.goto(page.url.replace("cach-nhap=tep", "cach-nhap=bieu&loc-so-lieu=tat-ca"))
    wait_for_run(page)
    expect(page.get_by_role("textbox", name="Hộ có Internet cáp quang (hộ)")).to_have_value("1.234,0")
