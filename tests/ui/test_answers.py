"""What the frameworks answer in English, said in Vietnamese on its way out."""

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from streamlit.elements.lib.file_uploader_utils import enforce_filename_restriction
from streamlit.errors import StreamlitAPIException
from streamlit.testing.v1 import AppTest

from tests.coroutines import done
from tests.ui.test_vietnamese import ask
from ui.answers import VietnameseAnswers, refusal_sentence
from ui.vietnamese import unknown_address_document

OWN = "Không có tài liệu này."


async def _form(request: Request) -> Response:
    await request.form()
    return PlainTextResponse("ok")


async def _own(_request: Request) -> Response:
    return PlainTextResponse(OWN, 404)


async def _program(_request: Request) -> Response:
    return JSONResponse({"error": "no"}, 404)


APP = VietnameseAnswers(
    Starlette(
        routes=[Route("/form", _form, methods=["POST"]), Route("/own", _own), Route("/json", _program)],
    )
)


def sent(path: str, method: str = "GET", content_type: str = "", body: bytes = b"") -> tuple[int, dict[str, str], str]:
    """Status, headers and text of an answer."""
    headers = [(b"content-type", content_type.encode())] if content_type else []
    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "path": path,
        "raw_path": path.encode(), "root_path": "", "scheme": "http", "query_string": b"", "headers": headers,
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8501),
    }  # fmt: skip
    messages: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: Any) -> None:
        messages.append(message)

    done(APP(scope, receive, send))
    told = {k.decode(): v.decode() for k, v in messages[0]["headers"]}
    return messages[0]["status"], told, b"".join(m.get("body", b"") for m in messages[1:]).decode()


@pytest.mark.parametrize(
    ("path", "method", "content_type", "status"),
    [
        ("/form", "POST", "multipart/form-data", 400),
        ("/form", "PUT", "", 405),
        ("/khong-co", "GET", "", 404),
    ],
)
def test_a_refusal_in_english_is_said_in_vietnamese(path: str, method: str, content_type: str, status: int) -> None:
    found, headers, text = sent(path, method, content_type, b"x")
    assert (found, text) == (status, refusal_sentence(status))
    assert headers["content-length"] == str(len(text.encode()))
    assert headers["content-type"] == "text/plain; charset=utf-8"


def test_our_own_words_what_goes_well_and_what_programs_read_pass_untouched() -> None:
    assert sent("/own")[::2] == (404, OWN)
    assert sent("/json")[::2] == (404, '{"error":"no"}')
    assert sent("/form", "POST", "application/x-www-form-urlencoded", b"a=b")[::2] == (200, "ok")


def test_a_head_request_has_the_length_of_the_answer_and_no_text() -> None:
    _status, headers, text = sent("/khong-co", "HEAD")
    assert (int(headers["content-length"]) > 0, text) == (True, "")


@pytest.mark.parametrize("path", ["/static/khong-co", "/static/js/khong-co.js"])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_file_of_the_frontend_that_is_not_there_is_a_page_that_says_so(path: str, encoding: str) -> None:
    answer = ask(path, accept_encoding=encoding)
    assert answer.status == 404
    assert answer.body == unknown_address_document()
    assert "content-encoding" not in answer.headers
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_a_file_with_a_forged_name_is_refused_in_a_sentence() -> None:
    def script() -> None:
        from streamlit.elements.lib.file_uploader_utils import enforce_filename_restriction

        from ui.errors import show_failure

        for name in ("bao-cao.exe", "bao-cao\0.xlsx"):
            try:
                enforce_filename_restriction(name, [".xlsx"])
            except Exception as failure:
                show_failure(failure)

    page = AppTest.from_function(script).run()
    assert [e.message for e in page.exception] == []
    assert len(page.error) == 2
    assert all("không đúng loại mà màn hình này nhận" in e.value for e in page.error)
    with pytest.raises(StreamlitAPIException):
        enforce_filename_restriction("bao-cao.exe", [".xlsx"])
