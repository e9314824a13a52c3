"""A figure of a source system in a real browser: brought in by the office, disputed by the unit, answered."""

from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage, by_key, check_screen, choose, wait_for_run

FORM = "/nhap-so-lieu?chi-so=HT&loc-so-lieu=tat-ca"
FIGURE = "Dịch vụ, đường truyền đã chạy IPv6"


def test_from_the_file_to_the_answer(open_page: OpenPage, tmp_path: Path) -> None:
    path = tmp_path / "nguon.csv"
    path.write_text("Mã đơn vị;Giá trị\n747;2\n", encoding="utf-8")
    office = open_page("/theo-doi?cap=district", user="thuongtruc")
    choose(office, "system_level", "Cấp huyện")
    choose(office, "system_entry_district", f"{FIGURE} (HT.4)")
    office.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(path)
    expect(office.get_by_text("Thay đổi khi nạp tệp «nguon.csv»")).to_be_visible()
    check_screen(office, "system-figures")
    by_key(office, "system_figures_store").get_by_role("button").click()
    expect(office.get_by_text("cho 1 đơn vị, tháng 12/2024")).to_be_visible(timeout=30_000)

    clerk = open_page(FORM, user="nhap.747")
    field = clerk.get_by_role("textbox", name=FIGURE)
    expect(field).to_have_value("2")
    expect(field).to_be_disabled()
    clerk.get_by_role("button", name="Gửi ý kiến về số liệu này").click()
    clerk.get_by_role("textbox", name="Số đúng và căn cứ").fill("Đúng là 3, theo hợp đồng tháng 11")
    clerk.get_by_role("button", name="Gửi ý kiến", exact=True).click()
    expect(clerk.get_by_text("Đã gửi ý kiến; câu trả lời sẽ hiện tại ô này.")).to_be_visible()
    expect(clerk.get_by_text("— chờ trả lời")).to_be_visible()

    office.reload()
    wait_for_run(office)
    expect(office.get_by_role("cell", name="Đúng là 3, theo hợp đồng tháng 11")).to_be_visible()
    check_screen(office, "disputes")
    office.get_by_label("Nội dung trả lời, lý do").fill("Hợp đồng ký sau ngày chốt")
    office.get_by_role("button", name="Trả lời", exact=True).click()
    expect(office.get_by_text("Đã trả lời ý kiến.")).to_be_visible()

    clerk.reload()
    wait_for_run(clerk)
    expect(clerk.get_by_text("giữ nguyên số liệu hệ thống: Hợp đồng ký sau ngày chốt")).to_be_visible()
