"""The way to the identity provider and back, as a browser without scripts goes it; the provider answers over HTTP."""

import datetime as dt
import html
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
from httpx2 import Response as Answer
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from assessment.accounts import NewAccount, account_list, close_account, create_accounts, sign_out_everywhere
from assessment.permissions import Identity
from assessment.roles import Role
from assessment.sign_in import Visit, open_session, visit
from data.__main__ import main
from data.database import account_session, read_session, write_session
from data.lineage import UnitKey
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, DENIED, Claims, OidcProvider, running_provider, unsigned
from ui import gateway, provider_routes
from ui.cookies import PLAIN, SECURE
from ui.gate import PROVIDER, PROVIDER_RETURN, SIGN_IN, SIGN_OUT, Gate
from ui.kept import forget_all
from ui.provider import provider
from ui.security import SecurityHeaders
from ui.sign_in_routes import SIGN_IN_ROUTES

ADMINISTRATOR = Identity(None, Role.ADMINISTRATOR)
HERE = "http://testserver"
SECURE_HERE = "https://testserver"
DEEP = "/xep-hang?khoi=xa&ky=2"
AN: Claims = {"sub": "an-1", "email": "vanthu@vungtau.gov.vn", "email_verified": True}


@pytest.fixture(scope="module", autouse=True)
def own_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A database of its own, without demonstration."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DTI_FOLDER", str(tmp_path_factory.mktemp("provider")))
        forget_all()
        assert main(["demonstration", "off"]) == 0
        yield
    forget_all()


@pytest.fixture(autouse=True)
def accounts() -> None:
    """One clerk, whom nobody has tied to anybody."""
    with write_session(gateway.engine()) as session:
        for table in ("recovery_code", "sign_in_session", "person", "account"):
            session.execute(text(f"DELETE FROM {table}"))
    clerk = NewAccount(
        "nhap.747", Role.DATA_ENTRY, "Trần Văn Nhập", "vanthu@vungtau.gov.vn", UnitKey("747", dt.date(2020, 1, 1))
    )
    create_accounts(gateway.engine(), ADMINISTRATOR, [clerk], _now())


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[OidcProvider]:
    """A provider that knows the clerk, and this application after a start with it in the environment."""
    with running_provider() as running:
        running.people["an"] = AN
        running.redirects |= {HERE + PROVIDER_RETURN, SECURE_HERE + PROVIDER_RETURN}
        monkeypatch.setenv("OIDC_ISSUER", running.issuer)
        monkeypatch.setenv("OIDC_CLIENT_ID", CLIENT_ID)
        monkeypatch.setenv("OIDC_CLIENT_SECRET", CLIENT_SECRET)
        monkeypatch.setenv("OIDC_LABEL", "Sổ danh tính")
        provider.cache_clear()
        yield running
    provider.cache_clear()


@pytest.fixture
def without() -> Iterator[None]:
    """This application after a start without a provider."""
    provider.cache_clear()
    yield
    provider.cache_clear()


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def browser(base: str = HERE) -> TestClient:
    """A browser before the gate and our addresses. What Streamlit would serve answers with its path."""

    async def document(request: Request) -> Response:
        return PlainTextResponse(request.url.path)

    routes = [*SIGN_IN_ROUTES, *provider_routes.provider_routes(), Route("/{path:path}", document, methods=["GET"])]
    app = Starlette(routes=routes, middleware=[Middleware(SecurityHeaders), Middleware(Gate)])
    return TestClient(app, base_url=base, follow_redirects=False)


def keep(client: TestClient, **cookies: str) -> TestClient:
    """Makes a browser send these cookies instead of its own of the same name."""
    for name, value in cookies.items():
        if name in client.cookies:
            client.cookies.delete(name)
        client.cookies.set(name, value, domain="testserver.local", path="/")
    return client


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return html.unescape(found[1])


def told(page: str) -> str:
    found = re.search(r'role="alert">(.*?)</div>', page)
    return html.unescape(found[1]) if found else ""


def leave(client: TestClient, target: str = DEEP) -> str:
    """Presses the button of the provider; gives the address to which the browser is led."""
    page = client.get(SIGN_IN, params={"toi": target}).text
    assert "Đăng nhập bằng Sổ danh tính" in page
    page = client.post(PROVIDER, data={"csrf": field(page, "csrf"), "toi": field(page, "toi")})
    assert page.status_code == 200, told(page.text)
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]*)"', page.text)
    assert found is not None
    return html.unescape(found[1])


