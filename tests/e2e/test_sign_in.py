"""Signing in and out in a real browser, and what is refused at every door: documents, files, websocket."""

import datetime as dt
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from playwright.sync_api import BrowserContext, Page, expect
from pyotp.totp import TOTP
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from assessment.accounts import NewAccount, account_list, create_account, sign_out_everywhere
from assessment.permissions import Identity
from assessment.roles import Role
from assessment.sign_in import sign_out, visit
from data.database import make_engine, read_session
from data.settings import Settings
from tests.e2e.conftest import (
    OpenPage,
    Size,
    Theme,
    Watch,
    accessibility_violations,
    demonstration_passwords,
    keep_screenshot,
    send_cookie,
    wait_for_run,
)
from tests.signed_in import cookie_header, session_token
from ui.cookies import PLAIN

NewContext = Callable[[Size, Theme], BrowserContext]
ADMINISTRATOR = Identity(None, Role.ADMINISTRATOR)
DEEP = "/xep-hang?khoi=xa"
GUARDED = ["/media/0123.png", "/_stcore/host-config", "/_stcore/metrics", "/_stcore/script-health-check"]


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@pytest.fixture
def browser_page(new_context: NewContext, watch: Watch, server: str) -> Page:
    """A watched page of a browser that has never been here."""
    page = new_context("wide", "light").new_page()
    watch.follow(page)
    return page


def _token(page: Page) -> str:
    return next(str(c.get("value")) for c in page.context.cookies() if c.get("name") == PLAIN)


def _fill(page: Page, user_name: str, password: str) -> None:
    page.get_by_label("Tên đăng nhập").fill(user_name)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()


def _signs_in(page: Page, server: str, folder: Path, user_name: str, path: str = "/") -> None:
    page.goto(f"{server}/dang-nhap?toi={path}")
    _fill(page, user_name, demonstration_passwords(folder)[user_name])
    wait_for_run(page)


def test_a_visitor_gets_a_session_of_the_public_and_the_way_in(open_page: OpenPage) -> None:
    page = open_page("/xep-hang", user=None, alone=True)
    [cookie] = [c for c in page.context.cookies() if c.get("name") == PLAIN]
    assert (cookie.get("httpOnly"), cookie.get("sameSite")) == (True, "Lax")
    assert PLAIN not in page.evaluate("document.cookie")
    page.get_by_role("link", name="Đăng nhập", exact=True).click()
    expect(page).to_have_url(re.compile(r"/dang-nhap\?toi=%2Fxep-hang"))


def test_signing_in_leads_back_to_the_deep_link_and_survives_f5(
    browser_page: Page, server: str, server_folder: Path
) -> None:
    page = browser_page
    page.goto(server + DEEP)
    wait_for_run(page)
    before = _token(page)
    page.get_by_role("link", name="Đăng nhập", exact=True).click()
    _fill(page, "nhap.747", demonstration_passwords(server_folder)["nhap.747"])
    wait_for_run(page)
    expect(page).to_have_url(re.compile(r"/xep-hang\?.*khoi=xa"))
    # Rotated: the cookie from before signing in is worth nothing.
    assert _token(page) != before
    for _time in range(2):
        box = page.locator(".st-key-account_box")
        expect(box).to_contain_text("Người nhập")
        expect(box).to_contain_text("Thành phố Vũng Tàu")
        expect(page).to_have_url(re.compile("khoi=xa"))
        page.reload()
        wait_for_run(page)


def test_signing_out_ends_the_session(browser_page: Page, server: str, server_folder: Path) -> None:
    page = browser_page
    _signs_in(page, server, server_folder, "lanhdaotinh")
    token = _token(page)
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()
    assert _token(page) != token
    # Whoever has kept the cookie comes no further with it.
    send_cookie(page.context, server, token)
    page.goto(server + DEEP)
    expect(page).to_have_url(re.compile(r"/dang-nhap\?toi=%2Fxep-hang%3Fkhoi%3Dxa"))
    expect(page.get_by_role("alert")).to_contain_text("Phiên trước đã kết thúc")


