"""The audit log in a real browser: what was just done stands there, opened from what to what, by its address too."""

import re
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage, by_key, check_screen, looks, wait_for_run


def test_the_screen_holds_in_every_size_and_theme(open_page: OpenPage) -> None:
    # The first entries of every database with demonstration data: its accounts are made.
    page = open_page("/nhat-ky?muc=1")
    expect(page.get_by_text("Mục 1: Tạo tài khoản")).to_be_visible()
    for size, theme in looks(page):
        check_screen(page, f"audit-{size}-{theme}")


def _saved_scenario(page: Page, name: str) -> None:
    page.get_by_label("Tên kịch bản").fill(name)
    by_key(page, "mp_save_new").get_by_role("button").click()
    wait_for_run(page)
    expect(page.get_by_text(f"Đã lưu kịch bản «{name}».")).to_be_visible()


def test_what_was_just_done_is_found_opened_and_taken_away_as_a_file(
    open_page: OpenPage, server: str, tmp_path: Path
) -> None:
    name = f"Đường dài {datetime.now().strftime('%H%M%S%f')}"  # noqa: DTZ005 - only to be another one than before
    _saved_scenario(open_page("/mo-phong"), name)
    page = open_page("/nhat-ky")
    page.get_by_label("Tìm trong nhật ký").fill(name.replace("Đường dài", "duong dai"))
    page.keyboard.press("Enter")
    wait_for_run(page)
    rows = page.locator("table.dti-table tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("thuongtruc – Cơ quan thường trực (trình diễn)")
    expect(page).to_have_url(re.compile(r"tim-nhat-ky=duong"))
    rows.get_by_role("link").click()
    wait_for_run(page)
    opened = by_key(page, "audit_entry")
    expect(opened.get_by_text("SỐ LIỆU TRÌNH DIỄN - KHÔNG CÓ GIÁ TRỊ")).to_be_visible()
    expect(opened.locator("tr", has_text="tên").last).to_contain_text(name)
    # The address alone shows the same to a colleague; a reload does too.
    page.reload()
    wait_for_run(page)
    expect(by_key(page, "audit_entry").locator("tr", has_text="tên").last).to_contain_text(name)
    with page.expect_download() as csv:
        page.get_by_role("button", name="Tải CSV").click()
    assert re.fullmatch(r"TRINH-DIEN_nhat-ky_\d{4}-\d\d-\d\d\.csv", csv.value.suggested_filename)
    csv.value.save_as(tmp_path / "log.csv")
    lines = (tmp_path / "log.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("Số;Thời điểm;Người làm")
    assert all("Lưu kịch bản mới" in line for line in lines[1:])
    with page.expect_download() as excel:
        page.get_by_role("button", name="Tải Excel").click()
    assert excel.value.suggested_filename.endswith(".xlsx")
    page.get_by_role("link", name="Đóng mục này").click()
    wait_for_run(page)
    expect(by_key(page, "audit_entry")).to_have_count(0)
    expect(page.locator("table.dti-table tbody tr")).to_have_count(1)


def test_a_day_is_written_as_people_write_it_and_stands_in_the_address(open_page: OpenPage) -> None:
    page = open_page("/nhat-ky?tu-ngay=2100-01-01")
    expect(page.get_by_text("Không có mục nào khớp bộ lọc")).to_be_visible()
    field = page.get_by_label("Từ ngày")
    expect(field).to_have_value("01/01/2100")
    field.fill("5/3/2020")
    field.press("Enter")
    wait_for_run(page)
    expect(page).to_have_url(re.compile(r"tu-ngay=2020-03-05"))
    expect(page.locator("table.dti-table").first).to_be_visible()
    field.fill("31/02/2020")
    field.press("Enter")
    expect(page.get_by_text("không phải một ngày dạng 31/12/2024")).to_be_visible()


def test_the_head_of_a_unit_sees_what_concerns_it_and_others_are_not_shown_the_way(open_page: OpenPage) -> None:
    page = open_page("/nhat-ky", user="lanhdao.747")
    expect(page.get_by_text("Chỉ gồm những việc liên quan đến Thành phố Vũng Tàu.")).to_be_visible()
    cells = page.locator("table.dti-table tbody td[data-label='Cơ quan, đơn vị']").all_inner_texts()
    assert cells
    assert set(cells) == {"Thành phố Vũng Tàu (747)"}
    refused = open_page("/nhat-ky", user="nhap.747")
    expect(refused.get_by_text("Nội dung này không dành cho vai trò").first).to_be_visible()
    expect(refused.locator("[data-testid=stSidebarNav] a[href$='/nhat-ky']")).to_have_count(0)
