"""The whole way of an appraisal, each on a signed-in session of his own, on SQLite and on PostgreSQL.

An agency has sent its file; the appraiser cuts one criterion; the agency explains; second appraisal, council, decision;
the office publishes; the public sees it.
"""

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, make_url

from assessment.accounts import NewAccount, create_accounts
from assessment.permissions import Identity
from assessment.roles import Role
from data.database import write_session
from data.models import PeriodState
from data.seeding import packaged_sets
from data.settings import Settings
from language import format_date, local_day
from tests.assessment.appraisal_office import VUNG_TAU
from tests.assessment.appraising import office_period, official_office, report
from tests.data.conftest import postgres_server
from tests.e2e.conftest import ROOT, OpenPage, by_key, check_screen, looks, no_exception, serve, settle

__all__ = ["postgres_server"]

OFFICE, TC, CQ, CLERK, HEAD = "thuong.truc.that", "td.tc", "td.cq", "nhap.vt", "lanh.dao.vt"
PASSWORD = "công bố bằng quyết định"
PEOPLE = (
    NewAccount(OFFICE, Role.DX_OFFICE, "Người thường trực"),
    NewAccount(CQ, Role.APPRAISER, "Người thẩm định CQ", groups=("CQ",)),
    NewAccount(TC, Role.APPRAISER, "Người thẩm định TC", groups=("TC",)),
    NewAccount(CLERK, Role.DATA_ENTRY, "Người nhập", unit=VUNG_TAU),
    NewAccount(HEAD, Role.UNIT_LEADER, "Lãnh đạo", unit=VUNG_TAU),
)


@dataclass(frozen=True)
class Office:
    """Address of the application, and the office's period. looked_at: whether its screens are, in every size and theme."""

    address: str
    period: int
    looked_at: bool


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """An office on official, released sets to which Vũng Tàu has sent its report: 30 of 100 dossiers online."""
    if request.param == "sqlite":
        yield from _office(tmp_path, "")
        return
    server = request.getfixturevalue("postgres_server")
    name = f"appraisal_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    yield from _office(tmp_path, make_url(server).set(database=name).render_as_string(hide_password=False))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def _office(folder: Path, url: str) -> Iterator[Office]:
    engine = official_office(Settings(database_url=url, dti_folder=folder), packaged_sets())
    create_accounts(engine, Identity("quan-tri", Role.ADMINISTRATOR), PEOPLE, _now(), password=PASSWORD)
    period = _sent(engine)
    engine.dispose()
    with serve(ROOT / "app.py", folder, url) as address:
        yield Office(address, period, not url)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _sent(engine: Engine) -> int:
    with write_session(engine) as session:
        report(session, "747", PeriodState.SENT)
        return office_period(session).id


def reload(page: Page) -> None:
    page.reload()
    settle(page)


def case(page: Page, code: str, tier: str = "first") -> str:
    """Key of the form of a criterion of Vũng Tàu in the period that the address names."""
    [period] = parse_qs(urlsplit(page.url).query)["ky"]
    return f"appraisal_{period}_747_{code}_{tier}"


def decide(page: Page, kind: str, reason: str, *, tier: str = "first", every: bool = False, **values: str) -> None:
    """Fills in the form of the case that is looked at, and saves it."""
    key = case(page, "CQ_1", tier)
    by_key(page, f"{key}_kind").get_by_text(kind, exact=True).click()
    settle(page)
    for name, text in values.items():
        by_key(page, f"{key}_value_{name}").locator("input").fill(text)
    by_key(page, f"{key}_reason").locator("textarea").fill(reason)
    page.get_by_role("button", name="Ghi kết luận").first.click()
    settle(page)
    expect(page.get_by_text("Đã ghi kết luận «")).to_be_visible()


def paper(page: Page, what: str, period: int, button: str, **typed: str) -> None:
    """Fills in the form of a step of the council and sends it."""
    for name, text in typed.items():
        by_key(page, f"council_{what}_{period}_{name}").locator("input").fill(text)
    page.get_by_role("button", name=button, exact=True).click()
    settle(page)