def test_a_wrong_password_is_answered_with_a_sentence(browser_page: Page, server: str) -> None:
    page = browser_page
    page.goto(f"{server}/dang-nhap")
    with page.expect_response(f"{server}/dang-nhap") as answer:
        _fill(page, "nhap.748", "sai mật khẩu rồi")
    assert answer.value.status == 401
    expect(page.get_by_role("alert")).to_contain_text("không đúng, hoặc tài khoản đang tạm khóa")
    expect(page.get_by_label("Tên đăng nhập")).to_have_value("nhap.748")
    expect(page.get_by_label("Mật khẩu")).to_have_value("")


def test_a_form_without_its_token_does_nothing(browser_page: Page, server: str, server_folder: Path) -> None:
    page = browser_page
    page.goto(f"{server}/dang-nhap")
    page.locator("form input[name=csrf]").first.evaluate("e => { e.value = 'khac' }")
    _fill(page, "solieu.cat", demonstration_passwords(server_folder)["solieu.cat"])
    expect(page.get_by_role("alert")).to_contain_text("trang đã cũ")
    page.goto(server)
    wait_for_run(page)
    expect(page.get_by_role("link", name="Đăng nhập", exact=True)).to_be_visible()


def _kept(folder: Path, kind: str) -> str | None:
    """The cookie of a browser: none, one that somebody made up, or one that was revoked."""
    if kind == "anonymous":
        return None
    if kind == "forged":
        return "A" * 43
    token = session_token(Settings(database_url="", dti_folder=folder), "thuongtruc")
    engine = make_engine(Settings(database_url="", dti_folder=folder).url)
    sign_out(engine, token, _now())
    engine.dispose()
    return token


@pytest.mark.parametrize("kind", ["anonymous", "forged", "revoked"])
def test_files_and_streamlits_own_addresses_are_refused(
    new_context: NewContext, server: str, server_folder: Path, kind: str
) -> None:
    context, token = new_context("wide", "light"), _kept(server_folder, kind)
    if token:
        send_cookie(context, server, token)
    assert {path: context.request.get(server + path).status for path in GUARDED} == dict.fromkeys(GUARDED, 401)
    put = context.request.put(f"{server}/_stcore/upload_file/a/b", data="x")
    assert put.status == 401


def test_measures_of_use_are_the_administrators_alone(
    new_context: NewContext, server: str, server_folder: Path
) -> None:
    def answered(user: str | None) -> int:
        context = new_context("wide", "light")
        if user is None:
            context.request.get(f"{server}/dang-nhap")
        else:
            settings = Settings(database_url="", dti_folder=server_folder)
            send_cookie(context, server, session_token(settings, user))
        return context.request.get(f"{server}/_stcore/metrics").status

    assert [answered(user) for user in (None, "nhap.747", "thuongtruc")] == [403, 403, 403]
    assert answered("quantri") == 200


@pytest.mark.parametrize("kind", ["forged", "revoked"])
def test_documents_lead_to_signing_in(new_context: NewContext, server: str, server_folder: Path, kind: str) -> None:
    context = new_context("wide", "light")
    send_cookie(context, server, str(_kept(server_folder, kind)))
    for path in ("/", DEEP, "/phieu-diem"):
        answer = context.request.get(server + path, max_redirects=0)
        assert (answer.status, answer.headers["location"].partition("?")[0]) == (303, "/dang-nhap")


def _websocket(server: str, token: str | None) -> int:
    """The status with which the server answers to the opening of a websocket."""
    headers = cookie_header(token) if token else {}
    address = server.replace("http", "ws") + "/_stcore/stream"
    try:
        with connect(address, subprotocols=[Subprotocol("streamlit")], additional_headers=headers):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


@pytest.mark.parametrize("kind", ["anonymous", "forged", "revoked"])
def test_the_websocket_is_refused(server: str, server_folder: Path, kind: str) -> None:
    assert _websocket(server, _kept(server_folder, kind)) == 403


