"""Signing in by an identity provider in a real browser. The provider stands on another host than the application."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from starlette.responses import PlainTextResponse, Response

from assessment.accounts import account_list, link_identity, sign_out_everywhere
from assessment.permissions import Identity
from assessment.roles import Role
from data.database import make_engine, read_session
from data.settings import Settings
from tests.data.databases import Databases
from tests.e2e.conftest import (
    ROOT,
    Size,
    Theme,
    Watch,
    accessibility_violations,
    check_screen,
    demonstration_passwords,
    first_start,
    keep_screenshot,
    serve,
    sign_in,
    wait_for_run,
)
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, OidcProvider, running_provider
from ui.cookies import PLAIN
from ui.gate import PROVIDER_RETURN, SIGN_IN

NewContext = Callable[[Size, Theme], BrowserContext]
ADMINISTRATOR = Identity(None, Role.ADMINISTRATOR)
DEEP = "/xep-hang?khoi=xa"
BUTTON = "Đăng nhập bằng Sổ danh tính"


@pytest.fixture(scope="module")
def there() -> Iterator[OidcProvider]:
    """A provider that knows a clerk and a stranger."""
    # Another name of this machine is another site to the browser: cookies come back only as far as SameSite lets them.
    with running_provider("localhost") as provider:
        provider.people |= {"nhap": {"sub": "nhap-9"}, "la": {"sub": "la-1"}}
        yield provider


@pytest.fixture(scope="module")
def folder(sqlite: Databases) -> Path:
    return sqlite.copy_of(first_start).dti_folder


@pytest.fixture(scope="module")
def server(there: OidcProvider, folder: Path) -> Iterator[str]:
    """The real application with the provider in its environment; the clerk of Vũng Tàu is tied to somebody there."""
    named = {
        "OIDC_ISSUER": there.issuer,
        "OIDC_CLIENT_ID": CLIENT_ID,
        "OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "OIDC_LABEL": "Sổ danh tính",
    }
    with serve(ROOT / "app.py", folder, environment=named) as address:
        there.redirects.add(address + PROVIDER_RETURN)
        there.after_sign_out.append(address + SIGN_IN)
        engine = make_engine(Settings(database_url="", dti_folder=folder).url)
        with read_session(engine) as session:
            clerk = next(a for a in account_list(session, ADMINISTRATOR) if a.user_name == "nhap.747")
        link_identity(engine, ADMINISTRATOR, clerk.id, clerk.version, there.issuer, "nhap-9", dt.datetime.now(dt.UTC))
        engine.dispose()
        yield address


@pytest.fixture
def page(new_context: NewContext) -> Page:
    """A page of a browser that has never been here."""
    return new_context("wide", "light").new_page()


def _goes_in(page: Page, server: str, name: str) -> None:
    page.goto(f"{server}{SIGN_IN}?toi={DEEP.replace('?', '%3F')}")
    page.get_by_role("button", name=BUTTON).click()
    page.get_by_role("button", name=name, exact=True).click()


def _token(page: Page) -> str:
    return next(str(c.get("value")) for c in page.context.cookies() if c.get("name") == PLAIN)


def test_from_the_button_to_the_provider_and_back_on_the_deep_link(
    page: Page, server: str, there: OidcProvider
) -> None:
    page.goto(server + DEEP)
    wait_for_run(page)
    before = _token(page)
    page.get_by_role("link", name="Đăng nhập", exact=True).click()
    page.get_by_role("button", name=BUTTON).click()
    expect(page).to_have_url(re.compile(re.escape(f"{there.issuer}/authorize?")))
    page.get_by_role("button", name="nhap", exact=True).click()
    wait_for_run(page)
    expect(page).to_have_url(re.compile(rf"^{server}/xep-hang\?.*khoi=xa"))
    assert _token(page) != before
    page.reload()
    wait_for_run(page)
    expect(page.locator(".st-key-account_box")).to_contain_text("Thành phố Vũng Tàu")


def test_signing_out_here_and_there(page: Page, server: str, there: OidcProvider) -> None:
    _goes_in(page, server, "nhap")
    wait_for_run(page)
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_role("heading", name="Đã đăng xuất")).to_be_visible()
    assert accessibility_violations(page) == []
    keep_screenshot(page, "dang-xuat-nha-cung-cap")
    # The provider still knows who it is, and asks nothing.
    page.get_by_role("link", name="Đến trang đăng nhập").click()
    page.get_by_role("button", name=BUTTON).click()
    wait_for_run(page)
    page.get_by_role("button", name="Đăng xuất").click()
    page.get_by_role("link", name="Đăng xuất khỏi Sổ danh tính").click()
    expect(page).to_have_url(server + SIGN_IN)
    page.get_by_role("button", name=BUTTON).click()
    expect(page.get_by_role("button", name="nhap", exact=True)).to_be_visible()


def test_a_revoked_session_is_refused_at_its_next_rerun(page: Page, server: str, folder: Path) -> None:
    _goes_in(page, server, "nhap")
    wait_for_run(page)
    engine = make_engine(Settings(database_url="", dti_folder=folder).url)
    with read_session(engine) as session:
        clerk = next(a for a in account_list(session, ADMINISTRATOR) if a.user_name == "nhap.747")
    assert sign_out_everywhere(engine, ADMINISTRATOR, clerk.id, clerk.version, dt.datetime.now(dt.UTC)) >= 1
    engine.dispose()
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Phiếu điểm").click()
    wait_for_run(page)
    expect(page.get_by_text("Phiên đăng nhập đã kết thúc").first).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_a_stranger_is_told_and_both_doors_stay(new_context: NewContext, server: str, size: Size, theme: Theme) -> None:
    page = new_context(size, theme).new_page()
    _goes_in(page, server, "la")
    expect(page.get_by_role("alert")).to_contain_text("chưa gắn với tài khoản nào đang hoạt động")
    expect(page.get_by_role("button", name=BUTTON)).to_be_visible()
    assert accessibility_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    keep_screenshot(page, f"dang-nhap-nha-cung-cap-{size}-{theme}")


@pytest.mark.parametrize(("size", "theme"), [("wide", "light"), ("narrow", "dark")])
@pytest.mark.parametrize(
    ("name", "label"), [("nhap.747", "Danh tính đã gắn"), ("nhap.748", "Gắn với danh tính ở Sổ danh tính")]
)
def test_the_office_sees_who_is_tied(
    new_context: NewContext, watch: Watch, server: str, name: str, label: str, size: Size, theme: Theme
) -> None:
    context = new_context(size, theme)
    sign_in(context, server)
    page = context.new_page()
    watch.follow(page)
    page.goto(f"{server}/tai-khoan?tai-khoan={name}")
    wait_for_run(page)
    page.get_by_text(label, exact=True).click()
    expect(page.get_by_role("button", name=re.compile("^(Gỡ|Gắn) danh tính$"))).to_be_visible()
    check_screen(page, f"accounts-provider-{name}-{size}-{theme}")


def test_with_the_provider_down_the_password_still_opens(
    page: Page, server: str, folder: Path, there: OidcProvider
) -> None:
    async def down() -> Response:
        return PlainTextResponse("Bảo trì", 503)

    there.instead["/.well-known/openid-configuration"] = down
    try:
        page.goto(f"{server}{SIGN_IN}?toi={DEEP.replace('?', '%3F')}")
        page.get_by_role("button", name=BUTTON).click()
        expect(page.get_by_role("alert")).to_contain_text("Sổ danh tính không trả lời")
        page.get_by_label("Tên đăng nhập").fill("nhap.748")
        page.get_by_label("Mật khẩu").fill(demonstration_passwords(folder)["nhap.748"])
        page.get_by_role("button", name="Đăng nhập", exact=True).click()
        wait_for_run(page)
        expect(page).to_have_url(re.compile("khoi=xa"))
        expect(page.locator(".st-key-account_box")).to_contain_text("Thành phố Bà Rịa")
    finally:
        there.instead.clear()


def test_settings_that_cannot_be_used_stop_the_start_with_a_sentence(tmp_path: Path) -> None:
    with (
        pytest.raises(pytest.fail.Exception, match="Thiếu biến môi trường OIDC_CLIENT_ID, OIDC_CLIENT_SECRET"),
        serve(ROOT / "app.py", tmp_path, environment={"OIDC_ISSUER": "https://so.gov.vn"}),
    ):
        pass
