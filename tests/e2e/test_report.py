"""A unit reports in a real browser: the clerk types, somebody else types too, the head sends, the office returns."""

import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.assessment.reporting import cell_of
from tests.e2e.conftest import Look, OpenPage, by_key, check_screen, looks, settle, wait_for_run
from tests.e2e.test_evidence import attach_new, paper
from tests.e2e.test_report_file import downloaded, send_back

CLERK, HEAD = "nhap.748", "lanhdao.748"
FORM = "/nhap-so-lieu?chi-so=NT"


def _type(page: Page, label: str, text: str) -> None:
    field = page.get_by_role("textbox", name=label)
    field.fill(text)
    field.press("Enter")
    settle(page)


@pytest.mark.parametrize(
    ("path", "user", "pairs"),
    [
        (FORM, CLERK, [("wide", "light"), ("narrow", "dark")]),
        ("/theo-doi", "thuongtruc", [("wide", "dark")]),
        ("/theo-doi?cap=district", "thuongtruc", [("narrow", "light")]),
    ],
)
def test_the_screens_hold_in_their_looks(open_page: OpenPage, path: str, user: str, pairs: list[Look]) -> None:
    size, theme = pairs[0]
    page = open_page(path, size=size, theme=theme, user=user)
    for size, theme in looks(page, *pairs):
        check_screen(page, f"report-{path.split('?')[0].strip('/')}-{size}-{theme}")


def _send_workbook_back(clerk: Page, folder: Path) -> None:
    """The figure of NT.1 by way of Excel, then the form again."""
    form = clerk.url
    clerk.goto(f"{form}&cach-nhap=tep")
    wait_for_run(clerk)
    path = downloaded(clerk, folder)
    book = openpyxl.load_workbook(path)
    cell_of(book, "NT.1").value = 60
    book.save(path)
    send_back(clerk, path)
    by_key(clerk, "report_file_merge").get_by_role("button").click()
    expect(clerk.get_by_text("Đã lưu nháp 1 ô từ tệp Excel.")).to_be_visible()
    clerk.goto(form)
    wait_for_run(clerk)


def test_a_report_from_the_first_figure_to_its_return(open_page: OpenPage, tmp_path: Path) -> None:
    items = "Tin, bài, sản phẩm truyền thông về chuyển đổi số (tin, bài, sản phẩm)"
    clerk = open_page(FORM, user=CLERK)
    _type(clerk, items, "1.234,0")
    expect(clerk.get_by_text("Đã lưu nháp lúc").first).to_be_visible()
    # Nothing typed is lost by loading the page anew.
    clerk.reload()
    wait_for_run(clerk)
    expect(clerk.get_by_role("textbox", name=items)).to_have_value("1.234,0")

    head = open_page(FORM, user=HEAD)
    expect(head.get_by_text("Đang cùng mở biểu này")).to_be_visible()
    _type(head, items, "58")
    _type(clerk, items, "57")
    expect(clerk.get_by_text("Chưa ghi đè ô nào")).to_be_visible()
    clerk.get_by_role("button", name="Lấy số kia").click()
    settle(clerk)
    expect(clerk.get_by_role("textbox", name=items)).to_have_value("58")
    attach_new(clerk, "NT.1", "31/BK-UBND", paper("bang-ke-31.pdf", b"%PDF-1.7 31"))
    _send_workbook_back(clerk, tmp_path)
    expect(clerk.get_by_role("textbox", name=items)).to_have_value("60")
    by_key(clerk, "report_hand_over").get_by_role("button").click()
    expect(clerk.get_by_text("Đã trình lãnh đạo đơn vị duyệt.")).to_be_visible()
    expect(clerk.get_by_role("textbox", name=items)).to_be_disabled()

    head.reload()
    wait_for_run(head)
    head.get_by_text("1 số liệu thay đổi khi gửi").click()
    expect(head.get_by_role("table", name="Số liệu thay đổi khi gửi")).to_contain_text("60")
    head.get_by_label("Số, ký hiệu báo cáo").fill("15/BC-UBND")
    head.locator("input[type=file]").set_input_files(paper("bao-cao-15.pdf", b"%PDF-1.7 15"))
    expect(head.get_by_text("bao-cao-15.pdf")).to_be_visible()
    head.get_by_text("Tôi đã kiểm tra: tài liệu không phải tài liệu mật").click()
    head.get_by_role("button", name="Duyệt và gửi").click()
    expect(head.get_by_text("theo báo cáo số 15/BC-UBND")).to_be_visible()
    expect(head.get_by_role("link", name="15/BC-UBND")).to_be_visible()

    office = open_page("/theo-doi?trang-thai=sent", user="thuongtruc")
    office.get_by_role("link", name="Thành phố Bà Rịa").click()
    expect(office.get_by_label("Lý do, nội dung cần bổ sung")).to_be_visible()
    office.get_by_label("Lý do, nội dung cần bổ sung").fill("Bổ sung tài liệu kiểm chứng NT.1")
    office.get_by_role("button", name="Trả lại", exact=True).click()
    expect(office.get_by_text("Đã trả lại; đơn vị bổ sung trước hết ngày")).to_be_visible()

    clerk.reload()
    wait_for_run(clerk)
    expect(clerk.get_by_text("Bổ sung tài liệu kiểm chứng NT.1")).to_be_visible()
    expect(clerk.get_by_role("textbox", name=items)).to_be_enabled()
    expect(clerk.get_by_role("textbox", name=items)).to_have_value("60")