def come(client: TestClient, answer: dict[str, str]) -> Answer:
    return client.get(f"{PROVIDER_RETURN}?{urlencode(answer)}")


def session_of(client: TestClient) -> Visit | None:
    return visit(gateway.engine(), client.cookies.get(PLAIN) or client.cookies.get(SECURE) or "", _now())


def nobody_is_signed_in(client: TestClient) -> bool:
    found = session_of(client)
    return found is None or found.user_name is None


# Where there is no provider


def test_without_a_provider_nothing_of_it_is_there(without: None) -> None:
    assert provider_routes.provider_routes() == []
    client = browser()
    assert "oidc" not in client.get(SIGN_IN).text
    client.cookies.clear()
    assert client.get(PROVIDER_RETURN).status_code == 404
    assert client.post(PROVIDER).status_code == 401


# The gate


def test_the_gate_lets_exactly_the_two_addresses_through(there: OidcProvider) -> None:
    for path in (
        PROVIDER + "/",
        PROVIDER + "/x",
        PROVIDER_RETURN + "/x",
        PROVIDER + "x",
        SIGN_IN + "x",
        SIGN_IN + "/x",
    ):
        client = browser()
        assert (client.get(path).status_code, client.post(path).status_code) == (404, 401), path
    assert browser().post(PROVIDER).status_code == 403
    assert browser().get(PROVIDER_RETURN).status_code == 401


# There and back


def test_somebody_comes_back_on_the_deep_link_in_a_new_session(there: OidcProvider) -> None:
    client = browser()
    address = leave(client)
    assert address.startswith(there.issuer + "/authorize?")
    before = client.cookies[PLAIN]
    answer = come(client, there.choose(address, "an"))
    assert (answer.status_code, answer.headers["location"]) == (303, DEEP)
    found = session_of(client)
    assert found is not None
    assert (found.identity.account, found.pending, found.by_provider) == ("nhap.747", None, True)
    assert client.cookies[PLAIN] != before
    assert visit(gateway.engine(), before, _now()) is None
    assert set(client.cookies) == {PLAIN}


@pytest.mark.parametrize(
    ("base", "name", "secure"), [(HERE, "dti_luot", ""), (SECURE_HERE, "__Host-dti_luot", "; Secure")]
)
def test_what_the_browser_keeps_meanwhile_is_short_lived_and_out_of_reach(
    there: OidcProvider, base: str, name: str, secure: str
) -> None:
    client = browser(base)
    page = client.get(SIGN_IN).text
    answer = client.post(PROVIDER, data={"csrf": field(page, "csrf"), "toi": "/"})
    [kept] = [c for c in answer.headers.get_list("set-cookie") if "luot" in c]
    assert re.fullmatch(rf"{name}=[\w.-]+; HttpOnly; Max-Age=600; Path=/; SameSite=lax{secure}", kept)
    assert answer.headers["cache-control"] == "no-store"
    address = html.unescape(answer.text.split("0;url=")[1].split('"')[0])
    assert come(client, there.choose(address, "an")).headers["location"] == "/"
    assert not nobody_is_signed_in(client)


