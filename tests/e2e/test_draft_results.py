"""A unit's draft results in a real browser: explained, too long a paste kept whole, sent by the head and by nobody else."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.data.databases import Databases
from tests.e2e.conftest import ROOT, OpenPage, by_key, check_screen, english_left, first_start, serve
from tests.told_unit import EXPLAINED, tell_a_unit

SCREEN = "/ket-qua-tham-dinh"
CLERK, HEAD = "nhap.747", "lanhdao.747"


@pytest.fixture(scope="module")
def told(sqlite: Databases) -> Iterator[tuple[str, int]]:
    """Address of an application whose demonstration unit Vũng Tàu was told its results, and the period."""
    settings = sqlite.copy_of(first_start)
    place = tell_a_unit(settings)
    with serve(ROOT / "app.py", settings.dti_folder) as address:
        yield address, place.period_id


def field(page: Page, period: int, code: str) -> Locator:
    return by_key(page, f"explain_{period}_747_{code.replace('.', '_')}").locator("textarea")


def test_from_the_clerk_s_words_to_the_head_s_answer(open_page: OpenPage, told: tuple[str, int]) -> None:
    address, period = told
    clerk = open_page(SCREEN, size="narrow", theme="dark", at=address, user=CLERK)
    check_screen(clerk, "draft-results-narrow-dark")
    # A paste that is too long: every letter of it stays, on the screen and in the next run.
    pasted = "Cổng Dịch vụ công đếm cả hồ sơ nộp tại bưu điện. " * 45
    area = field(clerk, period, "CQ.4")
    area.fill(pasted)
    assert english_left(clerk) == []
    area.blur()
    expect(clerk.get_by_text("CQ.4: giải trình dài 2.204 ký tự, nhiều nhất là 2.000")).to_be_visible()
    assert area.input_value() == pasted
    area.fill(pasted[:980])
    area.blur()
    expect(clerk.get_by_text("979 / 2.000 ký tự")).to_be_visible()
    expect(clerk.get_by_text("chỉ lãnh đạo đơn vị gửi giải trình hoặc đồng ý")).to_be_visible()
    expect(clerk.get_by_role("button", name="Gửi giải trình")).to_have_count(0)

    head = open_page(SCREEN, at=address, user=HEAD)
    expect(head.get_by_text("2 giải trình sẽ gửi")).to_be_visible()
    expect(head.locator("table.dti-table", has_text="2 giải trình sẽ gửi")).to_contain_text(EXPLAINED)
    send = head.get_by_role("button", name="Gửi giải trình")
    send.click()
    expect(head.get_by_text("Chưa đánh dấu ô xác nhận")).to_be_in_viewport()
    head.get_by_text("Tôi đã đọc các giải trình trên").click()
    send.click()
    expect(head.get_by_text("Đã gửi giải trình 2 chỉ số đến cơ quan thường trực.")).to_be_visible()
    expect(head.locator("textarea")).to_have_count(0)
    check_screen(head, "draft-results-sent")
    with head.expect_download() as excel:
        head.get_by_role("button", name="Tải Excel").click()
    assert excel.value.suggested_filename == "TRINH-DIEN_ket-qua-tham-dinh_747_2024-12.xlsx"
