"""The frame in a real browser: language, headers, theme, label, unknown addresses, failures."""

import json
import re
import urllib.request
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Request, expect

from assessment.roles import Role
from tests.e2e.conftest import (
    OFFICE,
    SIZES,
    OpenPage,
    SignedIn,
    Theme,
    Watch,
    accessibility_violations,
    by_key,
    english_left,
    keep_screenshot,
    no_exception,
    settle,
    wait_for_run,
)
from ui.frame import demonstration_label
from ui.navigation import DEFAULT_SCREEN, SCREENS

HEAD = "lanhdao.747"
"""The demonstration account of a unit's head, for screens that only units open."""
OPENS = {s: OFFICE if Role.DX_OFFICE in s.roles else HEAD for s in SCREENS}
PATHS = [("/" if s is DEFAULT_SCREEN else f"/{s.url_path}", user) for s, user in OPENS.items()]
PUBLISHED = "/toan-quoc"
WITHOUT_LABEL = {PUBLISHED, "/ket-qua-cong-bo", "/tai-khoan", "/tai-khoan-cua-toi", "/nhat-ky", "/tai-lieu-kiem-chung"}
"""Screens of published results, accounts, deeds and papers: nothing on them is invented, and the label would say the
contrary."""


@pytest.mark.parametrize(("path", "user"), PATHS, ids=[path for path, _user in PATHS])
def test_page_is_vietnamese_whole_and_says_what_is_invented(open_page: OpenPage, path: str, user: str) -> None:
    page = open_page(path, user=user)
    no_exception(page)
    assert page.evaluate("document.documentElement.lang") == "vi"
    expect(page.locator("h1")).to_have_count(1)
    assert english_left(page) == []
    if path in WITHOUT_LABEL:
        return
    for size, theme in product(SIZES, ("light", "dark")):
        page.set_viewport_size(SIZES[size])
        page.emulate_media(color_scheme=theme)
        expect(page.get_by_text(demonstration_label()).first).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        keep_screenshot(page, f"{path.strip('/') or DEFAULT_SCREEN.url_path}-{size}-{theme}")


def test_published_results_do_not_carry_the_demonstration_label(open_page: OpenPage) -> None:
    page = open_page(PUBLISHED)
    expect(page.get_by_text("nguoihanoi.vn").first).to_be_visible()
    expect(page.get_by_text(demonstration_label())).to_have_count(0)


BACKGROUND: dict[Theme, str] = {"light": "rgb(255, 255, 255)", "dark": "rgb(16, 24, 28)"}


@pytest.mark.parametrize("theme", BACKGROUND)
def test_the_frame_begins_in_the_theme_of_the_system_follows_it_and_is_accessible(
    open_page: OpenPage, theme: Theme
) -> None:
    page = open_page("/", theme=theme)
    app = page.get_by_test_id("stApp")
    assert app.evaluate("e => getComputedStyle(e).backgroundColor") == BACKGROUND[theme]
    assert accessibility_violations(page) == []
    other: Theme = "light" if theme == "dark" else "dark"
    page.emulate_media(color_scheme=other)
    expect(app).to_have_css("background-color", BACKGROUND[other])


def test_navigation_leads_to_every_screen_and_its_address(open_page: OpenPage) -> None:
    page = open_page("/")
    for screen in (s for s, user in OPENS.items() if user == OFFICE):
        page.get_by_test_id("stSidebarNav").get_by_role("link", name=screen.title(), exact=True).click()
        wait_for_run(page)
        expect(page).to_have_url(re.compile(rf"/{'' if screen is DEFAULT_SCREEN else screen.url_path}(\?.*)?$"))
        expect(page).to_have_title(f"{screen.title()} · DTI BR-VT")
        no_exception(page)


def test_a_deep_link_asks_for_nothing_that_is_not_there(open_page: OpenPage) -> None:
    page = open_page("/xep-hang?khoi=huyen")
    refused: list[str] = []
    page.on("response", lambda answer: refused.append(answer.url) if answer.status >= 400 else None)
    page.reload()
    wait_for_run(page)
    assert refused == []


def test_own_address_of_the_start_page_keeps_its_query(open_page: OpenPage) -> None:
    page = open_page(f"/{DEFAULT_SCREEN.url_path}?thu=1")
    assert "thu=1" in page.url
    no_exception(page)


def test_unknown_address_is_answered_in_vietnamese(open_page: OpenPage, server: str) -> None:
    page = open_page("/")
    answer = page.goto(f"{server}/khong-co-trang-nay")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", name="Không tìm thấy trang")).to_be_visible()
    page.get_by_role("link", name="Về trang đầu").click()
    wait_for_run(page)
    no_exception(page)