def test_from_a_sent_file_to_what_the_public_sees(open_page: OpenPage, office: Office) -> None:
    at, period = office.address, office.period
    where = f"ky={period}&cap=district"

    def opened(path: str, user: str | None) -> Page:
        return open_page(path, at=at, user=user)

    # The office takes the report into appraisal.
    director = opened(f"/to-chuc-tham-dinh?{where}", OFFICE)
    director.get_by_role("button", name="Đưa vào thẩm định").click()
    settle(director)
    expect(director.get_by_text("Đã đưa 1 báo cáo vào thẩm định, giao 5 chỉ số.")).to_be_visible()

    # The unit is told nothing yet.
    clerk = opened("/ket-qua-tham-dinh", CLERK)
    expect(clerk.get_by_text("15,00")).to_have_count(0)

    # One appraiser cuts 30 to 20: 20 / 100 at 80 % for full marks is 10 of 40 points. He agrees to his other criterion.
    cq = opened(f"/tham-dinh?{where}&chi-so=CQ.1&don-vi=747", CQ)
    expect(cq.get_by_text("15,00 / 40,00")).to_be_visible()
    cq.get_by_role("button", name="Ghi kết luận").first.click()
    settle(cq)
    expect(cq.get_by_text("Cần lý do từ 1 đến 2.000 ký tự")).to_be_in_viewport()
    decide(cq, "Điều chỉnh số liệu", "Cổng dịch vụ công ghi 20 hồ sơ", a="20", b="100")
    for size, theme in looks(cq) if office.looked_at else ():
        check_screen(cq, f"appraisal-{size}-{theme}")
    _agree(cq, "CQ_2")
    expect(cq.get_by_text("Không còn chỉ số nào ở trạng thái này")).to_be_visible()
    # The other one agrees to all three of his at once.
    tc = opened(f"/tham-dinh?{where}&xem=don-vi&don-vi=747&chi-so=TC.1", TC)
    tc.get_by_text("Ghi cùng kết luận và lý do cho cả 2 mục còn lại").click()
    settle(tc)
    _agree(tc, "TC_1")
    expect(tc.get_by_text("cho 3 chỉ số của Thành phố Vũng Tàu: TC.1, TC.2, TC.3.")).to_be_visible()

    reload(director)
    for size, theme in looks(director) if office.looked_at else ():
        check_screen(director, f"appraisal-direction-{size}-{theme}")
    director.get_by_role("button", name="Gửi kết quả dự kiến").click()
    settle(director)
    expect(director.get_by_text("Đã gửi kết quả dự kiến cho 1 đơn vị")).to_be_visible()

    # The clerk explains, the head sends.
    reload(clerk)
    expect(clerk.get_by_text("Cổng dịch vụ công ghi 20 hồ sơ").first).to_be_visible()
    field = by_key(clerk, f"explain_{period}_747_CQ_1").locator("textarea")
    field.fill("Còn 10 hồ sơ nộp tại bưu điện, có biên nhận")
    field.blur()
    settle(clerk)
    head = opened("/ket-qua-tham-dinh", HEAD)
    head.get_by_text("Tôi đã đọc các giải trình trên").click()
    head.get_by_role("button", name="Gửi giải trình").click()
    settle(head)
    expect(head.get_by_text("Đã gửi giải trình 1 chỉ số đến cơ quan thường trực.")).to_be_visible()

    # Second appraisal: the appraiser sees what was said and agrees to the unit's figure.
    reload(director)
    director.get_by_role("button", name="Đưa vào thẩm định lại").click()
    settle(director)
    expect(director.get_by_text("Đã đưa 1 chỉ số có giải trình vào thẩm định lại.")).to_be_visible()
    cq.goto(f"{at}/tham-dinh?{where}&chi-so=CQ.1&don-vi=747")
    settle(cq)
    expect(cq.get_by_text("Còn 10 hồ sơ nộp tại bưu điện, có biên nhận")).to_be_visible()
    decide(cq, "Đồng ý với số liệu đơn vị báo cáo", "Biên nhận đủ 10 hồ sơ", tier="second")
    reload(head)
    expect(head.get_by_text("Biên nhận đủ 10 hồ sơ").first).to_be_visible()

    # Council, submission, decision.
    council = opened(f"/hoi-dong-cong-bo?ky={period}", OFFICE)
    # What is ruled on today the council passes today.
    day = format_date(local_day(dt.datetime.now(dt.UTC)))
    paper(council, "minutes", period, "Ghi biên bản", number="12/BB-HĐTĐ", day=day)
    paper(council, "submission", period, "Ghi đã trình", number="45/TTr-STTTT", day=day)
    council.get_by_text("Đã đối chiếu nội dung trên với quyết định đã ký").click()
    decision = {"number": "789/QĐ-UBND", "day": day, "signer": "Phó Chủ tịch Trần Văn Mẫu"}
    paper(council, "decision", period, "Công bố", **decision)
    expect(council.get_by_text("Đã công bố lần 1")).to_be_visible()

    # Everybody: Vũng Tàu has its 15 points of CQ.1 and nothing else was reported.
    visitor = opened("/ket-qua-cong-bo?khoi=huyen", None)
    expect(visitor.get_by_text(f"Quyết định số 789/QĐ-UBND ngày {day}").first).to_be_visible()
    first = visitor.locator("table.dti-table tbody tr").first.inner_text()
    assert "Thành phố Vũng Tàu" in first
    assert "15,00" in first
    for page in (director, cq, tc, clerk, head, council, visitor):
        no_exception(page)


def _agree(page: Page, code: str) -> None:
    """Agrees to what the unit reported."""
    by_key(page, f"{case(page, code)}_reason").locator("textarea").fill("Khớp với tài liệu")
    page.get_by_role("button", name="Ghi kết luận").first.click()
    settle(page)
