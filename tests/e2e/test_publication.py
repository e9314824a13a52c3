"""From the council to the public, in a real browser: the office publishes, a visitor sees that and nothing else."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from assessment.accounts import NewAccount, create_accounts
from assessment.permissions import Identity
from assessment.roles import Role
from data.database import make_engine, read_session
from data.seeding import packaged_sets
from data.settings import Settings
from tests.assessment.appraising import appraised_office, office_period
from tests.e2e.conftest import (
    ROOT,
    OpenPage,
    by_key,
    check_screen,
    choose,
    looks,
    no_exception,
    serve,
    settle,
    wait_for_run,
)
from ui.navigation import SCREENS

REAL = "thuong.truc.that"
"""An account of the office itself: one of the demonstration publishes nothing."""
NOTHING = "Chưa có kết quả đánh giá nào được công bố."


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The database of an office whose three districts are appraised, beside the demonstration."""
    found = Settings(database_url="", dti_folder=tmp_path_factory.mktemp("office"))
    appraised_office(found, packaged_sets()).dispose()
    return found


@pytest.fixture(scope="module")
def office(settings: Settings) -> Iterator[str]:
    """Address of the application on it."""
    with serve(ROOT / "app.py", settings.dti_folder) as address:
        engine = make_engine(settings.url)
        maker = Identity("quan-tri", Role.ADMINISTRATOR)
        real = NewAccount(REAL, Role.DX_OFFICE, "Người thường trực")
        create_accounts(engine, maker, [real], dt.datetime.now(dt.UTC), password="công bố bằng quyết định")
        engine.dispose()
        yield address


@pytest.fixture(scope="module")
def period(settings: Settings) -> int:
    """The office's period."""
    engine = make_engine(settings.url)
    with read_session(engine) as session:
        found = office_period(session).id
    engine.dispose()
    return found


def fill(page: Page, what: str, period: int, button: str, **typed: str) -> None:
    """Fills in the form of a step and sends it."""
    for name, text in typed.items():
        kind = "textarea" if name in ("note", "reason") else "input"
        by_key(page, f"council_{what}_{period}_{name}").locator(kind).fill(text)
    page.get_by_role("button", name=button, exact=True).click()
    settle(page)


def rows(page: Page) -> list[str]:
    return page.locator("table.dti-table tbody tr").all_inner_texts()


def reopen_and_correct(page: Page, office: str, period: int) -> None:
    """The office reopens CQ.1 of Vũng Tàu and finds 43 of 100 dossiers where 30 were counted: 21,50 of 40 points."""
    page.goto(f"{office}/to-chuc-tham-dinh?ky={period}&cap=district")
    wait_for_run(page)
    key = f"appraisal_direction_{period}_district"
    choose(page, f"{key}_reopen_unit", "Thành phố Vũng Tàu")
    by_key(page, f"{key}_reopen_747").locator("input").fill("CQ.1")
    page.get_by_role("option", name="CQ.1", exact=False).first.click()
    page.keyboard.press("Escape")
    by_key(page, f"{key}_reopen_reason").locator("textarea").fill("Đếm thiếu hồ sơ trực tuyến")
    page.get_by_role("button", name="Mở lại thẩm định", exact=True).click()
    settle(page)
    expect(page.get_by_text("Đã mở lại 1 chỉ số của Thành phố Vũng Tàu")).to_be_visible()
    page.goto(f"{office}/tham-dinh?ky={period}&cap=district&chi-so=CQ.1&don-vi=747")
    wait_for_run(page)
    case = f"appraisal_{period}_747_CQ_1_second"
    by_key(page, f"{case}_kind").get_by_text("Điều chỉnh số liệu", exact=True).click()
    settle(page)
    by_key(page, f"{case}_value_a").locator("input").fill("43")
    by_key(page, f"{case}_reason").locator("textarea").fill("Đủ 43 hồ sơ")
    page.get_by_role("button", name="Ghi kết luận").first.click()
    settle(page)
    expect(page.get_by_text("cho chỉ số CQ.1 của Thành phố Vũng Tàu.")).to_be_visible()