@pytest.mark.parametrize("user_name", [None, "nhap.747"])
def test_the_websocket_of_a_live_session_is_open(server: str, server_folder: Path, user_name: str | None) -> None:
    assert _websocket(server, session_token(Settings(database_url="", dti_folder=server_folder), user_name)) == 101


def _screen(server: str, token: str, earlier: str = "", **more: str) -> str:
    """The session of the screen that a websocket is given. earlier: the one that it asks to go on with."""
    protocols = ["streamlit", *(["none", earlier] if earlier else [])]
    with connect(
        server.replace("http", "ws") + "/_stcore/stream",
        subprotocols=[Subprotocol(own) for own in protocols],
        additional_headers=cookie_header(token) | more,
        max_size=None,
    ) as wire:
        request = BackMsg()
        request.rerun_script.page_name = "xep-hang"
        wire.send(request.SerializeToString())
        while True:
            answer = ForwardMsg.FromString(bytes(wire.recv(timeout=60)))
            if answer.HasField("new_session"):
                return answer.new_session.initialize.session_id


def test_what_was_left_on_a_screen_goes_on_for_nobody_else(server: str, server_folder: Path) -> None:
    settings = Settings(database_url="", dti_folder=server_folder)
    own, other = (session_token(settings, name) for name in ("nhap.747", "nhap.748"))
    again = session_token(settings, "nhap.747")
    left = _screen(server, own)
    assert _screen(server, other, left) != left
    # Neither for a new session of the same account, nor for whoever writes the gate's own header.
    assert _screen(server, again, left) != left
    engine = make_engine(settings.url)
    found = visit(engine, own, _now())
    engine.dispose()
    assert found is not None
    assert _screen(server, other, left, **{"X-DTI-Session": str(found.session_id)}) != left
    assert _screen(server, own, left) == left


def test_a_revoked_session_is_refused_at_its_next_rerun(
    new_context: NewContext, watch: Watch, server: str, server_folder: Path
) -> None:
    context = new_context("wide", "light")
    send_cookie(context, server, session_token(Settings(database_url="", dti_folder=server_folder), "nhap.748"))
    page = context.new_page()
    watch.follow(page)
    page.goto(server + DEEP)
    wait_for_run(page)
    expect(page.locator(".st-key-account_box")).to_contain_text("Thành phố Bà Rịa")
    engine = make_engine(Settings(database_url="", dti_folder=server_folder).url)
    with read_session(engine) as session:
        clerk = next(a for a in account_list(session, ADMINISTRATOR) if a.user_name == "nhap.748")
    assert sign_out_everywhere(engine, ADMINISTRATOR, clerk.id, clerk.version, _now()) >= 1
    engine.dispose()
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Phiếu điểm").click()
    wait_for_run(page)
    expect(page.get_by_text("Phiên đăng nhập đã kết thúc").first).to_be_visible()
    expect(page.locator("h1")).to_have_count(0)
    page.get_by_role("link", name="Đến trang đăng nhập").click()
    expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()


