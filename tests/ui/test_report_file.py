"""The workbook on the screens: downloaded, sent back, shown as a difference, taken after confirmation."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace

import openpyxl
import pytest
from sqlalchemy import delete
from streamlit.testing.v1 import AppTest

from assessment.drafts import Change, save_drafts
from assessment.entries import entry_list
from assessment.permissions import Identity
from assessment.roles import Role
from assessment.submissions import ReportPlace
from data.database import draft_session, read_session, write_session
from data.lineage import UnitKey
from data.models import Draft
from reports.unit_workbook import unit_workbook, unit_workbooks
from tests.assessment.appraising import OFFICE, appraised_office
from tests.assessment.reporting import cell_of, edited
from tests.data.databases import Databases
from tests.ui.pages import html, opener, sound
from tests.ui.publishing import office_of
from ui import gateway, gateway_reports

UNIT = UnitKey("747", dt.date(2020, 1, 1))
CLERK = Identity("nhap.747", Role.DATA_ENTRY, unit=UNIT)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FACT = "fact/communication_items/number"
opened = opener("report.py", 60)


@pytest.fixture(autouse=True)
def nothing_typed(own_database: None, looking: Callable[[Identity], None]) -> Iterator[None]:
    """The clerk of Vũng Tàu looks; nothing is typed before a test, and none of it is left after."""
    looking(CLERK)
    yield
    with write_session(gateway.engine()) as session:
        session.execute(delete(Draft))


def place() -> ReportPlace:
    return ReportPlace(gateway.calendar()[0][0].id, UNIT)


def workbook_with(code: str, value: str) -> bytes:
    """The workbook that the clerk downloads, with a value typed into it."""
    period = gateway.calendar()[0][0]
    form = gateway_reports.form(CLERK, place(), gateway.snapshot(period.id, "district", 12))
    data = unit_workbook(gateway_reports.book_of(CLERK, form), period)

    def change(book: openpyxl.Workbook) -> None:
        cell_of(book, code).value = value

    return edited(data, change)


def sent(data: bytes, name: str = "747.xlsx") -> AppTest:
    page = opened(chi_so="NT", cach_nhap="tep")
    page.file_uploader[0].set_value((name, data, XLSX))
    return page.run()


def typed() -> dict[str, str | None]:
    with read_session(gateway.engine()) as session:
        return {row.entry: row.value for row in session.query(Draft)}


def type_elsewhere(text: str) -> None:
    snapshot = gateway.snapshot(place().period_id, "district", 12)
    with draft_session(gateway.engine()) as session:
        entries = entry_list(snapshot.book.compiled)
        save_drafts(session, CLERK, place(), entries, [Change(FACT, text, 0)], dt.datetime.now(dt.UTC))


def test_a_workbook_is_shown_as_a_difference_and_taken_after_confirmation() -> None:
    page = sound(sent(workbook_with("NT.1", "61")))
    table = html(page)
    assert "Ô đã sửa trong tệp «747.xlsx»" in table
    assert "sẽ lấy" in table
    assert typed() == {}
    page.button(key="report_file_merge").click().run()
    assert any("Đã lưu nháp 1 ô từ tệp Excel." in s.value for s in sound(page).success)
    assert typed() == {FACT: "61"}
    assert "Ô đã sửa" not in html(page)


def test_what_somebody_typed_meanwhile_is_taken_only_when_chosen() -> None:
    data = workbook_with("NT.1", "61")
    type_elsewhere("55")
    page = sound(sent(data))
    assert "đã có người sửa, chưa lấy" in html(page)
    assert page.button(key="report_file_merge").disabled
    page.multiselect(key="report_file_chosen").select(FACT).run()
    page.button(key="report_file_merge").click().run()
    assert typed() == {FACT: "61"}


def test_a_file_that_is_none_of_ours_is_refused_and_changes_nothing() -> None:
    page = sent(b"PK\x03\x04 nothing")
    assert any("chưa lấy gì" in e.value for e in page.error)
    assert "không phải là tệp Excel" in html(page)
    page = sent(workbook_with("NT.1", "1.234"))
    assert "NT, Giá trị" in html(page)
    assert "có thể hiểu là 1234 hoặc 1,234" in html(page)
    assert typed() == {}


def test_the_office_reads_a_workbook_and_sends_none_back(looking: Callable[[Identity], None]) -> None:
    looking(Identity("thuong-truc", Role.DX_OFFICE))
    page = opened(don_vi="747", cach_nhap="tep")
    assert [b.proto.label for b in page.get("download_button")] == ["Tải tệp Excel của đơn vị"]
    assert not page.get("file_uploader")


def test_the_office_takes_the_workbooks_of_the_units_that_are_shown(looking: Callable[[Identity], None]) -> None:
    office = Identity("thuong-truc", Role.DX_OFFICE)
    looking(office)
    page = opener("follow_up.py", 60)(cap="district")
    assert "Tải mẫu cho các đơn vị đang lọc" in [b.proto.label for b in page.get("download_button")]
    period = gateway.calendar()[0][0]
    units = [u for u in gateway_reports.units(period, office) if u.level == "district"]
    with zipfile.ZipFile(io.BytesIO(unit_workbooks(gateway_reports.books(office, period, units), period))) as package:
        assert len(package.namelist()) == 8
        assert all(name.startswith("TRINH-DIEN_bieu-so-lieu_7") for name in package.namelist())
    looking(Identity("lanh-dao", Role.PROVINCE_LEADER))
    assert not [b for b in opener("follow_up.py", 60)().get("download_button") if "Tải mẫu" in b.proto.label]


def test_a_day_off_is_asked_only_of_whoever_may_note_one(
    sqlite: Databases, looking: Callable[[Identity], None]
) -> None:
    """Days off are of all periods: an account of the demonstration notes none beside a period of the office."""
    demonstration = replace(OFFICE, demonstration=True)

    def asked(who: Identity) -> tuple[bool, bool]:
        looking(who)
        page = opener("follow_up.py", 60)()
        refused = "Ngày nghỉ, ngày làm bù dùng chung cho mọi kỳ đánh giá. Tài khoản trình diễn chỉ xem và thao tác với"
        return (
            any(field.key == "day_off_name" for field in page.text_input),
            refused in " ".join(c.value for c in page.caption),
        )

    assert asked(demonstration) == (True, False)
    with office_of(sqlite, appraised_office):
        assert asked(OFFICE) == (True, False)
        assert asked(demonstration) == (False, True)
