"""The connection is lost while somebody types, without having left the field, and comes back: what he typed is kept."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from data.settings import Settings
from tests.data.databases import Databases
from tests.e2e.conftest import (
    ROOT,
    Size,
    Theme,
    Watch,
    first_start,
    no_exception,
    serve,
    settle,
    sign_in,
    wait_for_run,
)
from tests.e2e.line import Line, line_to
from tests.e2e.test_unsaved import Asked, leave
from tests.told_unit import tell_a_unit

FIGURES, RESULTS = "/nhap-so-lieu?chi-so=NT&loc-so-lieu=tat-ca", "/ket-qua-tham-dinh"
CLERKS = {FIGURES: "nhap.748", RESULTS: "nhap.747"}
TYPED = {FIGURES: "55", RESULTS: "Cổng Dịch vụ công đếm cả hồ sơ nộp tại bưu điện."}
Begin = Callable[[Line, str], Page]
both = pytest.mark.parametrize("path", [FIGURES, RESULTS])


@pytest.fixture(scope="module")
def told(sqlite: Databases) -> Settings:
    """Vũng Tàu of the demonstration was told its results; Bà Rịa still types its figures."""
    settings = sqlite.copy_of(first_start)
    tell_a_unit(settings)
    return settings


@pytest.fixture(scope="module")
def at(told: Settings) -> Iterator[str]:
    """Address of the application that runs on it."""
    with serve(ROOT / "app.py", told.dti_folder) as address:
        yield address


@pytest.fixture
def line(at: str) -> Iterator[Line]:
    """The line to it."""
    with line_to(at) as line:
        yield line


@pytest.fixture
def begin(at: str, new_context: Callable[[Size, Theme], BrowserContext], watch: Watch) -> Begin:
    """begin(line, path): the screen of a clerk who has typed in a field and has not left it, over the line."""

    def typing(line: Line, path: str) -> Page:
        context = new_context("wide", "light")
        sign_in(context, at, CLERKS[path])
        page = context.new_page()
        watch.follow(page)
        page.goto(line.address + path)
        wait_for_run(page)
        type_in(page, path, TYPED[path])
        return page

    return typing


def field(page: Page, path: str) -> Locator:
    """The field that a clerk types in."""
    if path == RESULTS:
        return page.locator("[class*=st-key-explain_][class*=_747_CQ_4] textarea")
    return page.get_by_role("textbox", name="Tin, bài, sản phẩm truyền thông")


def type_in(page: Page, path: str, text: str) -> None:
    """Types, and stays in the field."""
    field(page, path).click()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def cut(line: Line, page: Page) -> None:
    """Cuts the line, and waits until the screen has noticed."""
    line.cut()
    expect(page.locator("[data-test-connection-state=CONNECTED]")).to_have_count(0)


def mend(line: Line, page: Page) -> None:
    """Mends the line, and waits until the screen has sent what it has to send."""
    line.mend()
    wait_for_run(page)
    settle(page)


@both
def test_what_is_being_typed_when_the_connection_is_lost_is_kept_once_it_is_back(
    line: Line, begin: Begin, path: str
) -> None:
    page = begin(line, path)
    cut(line, page)
    expect(field(page, path)).to_be_disabled()
    mend(line, page)
    expect(field(page, path)).to_be_enabled()
    page.reload()
    wait_for_run(page)
    expect(field(page, path)).to_have_value(TYPED[path])
    no_exception(page)


@both
def test_who_leaves_the_page_while_he_types_is_asked_and_only_then(line: Line, begin: Begin, path: str) -> None:
    page = begin(line, path)
    asked = Asked(page)
    leave(page, "reload")
    assert asked.times == 1
    expect(field(page, path)).to_have_value(TYPED[path])
    cut(line, page)
    # Nothing was sent: the greyed field holds it still.
    with page.expect_event("dialog"):
        page.evaluate("() => { setTimeout(() => location.reload()) }")
    assert asked.times == 2
    mend(line, page)
    for sent_by in ("Enter" if path == FIGURES else "Control+Enter", "Tab"):
        leave(page, "reload")
        assert asked.times == 2
        type_in(page, path, TYPED[path] * 3)
        page.keyboard.press(sent_by)
        settle(page)
    leave(page, "reload")
    assert asked.times == 2
    expect(field(page, path)).to_have_value(TYPED[path] * 3)
    no_exception(page)


@pytest.mark.parametrize(("path", "mine"), [(FIGURES, True), (RESULTS, True), (RESULTS, False)])
def test_after_a_restart_nobody_knows_which_is_the_newer_and_the_clerk_chooses(
    told: Settings, line: Line, begin: Begin, path: str, mine: bool
) -> None:
    page = begin(line, path)
    field(page, path).blur()
    settle(page)
    type_in(page, path, TYPED[path] * 2)
    cut(line, page)
    with serve(ROOT / "app.py", told.dti_folder) as restarted:
        line.lead_to(restarted)
        mend(line, page)
        expect(page.get_by_text("Trang vừa được nối lại với máy chủ.")).to_be_visible()
        expect(field(page, path)).to_have_value(TYPED[path] * 2)
        page.get_by_role("button", name=re.compile("^Giữ" if mine else "^Lấy")).click()
        settle(page)
        expect(page.get_by_text("Trang vừa được nối lại với máy chủ.")).to_have_count(0)
        page.reload()
        wait_for_run(page)
        expect(field(page, path)).to_have_value(TYPED[path] * 2 if mine else TYPED[path])
        no_exception(page)
