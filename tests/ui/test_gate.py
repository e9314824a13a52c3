"""Where the sign-in pages may lead, and whose cookie counts."""

import pytest
from starlette.requests import HTTPConnection
from starlette.responses import Response

from ui.cookies import PLAIN, SECURE, give_token, sent_token, take_token, token_among
from ui.gate import is_foreign, safe_next, with_next


@pytest.mark.parametrize(
    "target", ["/", "/xep-hang", "/tong-quan?ky=2", "/xep-hang?khoi=xa&ky=2", "/phieu-diem?don-vi=747#a"]
)
def test_a_screen_of_this_server_is_gone_on_to(target: str) -> None:
    assert safe_next(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None, "", "xep-hang", "//ke.gian", "///ke.gian", "/\\ke.gian", "\\\\ke.gian", "https://ke.gian/", "javascript:alert(1)",
        "/\t/ke.gian", "/a\r\nSet-Cookie: x", "/dang-xuat", "/dang-nhap?toi=/a", "/xac-thuc",
        "/tai-lieu/11", "/media/a.xlsx", "/suc-khoe", "/_stcore/metrics", "/app/static/a", "/a%2F%2Fb", "/khong-co",
    ],
)  # fmt: skip
def test_any_other_place_is_replaced_by_the_root(target: str | None) -> None:
    assert safe_next(target) == "/"


def test_the_way_on_is_part_of_the_address() -> None:
    assert with_next("/dang-nhap", "/") == "/dang-nhap"
    assert with_next("/dang-nhap", "/a?b=c&d=e") == "/dang-nhap?toi=%2Fa%3Fb%3Dc%26d%3De"


def _connection(scheme: str, cookie: str = "") -> HTTPConnection:
    headers = [(b"host", b"dti.example"), (b"cookie", cookie.encode())]
    return HTTPConnection(
        {"type": "http", "scheme": scheme, "path": "/", "query_string": b"", "headers": headers, "server": ("x", 1)}
    )


def test_over_http_the_cookie_is_out_of_reach_of_scripts_and_other_sites() -> None:
    response = Response()
    give_token(response, _connection("http"), "abc")
    assert response.headers["set-cookie"] == "dti_phien=abc; HttpOnly; Max-Age=43200; Path=/; SameSite=lax"


def test_over_https_it_is_also_secure_and_of_this_host_alone() -> None:
    response = Response()
    give_token(response, _connection("https"), "abc")
    assert response.headers["set-cookie"] == (
        "__Host-dti_phien=abc; HttpOnly; Max-Age=43200; Path=/; SameSite=lax; Secure"
    )
    gone = Response()
    take_token(gone, _connection("https"))
    assert gone.headers["set-cookie"].startswith('__Host-dti_phien=""; ')
    assert "Secure" in gone.headers["set-cookie"]


def test_over_https_only_the_secure_cookie_counts() -> None:
    assert sent_token(_connection("https", f"{PLAIN}=a")) is None
    assert sent_token(_connection("wss", f"{PLAIN}=a; {SECURE}=b")) == "b"
    assert sent_token(_connection("http", f"{PLAIN}=a")) == "a"
    assert token_among({PLAIN: "a", SECURE: "b"}) == "b"
    assert token_among({}) is None


@pytest.mark.parametrize(
    ("origin", "host", "foreign"),
    [
        ("http://127.0.0.1:8501", "127.0.0.1:8501", False),
        ("https://dti.example", "dti.example", False),
        ("https://DTI.example", "dti.EXAMPLE", False),
        # A proxy that leaves the port out of the host it hands on.
        ("https://dti.example:8443", "dti.example", False),
        (None, "dti.example", False),
        ("http://127.0.0.1:9999", "127.0.0.1:8501", True),
        ("http://localhost:8501", "127.0.0.1:8501", True),
        ("https://ke.gian", "dti.example", True),
        ("https://sub.dti.example", "dti.example", True),
        ("null", "dti.example", True),
        ("file://", "dti.example", True),
    ],
)
def test_a_page_of_another_host_or_port_opens_no_websocket(origin: str | None, host: str, foreign: bool) -> None:
    headers = [(b"host", host.encode()), *([(b"origin", origin.encode())] if origin else [])]
    connection = HTTPConnection(
        {"type": "websocket", "scheme": "ws", "path": "/", "query_string": b"", "headers": headers, "server": ("x", 1)}
    )
    assert is_foreign(connection) is foreign