def test_a_new_administrator_changes_the_password_and_sets_up_the_second_factor(
    browser_page: Page, server: str, server_folder: Path
) -> None:
    engine = make_engine(Settings(database_url="", dti_folder=server_folder).url)
    new = NewAccount("quan-tri-moi", Role.ADMINISTRATOR, "Quản trị mới")
    issued = create_account(engine, ADMINISTRATOR, new, _now())
    engine.dispose()
    page = browser_page
    page.goto(f"{server}/dang-nhap?toi=/xep-hang")
    _fill(page, "quan-tri-moi", issued.password)
    expect(page.get_by_role("heading", name="Đổi mật khẩu")).to_be_visible()
    # Nothing else is open before that.
    page.goto(f"{server}/phieu-diem")
    expect(page).to_have_url(re.compile(r"/doi-mat-khau\?toi=%2Fphieu-diem"))
    assert _websocket(server, _token(page)) == 403
    page.get_by_label("Mật khẩu đang dùng").fill(issued.password)
    page.get_by_label("Mật khẩu mới", exact=True).fill("matkhau123456")
    page.get_by_label("Nhập lại mật khẩu mới").fill("matkhau123456")
    page.get_by_role("button", name="Đổi mật khẩu").click()
    expect(page.get_by_role("alert")).to_contain_text("quá phổ biến")
    page.get_by_label("Mật khẩu đang dùng").fill(issued.password)
    page.get_by_label("Mật khẩu mới", exact=True).fill("ba con cá mập ăn chay")
    page.get_by_label("Nhập lại mật khẩu mới").fill("ba con cá mập ăn chay")
    page.get_by_role("button", name="Đổi mật khẩu").click()
    expect(page.get_by_role("heading", name="Thiết lập xác thực hai bước")).to_be_visible()
    expect(page.get_by_role("img", name="Mã QR")).to_be_visible()
    app = TOTP(page.locator("code").inner_text().replace(" ", ""))
    page.get_by_label("Mã xác thực").fill(app.at(_now()))
    page.get_by_role("button", name="Bật xác thực hai bước").click()
    expect(page.locator("li code")).to_have_count(10)
    spare, other = page.locator("li code").all_inner_texts()[:2]
    page.get_by_role("link", name="Tiếp tục").click()
    wait_for_run(page)
    expect(page.locator(".st-key-account_box")).to_contain_text("Quản trị hệ thống")
    page.get_by_role("button", name="Đăng xuất").click()
    _fill(page, "quan-tri-moi", "ba con cá mập ăn chay")
    expect(page.get_by_role("heading", name="Xác thực hai bước")).to_be_visible()
    page.get_by_label("Mã xác thực").fill("12 34 5x")
    page.get_by_role("button", name="Xác nhận").click()
    expect(page.get_by_role("alert")).to_contain_text("Mã xác thực không đúng")
    page.get_by_label("Mã xác thực").fill(spare)
    page.get_by_role("button", name="Xác nhận").click()
    wait_for_run(page)
    expect(page.locator(".st-key-account_box")).to_contain_text("Quản trị mới")
    _without_its_key(page, server_folder, app, other)


def _without_its_key(page: Page, folder: Path, app: TOTP, spare: str) -> None:
    """The secret lies sealed; the key that opens it is lost: a sentence, a recovery code, and setting up anew."""
    written = b"".join(file.read_bytes() for file in folder.glob("dti.sqlite3*"))
    assert app.secret.encode() not in written
    key = folder / "secret.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.write_bytes(Fernet.generate_key())
    page.get_by_role("button", name="Đăng xuất").click()
    _fill(page, "quan-tri-moi", "ba con cá mập ăn chay")
    page.get_by_label("Mã xác thực").fill(app.at(_now()))
    page.get_by_role("button", name="Xác nhận").click()
    expect(page.get_by_role("alert")).to_contain_text("không còn khóa mở được xác thực hai bước")
    page.get_by_label("Mã xác thực").fill(spare)
    page.get_by_role("button", name="Xác nhận").click()
    expect(page.get_by_role("heading", name="Thiết lập xác thực hai bước")).to_be_visible()
    # A key that is none ends in a sentence too.
    key.write_bytes(b"khong phai khoa")
    page.reload()
    expect(page.get_by_text("DTI_SECRET_KEY hoặc tệp secret.key")).to_be_visible()
    key.unlink()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_the_sign_in_page_is_accessible_and_fits(
    new_context: NewContext, watch: Watch, server: str, size: Size, theme: Theme
) -> None:
    page = new_context(size, theme).new_page()
    watch.follow(page)
    page.goto(f"{server}/dang-nhap")
    _fill(page, "khong.co", "sai mật khẩu rồi")
    expect(page.get_by_role("alert")).to_be_visible()
    assert accessibility_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    keep_screenshot(page, f"dang-nhap-{size}-{theme}")
