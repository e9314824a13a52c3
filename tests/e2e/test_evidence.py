"""Evidence in a real browser and at its address: put in, attached, saved again; everybody else is refused at the door."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect
from sqlalchemy import select

from assessment.evidence import NewEvidence, Upload, add_evidence, received
from assessment.permissions import Identity
from assessment.roles import Role
from assessment.sign_in import sign_out
from data.database import draft_session, make_engine, read_session
from data.evidence_files import evidence_files
from data.lineage import UnitKey
from data.models import EvidenceReading
from data.settings import Settings
from tests.e2e.conftest import (
    Look,
    OpenPage,
    Size,
    Theme,
    by_key,
    check_screen,
    looks,
    send_cookie,
    settle,
    wait_for_run,
)
from tests.signed_in import session_token

NewContext = Callable[[Size, Theme], BrowserContext]
LIBRARY = "/tai-lieu-kiem-chung"
UNIT = UnitKey("747", dt.date(2020, 1, 1))
CLERK = Identity("nhap.747", Role.DATA_ENTRY, unit=UNIT, demonstration=True)
CONTENT = b"%PDF-1.7\nBang ke tin, bai\n%%EOF"


def paper(name: str, content: bytes) -> FilePayload:
    """A file as the browser sends it."""
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


def attach_new(page: Page, code: str, number: str, file: FilePayload) -> None:
    """Puts a document in and attaches it to a criterion of the form."""
    box = page.locator(f"[class*=st-key-evidence_][class*=_{code.replace('.', '_')}_box]")
    box.get_by_role("button").first.click()
    form = page.get_by_test_id("stPopoverBody").get_by_test_id("stForm").last
    form.get_by_label("Số, ký hiệu").fill(number)
    form.get_by_label("Ngày ban hành").fill("02/12/2024")
    form.get_by_label("Trích yếu").fill("Bảng kê tin, bài năm 2024")
    form.locator("input[type=file]").set_input_files(file)
    expect(form.get_by_text(file["name"])).to_be_visible()
    form.get_by_text("Tôi đã kiểm tra: tài liệu không phải tài liệu mật").click()
    form.get_by_role("button", name="Lưu và đính kèm").click()
    expect(page.get_by_text(f"Đã lưu tài liệu {number}.")).to_be_visible()
    page.keyboard.press("Escape")
    settle(page)


@pytest.fixture
def settings(server_folder: Path) -> Settings:
    """Where the server under test keeps its data."""
    return Settings(database_url="", dti_folder=server_folder)


@pytest.fixture
def document(settings: Settings, server: str) -> int:
    """A document in the library of Vũng Tàu."""
    engine, files, now = make_engine(settings.url), evidence_files(settings), dt.datetime.now(dt.UTC)
    content = b"%PDF-1.7\n" + now.isoformat().encode()
    new = NewEvidence("8/QĐ-UBND", dt.date(2024, 5, 6), "UBND thành phố", "Quyết định mẫu", notice_read=True)
    with received(files, Upload("Quyết định 8.pdf", content)) as file, draft_session(engine) as session:
        evidence = add_evidence(session, files, CLERK, UNIT, new, file, now)
    engine.dispose()
    return evidence


def _readings(settings: Settings, evidence: int) -> int:
    engine = make_engine(settings.url)
    with read_session(engine) as session:
        count = len(session.scalars(select(EvidenceReading).where(EvidenceReading.evidence_id == evidence)).all())
    engine.dispose()
    return count


@pytest.mark.parametrize(
    ("user", "pairs"),
    [("nhap.747", [("wide", "light"), ("narrow", "dark")]), ("thuongtruc", [("wide", "dark")])],
)
def test_the_library_holds_in_its_looks(open_page: OpenPage, document: int, user: str, pairs: list[Look]) -> None:
    page = open_page(LIBRARY, user=user)
    expect(page.get_by_text("Quyết định mẫu").first).to_be_attached()
    for size, theme in looks(page, *pairs):
        check_screen(page, f"evidence-{user}-{size}-{theme}")


# What lies over the page is placed when it opens: loaded anew in each size.
@pytest.mark.parametrize(("size", "theme"), [("wide", "light"), ("narrow", "dark")])
def test_the_box_of_a_criterion_holds(open_page: OpenPage, document: int, size: Size, theme: Theme) -> None:
    page = open_page("/nhap-so-lieu?chi-so=NT&loc-so-lieu=tat-ca", size=size, theme=theme, user="nhap.747")
    page.get_by_role("button", name="Tài liệu kiểm chứng").first.click()
    expect(page.get_by_text("Thêm tài liệu mới")).to_be_visible()
    check_screen(page, f"evidence-box-{size}-{theme}")


def test_what_a_document_lacks_is_said_in_sight(open_page: OpenPage) -> None:
    page = open_page("/nhap-so-lieu?chi-so=NT&loc-so-lieu=tat-ca", user="nhap.747")
    page.get_by_role("button", name="Tài liệu kiểm chứng").first.click()
    form = page.get_by_test_id("stPopoverBody").get_by_test_id("stForm").last
    form.locator("input[type=file]").set_input_files(paper("bang-ke.pdf", b"%PDF-1.7" + bytes(1528)))
    expect(form.get_by_text("1,5 KB", exact=True)).to_be_visible()
    form.get_by_role("button", name="Lưu và đính kèm").click()
    expect(page.get_by_text("Chưa có ngày ban hành; hãy ghi ngày trên tài liệu.")).to_be_in_viewport(ratio=1)


def test_a_document_is_put_in_attached_found_and_saved_again(open_page: OpenPage, settings: Settings) -> None:
    clerk = open_page("/nhap-so-lieu?chi-so=NT&loc-so-lieu=tat-ca", user="nhap.747")
    attach_new(clerk, "NT.1", "21/BK-UBND", paper("Bảng kê tin bài.pdf", CONTENT))
    way = clerk.get_by_role("link", name="21/BK-UBND").first
    with clerk.expect_download() as saved:
        way.click()
    assert saved.value.suggested_filename == "Bảng kê tin bài.pdf"
    assert Path(saved.value.path()).read_bytes() == CONTENT
    address = str(way.get_attribute("href"))
    assert _readings(settings, int(address.rpartition("/")[2])) == 1

    clerk.goto(clerk.url.partition("/nhap-so-lieu")[0] + f"{LIBRARY}?tim-tai-lieu=bang+ke")
    wait_for_run(clerk)
    row = clerk.locator("table.dti-table tbody tr", has_text="21/BK-UBND")
    expect(row).to_contain_text("NT.1")
    stranger = open_page(LIBRARY, user="nhap.748")
    expect(stranger.get_by_text("21/BK-UBND")).to_have_count(0)
    office = open_page(f"{LIBRARY}?tim-tai-lieu=21%2FBK", user="thuongtruc")
    expect(office.locator("table.dti-table tbody tr", has_text="21/BK-UBND")).to_contain_text("Thành phố Vũng Tàu")


def _token(settings: Settings, who: str) -> str | None:
    if who == "nobody":
        return None
    if who == "forged":
        return "A" * 43
    token = session_token(settings, None if who == "visitor" else who.removeprefix("revoked "))
    if who.startswith("revoked"):
        engine = make_engine(settings.url)
        sign_out(engine, token, dt.datetime.now(dt.UTC))
        engine.dispose()
    return token


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("nhap.747", 200),
        ("lanhdao.747", 200),
        ("thuongtruc", 200),
        ("nhap.748", 404),
        ("lanhdao.748", 404),
        ("lanhdaotinh", 404),
        ("thamdinh", 404),
        ("solieu.cat", 404),
        ("quantri", 404),
        ("visitor", 404),
        ("nobody", 401),
        ("forged", 401),
        ("revoked nhap.747", 401),
    ],
)
def test_the_address_of_a_document_is_asked_every_time(
    new_context: NewContext, server: str, settings: Settings, document: int, who: str, status: int
) -> None:
    context, token = new_context("wide", "light"), _token(settings, who)
    if token:
        send_cookie(context, server, token)
    answer = context.request.get(f"{server}/tai-lieu/{document}", max_redirects=0)
    assert answer.status == status
    assert (b"%PDF" in answer.body()) is (status == 200)
    # Whoever may not read it learns no more than of a document that does not exist.
    other = context.request.get(f"{server}/tai-lieu/999999", max_redirects=0)
    assert status == 200 or (other.status, other.body()) == (status, answer.body())
    assert _readings(settings, document) == (1 if status == 200 else 0)
    if status == 200:
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"] == (
            "attachment; filename*=utf-8''Quy%E1%BA%BFt%20%C4%91%E1%BB%8Bnh%208.pdf"
        )
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "private, no-store"
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize("path", ["/tai-lieu/999999", "/tai-lieu/../server.log", "/tai-lieu/x", "/evidence/ab"])
def test_no_other_address_leads_to_a_file(new_context: NewContext, server: str, settings: Settings, path: str) -> None:
    context = new_context("wide", "light")
    send_cookie(context, server, session_token(settings, "thuongtruc"))
    answer = context.request.get(server + path, max_redirects=0)
    assert answer.status == 404


def test_the_office_takes_a_secret_out(open_page: OpenPage, document: int, settings: Settings) -> None:
    page = open_page(f"{LIBRARY}?tai-lieu={document}", user="thuongtruc")
    form = page.get_by_test_id("stForm").last
    form.get_by_label("Lý do gỡ tài liệu mật").fill("Có dấu chỉ độ mật")
    form.get_by_role("button", name="Gỡ tài liệu mật").click()
    expect(page.get_by_text("Đã gỡ 1 tài liệu có nội dung mật và ghi sổ.")).to_be_visible()
    page.goto(page.url.partition("?")[0] + f"?trang-thai-tai-lieu=da-go&tai-lieu={document}")
    wait_for_run(page)
    expect(page.get_by_text("Gỡ vì có nội dung mật").first).to_be_visible()
    expect(by_key(page, "evidence_mark")).to_have_count(0)


@pytest.mark.parametrize(("who", "status"), [("visitor", 403), ("nobody", 401)])
def test_files_are_taken_from_nobody_who_has_no_screen_for_them(
    new_context: NewContext, server: str, settings: Settings, who: str, status: int
) -> None:
    context, token = new_context("wide", "light"), _token(settings, who)
    if token:
        send_cookie(context, server, token)
    answer = context.request.put(f"{server}/_stcore/upload_file/mot-phien/mot-tep", data=b"x" * 1000)
    assert answer.status == status
    assert answer.text().startswith(("Chỉ người đã đăng nhập", "Phiên đăng nhập không còn hiệu lực"))


def test_an_account_has_ten_of_the_largest_files_there_at_once(open_page: OpenPage) -> None:
    page = open_page("/nhap-so-lieu?chi-so=NT&loc-so-lieu=tat-ca", user="nhap.747")
    page.get_by_role("button", name="Tài liệu kiểm chứng").first.click()
    form = page.get_by_test_id("stPopoverBody").get_by_test_id("stForm").last
    with page.expect_request(lambda own: own.method == "PUT" and "/_stcore/upload_file/" in own.url) as asked:
        form.locator("input[type=file]").set_input_files(paper("bang-ke.pdf", b"%PDF-1.7" + bytes(1528)))
    first = asked.value
    expect(form.get_by_text("bang-ke.pdf")).to_be_visible()
    headers = {name: own for name, own in first.headers.items() if name.startswith("x-xsrf")}
    cookies = {own.get("name", ""): own.get("value", "") for own in page.context.cookies()}
    # As the browser does, without its taking 19 MB apart and together again.
    with httpx2.Client(headers=headers, cookies=cookies) as client:
        address = first.url.rpartition("/")[0]

        def put(number: int) -> httpx2.Response:
            file = ("lon.pdf", bytes(19 * 2**20), "application/pdf")
            return client.put(f"{address}/tep-{number}", files={"file": file}, timeout=60)

        assert [put(number).status_code for number in range(10)] == [204] * 10
        refused = put(10)
        assert (refused.status_code, refused.text) == (
            413,
            "Các tệp đang gửi của tài khoản đã quá 200 MB; hãy lưu hoặc bỏ bớt tệp rồi gửi lại.",
        )
        assert client.delete(f"{address}/tep-0").status_code == 204
        assert put(10).status_code == 204