@pytest.mark.parametrize("path", ["/", "/suc-khoe", "/_stcore/health", "/khong-co"])
def test_every_answer_carries_the_security_headers(signed_in: SignedIn, server: str, path: str) -> None:
    headers = signed_in(server, OFFICE).request.get(server + path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert "connect-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'self'" in headers["content-security-policy"]


def test_policy_stops_a_request_to_another_host(open_page: OpenPage, watch: Watch) -> None:
    page = open_page("/")
    sent: list[Request] = []
    # Another port is another host to the policy, and none that could be reached by accident.
    page.on("response", lambda response: sent.append(response.request) if ":9/" in response.url else None)
    refused = page.evaluate(
        """async () => {
            const refused = new Promise((done) => addEventListener("securitypolicyviolation",
                (e) => done(e.violatedDirective), {once: true}));
            await fetch("http://127.0.0.1:9/").catch(() => null);
            return refused;
        }"""
    )
    assert refused == "connect-src"
    assert sent == []
    # The refusal is what was asked for here, and the watcher has seen it.
    assert all("Content Security Policy" in failure for failure in watch.failures)
    assert watch.failures
    watch.failures.clear()


def test_health_says_that_the_database_answers_and_takes_writes(server: str) -> None:
    with urllib.request.urlopen(f"{server}/suc-khoe", timeout=10) as answer:
        assert json.load(answer) == {"database": True, "writing": True, "room": True}


def test_server_tells_its_address_and_listens_on_this_machine_only(server: str, server_folder: Path) -> None:
    log = (server_folder / "server.log").read_text(encoding="utf-8")
    assert f"Mở trình duyệt tại địa chỉ: {server}/" in log


def test_every_widget_speaks_vietnamese_reaches_nobody_and_is_accessible_in_both_themes(
    open_page: OpenPage, gallery: str
) -> None:
    page = open_page("/", at=gallery)
    no_exception(page)
    expect(page.locator(".js-plotly-plot").last).to_be_visible(timeout=30_000)
    assert english_left(page) == []
    for theme, background in BACKGROUND.items():
        page.emulate_media(color_scheme=theme)
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", background)
        settle(page)
        assert accessibility_violations(page) == [], theme


def test_open_lists_menus_and_calendars_speak_vietnamese(open_page: OpenPage, gallery: str) -> None:
    page = open_page("/", at=gallery)
    by_key(page, "many").locator("input").click()
    expect(page.get_by_text("Chọn tất cả").first).to_be_visible()
    assert english_left(page) == []
    page.keyboard.press("Escape")
    by_key(page, "one").locator("input").fill("zzzz")
    expect(page.get_by_text("Không có kết quả").first).to_be_visible()
    page.keyboard.press("Escape")
    by_key(page, "day").get_by_role("button").last.click()
    expect(page.get_by_role("dialog").first).to_be_visible()
    assert english_left(page) == []
    page.keyboard.press("Escape")
    by_key(page, "text").locator("input").fill("vũng")
    expect(page.get_by_text("Nhấn Enter để áp dụng")).to_be_visible()


def test_table_toolbar_and_search_speak_vietnamese(open_page: OpenPage, gallery: str) -> None:
    page = open_page("/", at=gallery)
    grid = page.get_by_test_id("stDataFrame").first
    grid.hover()
    for name in ("Tải về tệp CSV", "Tìm kiếm", "Toàn màn hình"):
        expect(grid.get_by_role("button", name=name)).to_be_visible()
    grid.get_by_role("button", name="Tìm kiếm").click()
    expect(page.get_by_role("textbox", name="Nhập nội dung cần tìm").first).to_be_visible()
    assert english_left(page) == []
    wait_for_run(page)


def test_table_behind_a_chart_is_drawn_only_when_opened(open_page: OpenPage, gallery: str) -> None:
    page = open_page("/", at=gallery)
    expander = by_key(page, "bars_table")
    expect(expander.get_by_test_id("stTable")).to_have_count(0)
    expander.locator("summary").click()
    wait_for_run(page)
    expect(expander.get_by_test_id("stTable")).to_be_visible()


def test_numbers_in_charts_have_decimal_commas(open_page: OpenPage, gallery: str) -> None:
    page = open_page("/", at=gallery)
    ticks = by_key(page, "heat").locator(".ytick text")
    expect(ticks.first).to_be_visible(timeout=30_000)
    texts = ticks.all_text_contents()
    assert any("," in t for t in texts)
    assert not any("." in t for t in texts)
    assert "1.200" in by_key(page, "bars").locator(".ytick text").all_text_contents()


def test_failed_page_shows_a_sentence_with_a_number_and_the_log_has_the_traceback(
    open_page: OpenPage, gallery: str, gallery_log: Path
) -> None:
    page = open_page("/", at=gallery)
    by_key(page, "fail").get_by_role("button").click()
    sentence = page.get_by_text("Trang gặp sự cố")
    expect(sentence).to_be_visible()
    found = re.search(r"kèm mã ([2-9A-HJ-NP-Z]{6})\.", sentence.inner_text())
    assert found
    expect(page.get_by_text("ZeroDivisionError")).to_have_count(0)
    expect(page.get_by_text("Traceback")).to_have_count(0)
    log = gallery_log.read_text(encoding="utf-8")
    assert f"reference {found[1]}" in log
    assert "ZeroDivisionError" in log.split(found[1], 1)[1]
