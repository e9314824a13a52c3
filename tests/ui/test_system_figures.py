"""Figures of source systems on the screens: brought in by the office, locked and disputed on the form, answered."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import delete, update
from streamlit.testing.v1 import AppTest

from assessment.evidence import NewEvidence, add_evidence
from assessment.permissions import Identity
from assessment.roles import Role
from assessment.sending import SignedReport, approve_and_send, hand_to_head
from assessment.submissions import ReportPlace, submission
from data.database import read_session, write_session
from data.lineage import UnitKey
from data.models import Dispute, Evidence, EvidenceUse, Input, Submission
from tests.ui.pages import html, opener, sound
from ui import gateway
from ui.gateway_evidence import store

UNIT = UnitKey("747", dt.date(2020, 1, 1))
OFFICE = Identity("thuong-truc", Role.DX_OFFICE)
CLERK = Identity("nhap.747", Role.DATA_ENTRY, unit=UNIT)
HEAD = Identity("lanhdao.747", Role.UNIT_LEADER, unit=UNIT)
FACT = "fact/communication_items/number"
board, form = opener("follow_up.py", 60), opener("report.py", 60)


def _as_seeded() -> None:
    with write_session(gateway.engine()) as session:
        for table in (Dispute, Submission, EvidenceUse, Evidence):
            session.execute(delete(table))
        own = update(Input).where(Input.unit_code == "747", Input.criterion == "NT.1", Input.month == 12)
        session.execute(own.values(number=40.0, origin="demonstration"))


@pytest.fixture(autouse=True)
def own_figures(own_database: None) -> Iterator[None]:
    """The first figure of Vũng Tàu stands as it was seeded before and after a test, without disputes."""
    gateway.calendar()
    _as_seeded()
    yield
    _as_seeded()


def key(end: str) -> str:
    period = gateway.calendar()[0][0].id
    return f"entry_{period}_747_{FACT}".replace("/", "_").replace(".", "_") + end


def stored() -> tuple[float | None, str]:
    with read_session(gateway.engine()) as session:
        row = session.get_one(Input, (gateway.calendar()[0][0].id, *UNIT, "NT.1", "value", 12))
        return row.number, row.origin


def with_file(text: str) -> AppTest:
    """The board with a file for the first figure of the districts."""
    page = board()
    page.selectbox(key="system_level").select("district").run()
    page.selectbox(key="system_entry_district").select(FACT).run()
    page.file_uploader[0].set_value(("nguon.csv", text.encode(), "text/csv"))
    return page.run()


def test_from_the_file_to_the_form_to_the_dispute_and_its_answer(looking: Callable[[Identity], None]) -> None:
    page = sound(with_file("Mã đơn vị;Giá trị\n747;52\n"))
    assert "Thay đổi khi nạp tệp «nguon.csv»" in html(page)
    assert stored() == (40.0, "demonstration")
    page.button(key="system_figures_store").click().run()
    assert any("cho 1 đơn vị, tháng 12/2024" in s.value for s in sound(page).success)
    assert stored() == (52.0, "source_system")

    looking(CLERK)
    page = form(chi_so="NT", loc_so_lieu="tat-ca")
    field = page.text_input(key=key(""))
    assert (field.value, field.disabled) == ("52", True)
    assert any("Số liệu hệ thống, đơn vị không sửa được." in c.value for c in page.caption)
    page.text_area(key=key("_dispute")).set_value("Đúng là 54, theo báo cáo tháng 12").run()
    page.button(key=key("_dispute_send")).click().run()
    assert any("Đã gửi ý kiến" in s.value for s in sound(page).success)
    assert any("về số «52»: Đúng là 54, theo báo cáo tháng 12 — chờ trả lời" in c.value for c in page.caption)
    assert not [b for b in page.button if b.label == "Gửi ý kiến"]

    looking(OFFICE)
    page = board()
    assert "1 ý kiến, 1 chờ trả lời" in html(page)
    page.radio(key="dispute_accepted").set_value(True)
    page.text_area(key="dispute_text").set_value("Hệ thống chốt sớm")
    next(b for b in page.button if b.label == "Trả lời").click().run()
    assert "1 ý kiến, 0 chờ trả lời" in html(sound(page))

    looking(CLERK)
    said = [c.value for c in form(chi_so="NT", loc_so_lieu="tat-ca").caption]
    assert any("tiếp nhận, sẽ nạp lại số đúng: Hệ thống chốt sớm" in text for text in said)


def _handed_over_and_sent() -> None:
    """The report of Vũng Tàu goes to the office as it stands."""
    period = gateway.calendar()[0][0]
    place, snapshot = ReportPlace(period.id, UNIT), gateway.snapshot(period.id, "district", 12)
    now, day = dt.datetime.now(dt.UTC), dt.date(2024, 12, 11)
    document = NewEvidence("12/BC", day, "UBND", "Báo cáo", link="https://so.gov.vn/12", notice_read=True)
    with write_session(gateway.engine()) as session:
        hand_to_head(session, CLERK, place, snapshot, submission(session, place).version, now)
    with write_session(gateway.engine()) as session:
        report = SignedReport("12/BC", day, add_evidence(session, store(), HEAD, UNIT, document, None, now))
        approve_and_send(session, HEAD, place, snapshot, report, submission(session, place).version, now)


def test_a_figure_that_moves_after_sending_is_told_on_the_form_and_on_the_board(
    looking: Callable[[Identity], None],
) -> None:
    _handed_over_and_sent()
    with_file("Mã đơn vị;Giá trị\n747;52\n").button(key="system_figures_store").click().run()
    row = next(row for row in html(board(tim="vung tau", cap="district")).split("<tr>") if "Vũng Tàu" in row)
    assert '<td class="right" data-label="Đổi sau khi gửi">1</td>' in row
    for identity in (CLERK, HEAD, OFFICE):
        looking(identity)
        page = form(don_vi="747", chi_so="NT")
        assert any("1 số liệu của báo cáo này đã thay đổi sau khi gửi" in w.value for w in page.warning)
        told = html(page)
        told = told[told.index("Số liệu thay đổi sau khi gửi") :]
        assert told.index("Tin, bài") < told.index(">40<") < told.index(">52<")


def test_faults_are_drawn_by_row_and_column_and_nothing_is_stored() -> None:
    page = with_file("Mã đơn vị;Giá trị\n747;1.234\n999;5\n")
    assert [e.value for e in page.error] == ["Tệp có 2 lỗi nên chưa nạp gì. Hãy sửa rồi chọn lại tệp."]
    assert "mang mã «999»" in html(page)
    assert stored() == (40.0, "demonstration")


def test_leaders_see_disputes_and_bring_nothing_in(looking: Callable[[Identity], None]) -> None:
    looking(Identity("lanh-dao", Role.PROVINCE_LEADER))
    page = board()
    assert not page.get("file_uploader")
    assert any("Chưa có ý kiến nào." in c.value for c in page.caption)
