"""A reason that is typed at Thẩm định and not written yet: the browser asks before it throws it away."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect
from sqlalchemy import update

from data.database import read_session, write_session
from data.models import Account
from data.settings import Settings
from tests.assessment.appraisal_office import begun_office
from tests.assessment.appraising import office_period
from tests.e2e.conftest import ROOT, OpenPage, no_exception, serve, settle, wait_for_run

LEAVE_BY = {"reload": "location.reload()", "back": "history.back()", "link": "location.assign('/xep-hang')"}
MOST_BACK = 10
WAITS = "lý do đã gõ cho 1 chỉ số ở màn hình Thẩm định"


@pytest.fixture(scope="module")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Address of the application, and of a case of Vũng Tàu that waits for a ruling."""
    folder = tmp_path_factory.mktemp("unsaved")
    engine = begun_office(Settings(database_url="", dti_folder=folder))
    with write_session(engine) as session:
        session.execute(update(Account).values(must_change=False))
    with read_session(engine) as session:
        period = office_period(session).id
    engine.dispose()
    with serve(ROOT / "app.py", folder) as address:
        yield address, f"/tham-dinh?ky={period}&cap=district&chi-so=CQ.1&don-vi=747"


class Asked:
    """What the browser asks before it leaves a page, answered with staying or leaving."""

    def __init__(self, page: Page) -> None:
        self.times = 0
        self.leave = False
        page.on("dialog", self._answer)

    def _answer(self, dialog: Dialog) -> None:
        assert dialog.type == "beforeunload"
        self.times += 1
        dialog.accept() if self.leave else dialog.dismiss()


def leave(page: Page, how: str) -> None:
    """Leaves the page, or tries to. The script has ended before the page goes, so nobody waits for its answer."""
    page.evaluate(f"() => {{ setTimeout(() => {LEAVE_BY[how]}) }}")
    settle(page)


def reason(page: Page, unit: str = "747") -> Locator:
    """The field of the reason for CQ.1 of a unit."""
    return page.locator(f"[class*='st-key-appraisal_'][class*='_{unit}_CQ_1_first_reason'] textarea")


@pytest.mark.parametrize("how", LEAVE_BY)
def test_who_leaves_with_a_reason_in_the_field_is_asked_and_may_stay(
    open_page: OpenPage, queue: tuple[str, str], how: str
) -> None:
    at, case = queue
    page = open_page("/xep-hang", at=at, user="td.cq", alone=True)
    page.goto(at + case)
    wait_for_run(page)
    asked = Asked(page)
    reason(page).press_sequentially("Đang xem công văn số 5")
    leave(page, how)
    assert asked.times == 1
    expect(reason(page)).to_have_value("Đang xem công văn số 5")
    no_exception(page)


def test_a_reason_that_waits_is_asked_for_on_other_screens_too_until_it_is_written(
    open_page: OpenPage, queue: tuple[str, str]
) -> None:
    at, case = queue
    page = open_page(case, at=at, user="td.cq", alone=True)
    asked = Asked(page)
    reason(page).press_sequentially("Đang xem công văn số 5")
    reason(page).blur()
    expect(page.get_by_text(WAITS)).to_be_visible()
    page.get_by_role("link", name="Xếp hạng", exact=True).click()
    expect(page.get_by_role("heading", name="Xếp hạng")).to_be_visible()
    expect(page.get_by_text(WAITS)).to_be_visible()
    leave(page, "reload")
    assert asked.times == 1
    page.get_by_role("link", name="Thẩm định", exact=True).click()
    expect(reason(page)).to_have_value("Đang xem công văn số 5")
    page.get_by_role("button", name="Ghi kết luận").first.click()
    expect(page.get_by_text("cho chỉ số CQ.1 của Thành phố Vũng Tàu.")).to_be_visible()
    expect(page.get_by_text(WAITS)).to_have_count(0)
    page.reload()
    wait_for_run(page)
    assert asked.times == 1
    no_exception(page)


def test_back_to_another_screen_keeps_what_is_being_typed(open_page: OpenPage, queue: tuple[str, str]) -> None:
    at, case = queue
    page = open_page(case.replace("747", "748"), at=at, user="td.cq", alone=True)
    field = reason(page, "748")
    for name in ("Xếp hạng", "Thẩm định"):
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        settle(page)
    # The field is not left.
    field.press_sequentially("Chờ công văn")
    expect(page.get_by_text(WAITS)).to_be_visible()
    settle(page)
    # How many addresses a screen leaves behind while it is drawn differs.
    for _time in range(MOST_BACK):
        leave(page, "back")
        if "/tham-dinh" not in page.url:
            break
    expect(page.get_by_role("heading", name="Xếp hạng", exact=True)).to_be_visible()
    page.get_by_role("link", name="Thẩm định", exact=True).click()
    expect(field).to_have_value("Chờ công văn")
    no_exception(page)


def test_what_waits_is_known_to_the_browser_while_the_menu_is_closed(
    open_page: OpenPage, queue: tuple[str, str]
) -> None:
    at, case = queue
    page = open_page(case.replace("747", "748"), at=at, user="td.cq", alone=True, size="narrow")
    field = reason(page, "748")
    field.press_sequentially("Chờ công văn")
    field.blur()
    expect(page.locator(".st-key-unsaved_reasons")).to_have_count(1)
    # Nothing stands in the field any more; what was sent to the server still waits.
    field.press("Control+a")
    field.press("Delete")
    asked = Asked(page)
    leave(page, "reload")
    assert asked.times == 1