def test_figures_are_pasted_from_excel(open_page: OpenPage) -> None:
    page = open_page("/nhap-so-lieu?chi-so=NT&cach-nhap=bang&loc-so-lieu=tat-ca", user="nhap.747", alone=True)
    grid, first = page.get_by_test_id("stDataFrame").first, page.get_by_test_id("glide-cell-2-0")
    grid.scroll_into_view_if_needed()
    # The table stands in the document, for screen readers, once it is drawn.
    expect(first).to_be_attached()
    box = grid.bounding_box()
    assert box is not None
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    # The first row below the heading, in the last column.
    page.mouse.click(box["x"] + box["width"] - 40, box["y"] + 52)
    expect(first).to_have_attribute("aria-selected", "true")
    page.evaluate("navigator.clipboard.writeText('45\\nkhông')")
    page.keyboard.press("Control+V")
    # It is sent a moment after it was put in.
    page.wait_for_timeout(500)
    wait_for_run(page)
    by_key(page, "report_table_save").get_by_role("button").click()
    expect(page.get_by_text("Đã lưu nháp 2 số liệu.")).to_be_visible()
    page.goto(page.url.replace("cach-nhap=bang", "cach-nhap=bieu"))
    wait_for_run(page)
    expect(page.get_by_role("textbox", name="Tin, bài, sản phẩm")).to_have_value("45")


def test_a_reason_is_kept_when_its_box_is_closed_by_escape(open_page: OpenPage) -> None:
    page = open_page(f"{FORM}&loc-so-lieu=tat-ca", user="nhap.747", alone=True)
    page.get_by_role("button", name="Đề nghị không áp dụng").first.click()
    reason = page.get_by_role("textbox", name="Lý do không áp dụng với đơn vị")
    reason.fill("Đơn vị không có xã, phường")
    page.keyboard.press("Escape")
    requested = page.get_by_role("button", name="Đã đề nghị không áp dụng")
    expect(requested).to_be_visible()
    expect(reason).to_have_count(0)
    page.reload()
    wait_for_run(page)
    requested.click()
    expect(reason).to_have_value("Đơn vị không có xã, phường")
    reason.fill("")
    reason.blur()
    expect(requested).to_have_count(0)


@pytest.mark.parametrize("user", ["nhap.747", "lanhdao.747", "lanhdaotinh", "thamdinh", "solieu.cat", None])
def test_another_units_figures_are_never_shown(open_page: OpenPage, user: str | None) -> None:
    page = open_page("/nhap-so-lieu?don-vi=748", user=user)
    expect(page.locator("h1").or_(page.get_by_text("Không có quyền xem trang này")).first).to_be_visible()
    expect(page.get_by_text("Năm 2024 (trình diễn) › Tháng 12 › Thành phố Bà Rịa")).to_have_count(0)


def test_a_session_that_ends_while_one_types_leads_to_signing_in(open_page: OpenPage) -> None:
    page = open_page(f"{FORM}&loc-so-lieu=tat-ca", user="nhap.747", alone=True)
    elsewhere = page.context.new_page()
    elsewhere.goto(page.url)
    wait_for_run(elsewhere)
    elsewhere.get_by_role("button", name="Đăng xuất").first.click()
    expect(elsewhere.get_by_role("heading", name="Đăng nhập")).to_be_visible()
    field = page.get_by_role("textbox", name="Hội nghị, hội thảo")
    field.fill("7")
    field.press("Enter")
    settle(page)
    expect(page.get_by_text("Cần đăng nhập lại")).to_be_visible()
    # And back to this very form afterwards.
    way = page.get_by_role("link", name="Đến trang đăng nhập")
    expect(way).to_have_attribute("href", re.compile(r"/dang-nhap\?toi=%2Fnhap-so-lieu%3F.*chi-so%3DNT"))
    expect(page.get_by_text("Có sự cố khi hiển thị trang")).to_have_count(0)
