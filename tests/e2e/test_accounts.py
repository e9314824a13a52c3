"""The office keeps accounts in a real browser: make one, its owner signs in, sign out everywhere, hand over, close."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import OpenPage, Size, Theme, Watch, by_key, check_screen, choose, looks, settle, wait_for_run
from tests.e2e.test_criteria_sets import english_names
from ui.frame import demonstration_label

NAMES = frozenset({"Firefox", "test"})
"""What stands in the list of sessions as the browser says it."""


def _issued(page: Page, name: str) -> str:
    """The temporary password that the page shows beside a user name."""
    row = by_key(page, "accounts_issued_box").locator("tr", has_text=name)
    return row.locator("td").last.inner_text().strip()


@pytest.mark.parametrize(("path", "name"), [("/tai-khoan", "accounts"), ("/tai-khoan-cua-toi", "own-account")])
def test_the_screens_hold_in_every_size_and_theme(open_page: OpenPage, path: str, name: str) -> None:
    page = open_page(path)
    for size, theme in looks(page):
        check_screen(page, f"{name}-{size}-{theme}", NAMES)


def test_an_account_from_its_making_to_its_end(
    open_page: OpenPage, new_context: Callable[[Size, Theme], BrowserContext], watch: Watch, server: str
) -> None:
    name = f"trinhdien.nhap.{datetime.now().strftime('%H%M%S%f')}"  # noqa: DTZ005 - only to be another one than before
    page = open_page("/tai-khoan")
    page.get_by_text("Tạo một tài khoản").click()
    page.get_by_label("Tên đăng nhập", exact=True).fill(name)
    page.get_by_label("Họ và tên", exact=True).fill("Trần Văn Nhập")
    page.get_by_label("Họ và tên", exact=True).press("Tab")
    settle(page)
    # A list that opens while its surroundings still unfold is closed again by the scrolling, and opened once more.
    choose(page, "account_unit_0", "Thành phố Vũng Tàu (747)")
    expect(by_key(page, "account_unit_0").locator("input")).to_have_value("Thành phố Vũng Tàu (747)")
    page.get_by_role("button", name="Tạo tài khoản", exact=True).click()
    wait_for_run(page)
    expect(page.get_by_text(f"Đã tạo tài khoản {name}.")).to_be_visible()
    password = _issued(page, name)
    by_key(page, "accounts_issued_gone").get_by_role("button").click()
    wait_for_run(page)
    expect(page.get_by_text(password)).to_have_count(0)

    theirs = new_context("wide", "light").new_page()
    watch.follow(theirs)
    theirs.goto(f"{server}/dang-nhap")
    theirs.get_by_label("Tên đăng nhập").fill(name)
    theirs.get_by_label("Mật khẩu").fill(password)
    theirs.get_by_role("button", name="Đăng nhập", exact=True).click()
    theirs.get_by_label("Mật khẩu đang dùng").fill(password)
    theirs.get_by_label("Mật khẩu mới", exact=True).fill("ba con cá mập ăn chay")
    theirs.get_by_label("Nhập lại mật khẩu mới").fill("ba con cá mập ăn chay")
    theirs.get_by_role("button", name="Đổi mật khẩu").click()
    wait_for_run(theirs)
    theirs.get_by_test_id("stSidebarNav").get_by_role("link", name="Tài khoản của tôi").click()
    wait_for_run(theirs)
    expect(theirs.get_by_text("Thành phố Vũng Tàu").first).to_be_visible()
    expect(theirs.get_by_test_id("stSidebarNav").get_by_role("link", name="Quản lý tài khoản")).to_have_count(0)

    page.goto(f"{server}/tai-khoan?tai-khoan={name}")
    wait_for_run(page)
    by_key(page, "account_sign_out").get_by_role("button").click()
    wait_for_run(page)
    expect(page.get_by_text(f"Đã kết thúc 1 phiên của {name}.")).to_be_visible()
    theirs.get_by_test_id("stSidebarNav").get_by_role("link", name="Xếp hạng").click()
    wait_for_run(theirs)
    expect(theirs.get_by_text("Phiên đăng nhập đã kết thúc").first).to_be_visible()

    page.get_by_text("Bàn giao cho người khác").click()
    page.get_by_label("Tên đăng nhập mới").fill(f"{name}b")
    page.get_by_label("Họ và tên người nhận").fill("Lê Thị Mới")
    page.get_by_role("button", name="Bàn giao", exact=True).click()
    wait_for_run(page)
    assert _issued(page, f"{name}b")
    row = page.locator("table.dti-table tr", has_text=re.compile(rf"{name}(?!b)")).last
    expect(row).to_contain_text("Đã bàn giao")


def test_signing_out_everywhere_from_ones_own_account(open_page: OpenPage) -> None:
    here, there = (open_page("/tai-khoan-cua-toi", user="lanhdao.747", alone=True) for _time in range(2))
    by_key(here, "own_sign_out_all").get_by_role("button").click()
    expect(here.get_by_text("Phiên đăng nhập đã kết thúc").first).to_be_visible()
    for page in (here, there):
        page.reload()
        expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()


@pytest.mark.parametrize("path", ["/tai-khoan", "/nhat-ky", "/mo-phong", "/phuong-an", "/du-dia", "/do-on-dinh"])
def test_the_public_is_refused_and_not_shown_the_way(open_page: OpenPage, path: str) -> None:
    page = open_page(path, user=None)
    expect(page.get_by_text("Nội dung này không dành cho vai trò").first).to_be_visible()
    expect(page.locator(f"[data-testid=stSidebarNav] a[href$='{path}']")).to_have_count(0)
    expect(page.locator("h1")).to_have_count(0)


@pytest.mark.parametrize("path", ["/", "/xep-hang", "/phieu-diem?don-vi=747", "/so-sanh", "/lich-su", "/bo-chi-so"])
def test_with_nothing_published_the_public_sees_a_plain_notice(open_page: OpenPage, path: str) -> None:
    page = open_page(path, user=None)
    expect(page.get_by_text("Chưa có kết quả đánh giá nào được công bố").first).to_be_visible()
    expect(page.get_by_text(demonstration_label())).to_have_count(0)
    foreign = english_names("so") if path == "/bo-chi-so" else frozenset()
    for size, theme in looks(page):
        check_screen(page, f"public-{path.strip('/').partition('?')[0] or 'tong-quan'}-{size}-{theme}", foreign)