@pytest.mark.parametrize(
    "target", ["https://ke.gian/", "//ke.gian", "/\\ke.gian", "javascript:alert(1)", "/dang-xuat", "/" + "a" * 2_000]
)
def test_nobody_is_led_anywhere_else(there: OidcProvider, target: str) -> None:
    client = browser()
    page = client.get(SIGN_IN).text
    page = client.post(PROVIDER, data={"csrf": field(page, "csrf"), "toi": target}).text
    answer = come(client, there.choose(html.unescape(page.split("0;url=")[1].split('"')[0]), "an"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_a_form_without_its_token_asks_nobody(there: OidcProvider) -> None:
    client = browser()
    client.get(SIGN_IN)
    for data in ({"toi": "/"}, {"csrf": "khác", "toi": "/"}):
        answer = client.post(PROVIDER, data=data)
        assert answer.status_code == 403
        assert "trang đã cũ" in told(answer.text)
    assert set(client.cookies) == {PLAIN}


def test_whoever_is_signed_in_is_led_on(there: OidcProvider) -> None:
    client = browser()
    answer = there.choose(leave(client), "an")
    come(client, answer)
    here = session_of(client)
    assert here is not None
    again = client.post(PROVIDER, data={"csrf": here.csrf, "toi": DEEP})
    assert (again.status_code, again.headers["location"]) == (303, DEEP)
    # The button Back of the browser.
    again = come(client, answer)
    assert (again.status_code, again.headers["location"]) == (303, SIGN_IN)
    assert session_of(client) == here


# What is refused: both doors again, with a sentence


def refused(client: TestClient, answer: Answer, sentence: str, status: int = 401) -> None:
    page = answer.text
    assert (answer.status_code, answer.headers["cache-control"]) == (status, "no-store")
    assert sentence in told(page)
    assert "Traceback" not in page
    assert 'name="mat_khau"' in page
    assert "Đăng nhập bằng Sổ danh tính" in page
    assert nobody_is_signed_in(client)
    found = session_of(client)
    assert found is not None
    assert field(page, "csrf") == found.csrf
    assert set(client.cookies) == {PLAIN}


def test_the_answer_that_another_browser_was_given_is_refused(there: OidcProvider) -> None:
    theirs, ours = browser(), browser()
    answer = there.choose(leave(theirs), "an")
    refused(ours, come(ours, answer), "không bắt đầu từ trình duyệt này")
    leave(ours)
    refused(ours, come(ours, answer), "không bắt đầu từ trình duyệt này")


def test_what_another_browser_keeps_is_worth_nothing_here(there: OidcProvider) -> None:
    theirs, ours = browser(), browser()
    answer = there.choose(leave(theirs), "an")
    leave(ours)
    keep(ours, dti_luot=theirs.cookies["dti_luot"])
    refused(ours, come(ours, answer), "không bắt đầu từ trình duyệt này")


@pytest.mark.parametrize("first", ["signed in", "refused"])
def test_an_answer_works_once_even_for_whoever_kept_every_cookie(there: OidcProvider, first: str) -> None:
    client = browser()
    answer = there.choose(leave(client), "an")
    twin = keep(browser(), **dict(client.cookies))
    if first == "signed in":
        assert come(twin, answer).status_code == 303
    else:
        refused(twin, come(twin, {"state": answer["state"], "error": "server_error"}), "báo lỗi (mã: server_error)")
    refused(client, come(client, answer), "đã dùng rồi")


@pytest.mark.parametrize("kind", ["forged", "too old", "none"])
def test_an_attempt_that_is_forged_or_too_old_is_refused(
    there: OidcProvider, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    client = browser()
    answer = there.choose(leave(client), "an")
    if kind == "too old":
        monkeypatch.setattr(provider_routes, "ATTEMPT_SECONDS", -1)
    elif kind == "forged":
        keep(client, dti_luot="W10" + client.cookies["dti_luot"])
    else:
        client.cookies.delete("dti_luot")
    refused(client, come(client, answer), "đã hết hạn, đã dùng rồi")


def test_whoever_says_no_comes_back_to_both_doors_with_the_deep_link(there: OidcProvider) -> None:
    client = browser()
    answer = come(client, there.choose(leave(client), DENIED))
    refused(client, answer, "Việc đăng nhập bằng Sổ danh tính đã bị hủy hoặc bị từ chối")
    assert field(answer.text, "toi") == DEEP


def test_a_token_that_is_not_signed_is_refused(there: OidcProvider) -> None:
    there.forge = unsigned
    client = browser()
    refused(client, come(client, there.choose(leave(client), "an")), "Không xác nhận được danh tính")


def _closed() -> None:
    with read_session(gateway.engine()) as session:
        clerk = account_list(session, ADMINISTRATOR)[0]
    close_account(gateway.engine(), ADMINISTRATOR, clerk.id, clerk.version, _now())


@pytest.mark.parametrize(
    ("claims", "before"),
    [
        ({**AN, "email_verified": False}, lambda: None),
        ({**AN, "email": "la@vungtau.gov.vn"}, lambda: None),
        (AN, _closed),
    ],
)
def test_whoever_has_no_open_account_is_told_the_same(
    there: OidcProvider, claims: Claims, before: Callable[[], None]
) -> None:
    before()
    there.people["an"] = claims
    client = browser()
    refused(client, come(client, there.choose(leave(client), "an")), "chưa gắn với tài khoản nào đang hoạt động")


def test_a_provider_that_is_down_leaves_the_other_door_open(there: OidcProvider) -> None:
    async def gone() -> Response:
        return PlainTextResponse("<h1>Bảo trì</h1>", 503)

    client = browser()
    address = leave(client)
    there.instead["/token"] = gone
    refused(client, come(client, there.choose(address, "an")), "Sổ danh tính không trả lời", 502)
    there.instead["/.well-known/openid-configuration"] = gone
    page = client.get(SIGN_IN, params={"toi": DEEP}).text
    answer = client.post(PROVIDER, data={"csrf": field(page, "csrf"), "toi": DEEP})
    refused(client, answer, "Sổ danh tính không trả lời", 502)
    assert field(answer.text, "toi") == DEEP


# Signed in, and out


def test_the_session_is_revoked_like_any_other(there: OidcProvider) -> None:
    client = browser()
    come(client, there.choose(leave(client), "an"))
    assert client.get("/xep-hang").text == "/xep-hang"
    with read_session(gateway.engine()) as session:
        clerk = account_list(session, ADMINISTRATOR)[0]
    assert sign_out_everywhere(gateway.engine(), ADMINISTRATOR, clerk.id, clerk.version, _now()) == 1
    answer = client.get(DEEP)
    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, SIGN_IN)


@pytest.mark.parametrize(("trusted", "place"), [("", "/xac-thuc?toi=%2Fxep-hang%3Fkhoi%3Dxa%26ky%3D2"), ("mfa", None)])
def test_the_second_factor_is_asked_for_unless_the_provider_is_trusted_with_it(
    there: OidcProvider, monkeypatch: pytest.MonkeyPatch, trusted: str, place: str | None
) -> None:
    monkeypatch.setenv("OIDC_MULTI_FACTOR", trusted)
    provider.cache_clear()
    chief = NewAccount("quan-tri", Role.ADMINISTRATOR, "Người quản trị", "quantri@brvt.gov.vn")
    create_accounts(gateway.engine(), ADMINISTRATOR, [chief], _now())
    there.people["an"] = {**AN, "email": chief.email}
    there.twist = lambda claims: {**claims, "amr": ["pwd", "mfa"]}
    client = browser()
    come(client, there.choose(leave(client), "an"))
    answer = client.get(DEEP)
    assert (answer.status_code, answer.headers.get("location")) == ((303, place) if place else (200, None))


def test_signing_out_ends_our_session_and_offers_the_providers(there: OidcProvider) -> None:
    client = browser()
    come(client, there.choose(leave(client), "an"))
    token, found = client.cookies[PLAIN], session_of(client)
    assert found is not None
    page = client.post(SIGN_OUT, data={"csrf": found.csrf})
    assert page.status_code == 200
    assert "Đăng xuất khỏi Sổ danh tính" in page.text
    back = urlencode({"client_id": CLIENT_ID, "post_logout_redirect_uri": HERE + SIGN_IN})
    assert f'href="{html.escape(f"{there.issuer}/sign-out?{back}")}"' in page.text
    assert visit(gateway.engine(), token, _now()) is None
    assert set(client.cookies) == set()


def test_signing_out_does_not_need_the_provider(there: OidcProvider) -> None:
    client = browser()
    come(client, there.choose(leave(client), "an"))
    token, found = client.cookies[PLAIN], session_of(client)
    assert found is not None
    there.more_description = {"issuer": "https://khac.gov.vn"}
    page = client.post(SIGN_OUT, data={"csrf": found.csrf}).text
    assert "Đã đăng xuất khỏi phần mềm" in page
    assert "Đăng xuất khỏi Sổ danh tính" not in page
    assert visit(gateway.engine(), token, _now()) is None


def test_whoever_came_by_password_is_not_sent_to_the_provider(there: OidcProvider) -> None:
    with read_session(gateway.engine()) as session:
        clerk = account_list(session, ADMINISTRATOR)[0]
    with account_session(gateway.engine()) as session:
        token = open_session(session, clerk.id, _now())
    client = browser()
    keep(client, **{PLAIN: token})
    found = session_of(client)
    assert found is not None
    answer = client.post(SIGN_OUT, data={"csrf": found.csrf})
    assert (answer.status_code, answer.headers["location"]) == (303, SIGN_IN)
