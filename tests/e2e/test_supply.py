"""A data supplier in a real browser: from signing in to a figure of every district, which their clerks find locked."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage, by_key, check_screen, demonstration_passwords, no_exception, wait_for_run

FIGURE = "Đợt tuyên truyền cho người dân"
ADDRESS = "/cung-cap-so-lieu?so-lieu-cung-cap=district.fact%2Fsecurity_campaigns%2Fnumber"


def paste(page: Page, text: str) -> None:
    """Pastes into the first cell of the column that takes values."""
    grid = page.get_by_test_id("stDataFrame").first
    grid.scroll_into_view_if_needed()
    # The table stands in the document, for screen readers, once it is drawn.
    expect(page.get_by_test_id("glide-cell-2-0")).to_be_attached()
    box = grid.bounding_box()
    assert box is not None
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    # The first row below the heading, in the third of four columns; a click on a cell that is chosen would open it.
    page.mouse.click(box["x"] + 0.2 * box["width"], box["y"] + 52)
    page.mouse.click(box["x"] + 0.6 * box["width"], box["y"] + 52)
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")
    page.wait_for_timeout(500)
    wait_for_run(page)


def test_from_signing_in_to_a_locked_figure(open_page: OpenPage, server: str, server_folder: Path) -> None:
    page = open_page("/", user=None, alone=True)
    page.goto(f"{server}/dang-nhap")
    page.get_by_label("Tên đăng nhập").fill("solieu.cat")
    page.get_by_label("Mật khẩu").fill(demonstration_passwords(server_folder)["solieu.cat"])
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page).to_have_url(f"{server}/cung-cap-so-lieu")
    wait_for_run(page)
    links = page.get_by_test_id("stSidebarNav").get_by_role("link")
    assert [text.split("\n")[-1] for text in links.all_inner_texts()] == [
        "Bộ chỉ số",
        "Cung cấp số liệu",
        "Tài khoản của tôi",
    ]
    page.goto(server + ADDRESS)
    wait_for_run(page)
    expect(page.get_by_text("0 / 8 đơn vị đã được cung cấp")).to_be_visible()
    paste(page, "1.234\n4")
    expect(page.get_by_text("Bảng có 1 lỗi nên chưa lưu gì.")).to_be_visible()
    paste(page, "1\n2\n3\n4\n5\n6\n7\n8\n9")
    expect(page.get_by_text("Dán nhiều giá trị hơn số dòng của bảng (8 dòng)")).to_be_visible()
    page.reload()
    wait_for_run(page)
    paste(page, "11\n12\n13\n14\n15\n16\n17\n18")
    expect(page.get_by_text("Thay đổi khi nạp số đã nhập")).to_be_visible()
    check_screen(page, "supply-difference")
    by_key(page, "system_figures_store").get_by_role("button").click()
    expect(page.get_by_text("cho 8 đơn vị, tháng 12/2024")).to_be_visible()
    expect(page.get_by_text("8 / 8 đơn vị đã được cung cấp")).to_be_visible()

    other = open_page(ADDRESS, user="solieu.nhnn")
    expect(other.get_by_text("không có ở màn hình này")).to_be_visible()
    expect(other.get_by_text(FIGURE)).to_have_count(0)
    no_exception(other)

    clerk = open_page("/nhap-so-lieu?chi-so=AT&loc-so-lieu=tat-ca", user="nhap.747")
    field = clerk.get_by_role("textbox", name=FIGURE)
    expect(field).to_be_disabled()
    assert field.input_value() in {str(n) for n in range(11, 19)}


def test_the_screen_on_a_telephone_and_in_the_dark(open_page: OpenPage) -> None:
    check_screen(open_page("/cung-cap-so-lieu?co-quan=BHXH", size="narrow", theme="dark"), "supply-narrow-dark")
    page = open_page("/cung-cap-so-lieu", user="solieu.nhnn")
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
    check_screen(page, "supply-wide-light")