def test_from_the_council_to_the_public(open_page: OpenPage, office: str, period: int, tmp_path: Path) -> None:
    visitor = open_page("/ket-qua-cong-bo", at=office, user=None)
    expect(visitor.get_by_text(NOTHING)).to_be_visible()

    page = open_page(f"/hoi-dong-cong-bo?ky={period}", at=office, user=REAL)
    expect(page.get_by_text("Mọi đơn vị đã gửi báo cáo đều thẩm định xong")).to_be_visible()
    fill(page, "minutes", period, "Ghi biên bản", number="12/BB-HĐTĐ", day="31/12/2099")
    expect(page.get_by_text("Ngày của biên bản hội đồng 31/12/2099 ở tương lai")).to_be_visible()
    fill(page, "minutes", period, "Ghi biên bản", number="12/BB-HĐTĐ", day="20/12/2024", note="Hội đồng thống nhất")
    expect(page.get_by_text("Đã ghi biên bản hội đồng")).to_be_visible()
    # The form is put away, and what was recorded does not wait in it.
    page.get_by_text("Hội đồng họp lại: ghi biên bản mới").click()
    expect(by_key(page, f"council_minutes_{period}_number").locator("input")).to_have_value("")
    expect(by_key(page, f"council_minutes_{period}_note").locator("textarea")).to_have_value("")
    page.get_by_text("Hội đồng họp lại: ghi biên bản mới").click()
    fill(page, "submission", period, "Ghi đã trình", number="45/TTr-STTTT", day="20/12/2024")
    expect(page.get_by_text("1. Thành phố Vũng Tàu (66,00)")).to_be_visible()
    page.get_by_text("Toàn bộ danh sách sẽ công bố").click()
    by_key(page, "filter_khoi").get_by_text("Cấp huyện", exact=True).click()
    settle(page)
    expect(page.locator("table.dti-table", has_text="không xếp hạng").last).to_be_visible()
    assert "Thành phố Vũng Tàu" in rows(page)[0]
    for size, theme in looks(page):
        check_screen(page, f"council-preview-{size}-{theme}")
    # Waiting for approval is not being published.
    visitor.goto(f"{office}/xep-hang?khoi=huyen&ky={period}&diem=tham-dinh")
    wait_for_run(visitor)
    expect(visitor.get_by_text(NOTHING)).to_be_visible()

    decision = {"number": "789/QĐ-UBND", "day": "20/12/2024", "signer": "Phó Chủ tịch Trần Văn Mẫu"}
    fill(page, "decision", period, "Công bố", **decision)
    expect(page.get_by_text("Chưa đánh dấu ô xác nhận")).to_be_visible()
    page.get_by_text("Đã đối chiếu nội dung trên với quyết định đã ký").click()
    fill(page, "decision", period, "Công bố", **decision)
    expect(page.get_by_text("Đã công bố lần 1")).to_be_visible()
    for size, theme in looks(page):
        check_screen(page, f"council-{size}-{theme}")

    # The office goes on working: nothing of it is public.
    reopen_and_correct(page, office, period)
    visitor.goto(f"{office}/ket-qua-cong-bo?khoi=huyen")
    wait_for_run(visitor)
    expect(visitor.get_by_text("Quyết định số 789/QĐ-UBND ngày 20/12/2024").first).to_be_visible()
    first = rows(visitor)[0]
    assert "Thành phố Vũng Tàu" in first
    assert "66,00" in first
    for size, theme in looks(visitor):
        check_screen(visitor, f"publications-{size}-{theme}")

    with visitor.expect_download() as frozen:
        visitor.get_by_role("button", name="Tải nội dung công bố (JSON)").click()
    content = Path(frozen.value.path()).read_bytes()
    assert frozen.value.suggested_filename == "ket-qua-cong-bo_lan-1_2024.json"
    expect(visitor.get_by_text(hashlib.sha256(content).hexdigest()).first).to_be_visible()
    assert json.loads(content)["levels"]["district"]["totals"]["747"] == 66 * 10**9
    with visitor.expect_download() as excel:
        visitor.get_by_role("button", name="Tải Excel").click()
    excel.value.save_as(tmp_path / "cong-bo.xlsx")
    cells = [line[:5] for line in load_workbook(tmp_path / "cong-bo.xlsx")["Cấp huyện"].iter_rows(values_only=True)]
    assert ("Ủy ban nhân dân cấp huyện", 1, "747", "Thành phố Vũng Tàu", 66) in cells

    visitor.get_by_role("link", name="Thành phố Vũng Tàu").first.click()
    visitor.wait_for_url("**/phieu-diem?**")
    wait_for_run(visitor)
    expect(visitor.get_by_text("66,00").first).to_be_visible()
    no_exception(visitor)
    check_screen(visitor, "publications-card")


