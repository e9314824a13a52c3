"""Streamlit's document on its way to the browser, with Streamlit's own file server behind the middleware."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.middleware import Middleware
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_assets_routes

from tests.coroutines import done
from ui.middleware import MIDDLEWARE
from ui.navigation import DEFAULT_SCREEN, addresses
from ui.vietnamese import dictionary, inline_script_hashes, translation_script, vietnamese_document

STATIC = Path(streamlit.__file__).parent / "static"
VIETNAMESE_LETTER = re.compile(r"[À-ỹĐđ]")
# Translations that are the same letters in both languages or contain none of ours.
PLAIN = {
    "Print",
    "Next page",
    r"^Page (\d+)$",
    r"^(\d+)\.0([KMG]?B)$",
    r"^(\d+)\.(\d+)([KMG]?B)$",
    "streamlit run yourscript.py",
    "Euro",
}


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


def ask(path: str, method: str = "GET", **headers: str) -> Answer:
    """The answer of the middleware in front of Streamlit's files."""
    app = Starlette(
        routes=create_streamlit_static_assets_routes(base_url=""),
        middleware=[Middleware(m.cls, *m.args, **m.kwargs) for m in MIDDLEWARE],
    )
    raw = [(k.replace("_", "-").encode(), v.encode()) for k, v in {"accept": "text/html", **headers}.items()]
    bare, _mark, query = path.partition("?")
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": bare,
        "raw_path": bare.encode(),
        "root_path": "",
        "scheme": "http",
        "query_string": query.encode(),
        "headers": raw,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8501),
    }
    messages: list[Any] = []

    async def receive() -> dict[str, Any]:
        # A browser that stays connected: a file answer listens for its going away.
        await asyncio.Event().wait()
        return {}

    async def send(message: Any) -> None:
        messages.append(message)

    done(app(scope, receive, send))
    sent = {k.decode(): v.decode() for k, v in messages[0]["headers"]}
    return Answer(messages[0]["status"], sent, b"".join(m.get("body", b"") for m in messages[1:]))


@pytest.fixture(scope="module")
def bundle() -> str:
    """The text of Streamlit's installed frontend."""
    return "\n".join(p.read_text(encoding="utf-8", errors="replace") for p in STATIC.rglob("*.js"))


def _words() -> tuple[dict[str, str], list[dict[str, str]]]:
    words: Any = dictionary()
    return words["texts"], words["patterns"]


def test_every_text_of_the_dictionary_is_in_the_installed_frontend(bundle: str) -> None:
    texts, _patterns = _words()
    assert len(texts) > 150
    assert [t for t in texts if not any(quote + t in bundle for quote in "`\"'")] == []


def test_every_translation_is_vietnamese() -> None:
    texts, patterns = _words()
    said = {**texts, **{p["pattern"]: p["text"] for p in patterns}}
    assert [k for k, v in said.items() if not VIETNAMESE_LETTER.search(v) and k not in PLAIN] == []


def test_every_pattern_matches_its_example_and_uses_every_group() -> None:
    _texts, patterns = _words()
    for rule in patterns:
        found = re.match(rule["pattern"], rule["example"])
        assert found, rule
        assert len(re.findall(r"\$\d", rule["text"])) == len(found.groups()) or "(Ctrl" in rule["pattern"], rule


def test_no_translation_is_translated_again() -> None:
    texts, patterns = _words()
    said = [*texts.values(), *(p["text"] for p in patterns)]
    assert [s for s in said if s in texts and texts[s] != s] == []
    assert [s for s in said if any(re.search(p["pattern"], s) for p in patterns)] == []


def test_script_cannot_end_its_element_early() -> None:
    assert "</" not in translation_script()
    assert "@@" not in translation_script()


@pytest.mark.parametrize("path", sorted("/" + a for a in addresses()))
def test_document_is_vietnamese(path: str) -> None:
    answer = ask(path, accept_encoding="gzip")
    text = answer.body.decode()
    assert answer.status == 200
    assert '<html lang="vi">' in text
    assert "<title>DTI Bà Rịa - Vũng Tàu</title>" in text
    assert 'lang="en"' not in text
    assert "AI" not in re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL).split("<!DOCTYPE", 1)[1]
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert "content-encoding" not in answer.headers


def test_document_keeps_streamlits_own_scripts() -> None:
    original = (STATIC / "index.html").read_bytes()
    sources = re.findall(rb'src="[^"]+"', original)
    assert sources
    assert [s for s in sources if s not in vietnamese_document(original)] == []


def test_conditional_request_is_answered_by_our_own_tag() -> None:
    first = ask("/")
    again = ask("/", if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    original_tag = "0" * 32
    assert ask("/", if_none_match=f'"{original_tag}"').status == 200


def test_modified_since_and_range_do_not_reach_the_original() -> None:
    assert ask("/", if_modified_since="Fri, 01 Jan 2100 00:00:00 GMT").status == 200
    assert ask("/", range="bytes=0-10").status == 200


def test_head_has_the_headers_of_the_rewritten_document() -> None:
    whole, head = ask("/"), ask("/", method="HEAD")
    assert head.body == b""
    assert head.headers["content-length"] == whole.headers["content-length"]


@pytest.mark.parametrize("path", ["/khong-co", "/xep-hang/khong-co", "/pages/ranking.py", "/Phieu-Diem"])
def test_unknown_address_is_answered_in_vietnamese(path: str) -> None:
    answer = ask(path)
    assert answer.status == 404
    assert "Không tìm thấy trang" in answer.body.decode()
    assert 'lang="vi"' in answer.body.decode()


def test_own_address_of_the_start_page_leads_to_the_root_with_its_query() -> None:
    answer = ask(f"/{DEFAULT_SCREEN.url_path}?ky=2024")
    assert (answer.status, answer.headers["location"]) == (307, "/?ky=2024")


def test_files_of_the_frontend_pass_untouched() -> None:
    file = next((STATIC / "static" / "css").glob("*.css"))
    answer = ask(f"/static/css/{file.name}")
    assert answer.body == file.read_bytes()
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_policy_allows_exactly_the_inline_scripts_of_the_document() -> None:
    answer = ask("/")
    policy = dict(rule.split(" ", 1) for rule in answer.headers["content-security-policy"].split("; "))
    hashes = inline_script_hashes(answer.body)
    assert len(hashes) == 3
    assert policy["script-src"].split() == ["'self'", *hashes]
    assert policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'self'"


def test_no_rule_of_the_policy_names_another_host() -> None:
    assert not re.search(r"https?:|\*|//", ask("/").headers["content-security-policy"])


def test_dictionary_has_no_doubled_key() -> None:
    def refuse(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len({k for k, _v in pairs}) == len(pairs)
        return dict(pairs)

    path = Path(__file__).resolve().parents[2] / "ui" / "assets" / "streamlit-vi.json"
    assert json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=refuse)