def test_a_visitor_sees_nothing_else_whatever_address_he_types(open_page: OpenPage, office: str, period: int) -> None:
    demonstration = period + 1
    page = open_page("/", at=office, user=None)
    links = page.get_by_test_id("stSidebarNav").get_by_role("link")
    assert [text.split("\n")[-1] for text in links.all_inner_texts()] == [
        s.title() for s in SCREENS if "public" in s.roles
    ]
    page.goto(f"{office}/hoi-dong-cong-bo?ky={period}")
    wait_for_run(page)
    expect(page.get_by_text("không dành cho vai trò «Người dân và doanh nghiệp»")).to_be_visible()
    for address in (
        f"/xep-hang?khoi=huyen&ky={period}&diem=tham-dinh",
        f"/xep-hang?khoi=huyen&ky={period}&diem=tu-danh-gia&thang=11",
        f"/phieu-diem?khoi=huyen&ky={period}&don-vi=747&diem=tham-dinh",
        f"/ket-qua-cong-bo?khoi=huyen&ky={period}&lan=2",
        f"/xep-hang?khoi=huyen&ky={demonstration}",
        f"/so-sanh?khoi=huyen&ky={period}&cac-don-vi=747.748",
    ):
        page.goto(office + address)
        wait_for_run(page)
        no_exception(page)
        text = page.get_by_test_id("stMain").inner_text()
        # What the office changed since gives 72,50; the units' own figures give 15,00.
        assert "72,5" not in text
        assert "TRÌNH DIỄN" not in text
        assert "66,0" in text


def test_an_amendment_shows_what_it_changes_before_and_after_it_is_published(
    open_page: OpenPage, office: str, period: int, tmp_path: Path
) -> None:
    page = open_page(f"/hoi-dong-cong-bo?ky={period}", at=office, user=REAL)
    changed = ("Thành phố Vũng Tàu", "66,00 → 72,50", "Ủy ban nhân dân cấp huyện: 1", "CQ.1: 15,00 → 21,50")
    expect(page.get_by_text("Nội dung thay đổi so với lần đang có hiệu lực")).to_be_visible()
    [foreseen] = [row for row in rows(page) if "→" in row]
    assert all(part in foreseen for part in changed)
    decision = {
        "number": "12/QĐ-UBND",
        "day": "30/12/2024",
        "signer": "Chủ tịch Lê Văn Thử",
        "reason": "Đếm thiếu hồ sơ",
    }
    page.get_by_text("Đã đối chiếu nội dung trên với quyết định đã ký").click()
    for size, theme in looks(page):
        check_screen(page, f"council-amending-{size}-{theme}")
    fill(page, "decision", period, "Công bố sửa đổi", **decision)
    expect(page.get_by_text("Đã công bố lần 2 (sửa đổi)")).to_be_visible()

    visitor = open_page("/ket-qua-cong-bo?khoi=huyen", at=office, user=None)
    expect(visitor.get_by_text("đang có hiệu lực").first).to_be_visible()
    [change] = [row for row in rows(visitor) if "→" in row]
    assert all(part in change for part in changed)
    for size, theme in looks(visitor):
        check_screen(visitor, f"publications-amended-{size}-{theme}")
    visitor.goto(f"{office}/ket-qua-cong-bo?khoi=huyen&ky={period}&lan=1")
    wait_for_run(visitor)
    told = "đã được thay bằng lần 2 (sửa đổi) theo Quyết định số 12/QĐ-UBND ngày 30/12/2024"
    expect(visitor.get_by_text(f"Lần công bố này {told}.")).to_be_visible()
    assert not [row for row in rows(visitor) if "→" in row]
    with visitor.expect_download() as replaced:
        visitor.get_by_role("button", name="Tải CSV").click()
    replaced.value.save_as(tmp_path / "lan-1.csv")
    assert told in (tmp_path / "lan-1.csv").read_text(encoding="utf-8-sig")
