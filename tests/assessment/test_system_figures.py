"""A file of a source system fills an entry for all units: checked by row and column, compared first, stored whole."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from assessment.drafts import drafts
from assessment.entries import Entry, entry_list
from assessment.evidence import NewEvidence, add_evidence
from assessment.permissions import Identity
from assessment.roles import Role
from assessment.sending import SignedReport, approve_and_send, hand_to_head
from assessment.submissions import ReportPlace, SubmissionRefusedError, submission
from assessment.system_figures import FigureDifference, SystemTable, figure_difference, read_figures, store_figures
from data.database import draft_session, read_session, write_session
from data.evidence_files import EvidenceFiles
from data.models import AuditChange, AuditEntry, Draft, Input, Period, Snapshot
from scoring.csv_files import FileFaults
from tests.assessment.reporting import (
    LATER,
    NOW,
    OFFICE,
    clerk,
    form_of,
    head,
    open_office,
    place_of,
    snapshot_in,
    snapshot_of,
    type_in,
)
from tests.data.databases import Databases

DOSSIERS, ONLINE, PLAN = "fact/dossiers/number", "fact/dossiers_online/number", "input/TC.1/value"


@pytest.fixture
def engine(new_database: Databases) -> Iterator[Engine]:
    engine = new_database.opened(open_office)
    yield engine
    engine.dispose()


@pytest.fixture
def place(engine: Engine) -> ReportPlace:
    """The report of Vũng Tàu."""
    return place_of(engine, "747")


def entry_of(engine: Engine, code: str) -> Entry:
    return entry_list(snapshot_of(engine).book.compiled).by_code[code]


def read(engine: Engine, text: str, code: str = DOSSIERS) -> SystemTable:
    return read_figures(text.encode(), "nguon.csv", snapshot_of(engine), entry_of(engine, code))


def faults(engine: Engine, text: str, code: str = DOSSIERS) -> list[str]:
    with pytest.raises(FileFaults) as raised:
        read(engine, text, code)
    return [f"{fault.row}: {fault.column}: {fault.message}" for fault in raised.value.faults]


def difference(engine: Engine, table: SystemTable, identity: Identity = OFFICE) -> FigureDifference:
    with read_session(engine) as session:
        return figure_difference(session, identity, snapshot_in(session), entry_of(engine, table.entry), table)


def store(engine: Engine, table: SystemTable, shown: FigureDifference | None = None) -> int:
    found, snapshot = shown or difference(engine, table), snapshot_of(engine)
    with write_session(engine) as session:
        return store_figures(session, OFFICE, snapshot, entry_of(engine, table.entry), table, found, NOW)


def stored(engine: Engine, unit: str) -> dict[tuple[str, str], tuple[float | str | None, str]]:
    with read_session(engine) as session:
        rows = session.query(Input).filter_by(unit_code=unit)
        return {(r.criterion, r.input_key): (r.text if r.number is None else r.number, r.origin) for r in rows}


def test_one_file_fills_every_input_that_holds_the_fact_for_all_its_units(engine: Engine) -> None:
    """100 dossiers of Vũng Tàu become 120, in CQ.1 and CQ.2; Bà Rịa gets its first."""
    table = read(engine, "Mã đơn vị;Tên;Giá trị\n747;Vũng Tàu;120\n748;Bà Rịa;1.234,5\n750;Châu Đức;\n")
    found = difference(engine, table)
    assert [(c.unit.code, c.now, c.new, c.was_system) for c in found.changes] == [
        ("748", "", "1.234,5", False), ("747", "100", "120", False),
    ]  # fmt: skip
    assert (found.unchanged, table.blank) == (0, ("750",))
    assert len(found.absent) == 6
    assert stored(engine, "748") == {("TC.1", "value"): ("no", "self_assessed")}
    assert store(engine, table, found) == 2
    for criterion in ("CQ.1", "CQ.2"):
        assert stored(engine, "747")[criterion, "b"] == (120.0, "source_system")
        assert stored(engine, "748")[criterion, "b"] == (1234.5, "source_system")
    assert stored(engine, "747")["CQ.1", "a"] == (30.0, "self_assessed")
    # The same file again changes nothing.
    again = difference(engine, table)
    assert (again.changes, again.unchanged) == ((), 2)


def test_the_log_names_the_file_and_every_unit_from_what_to_what(engine: Engine) -> None:
    store(engine, read(engine, "Mã đơn vị;Giá trị\n747;120\n748;1.234,5\n"))
    with read_session(engine) as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        lines = session.scalars(select(AuditChange).where(AuditChange.entry_id == entry.id).order_by(AuditChange.line))
        assert (entry.action, entry.account_id, entry.subject) == ("import_system_figures", 1, "nguon.csv")
        assert [(x.unit_code, x.place, x.before, x.after) for x in lines] == [
            ("748", "Hồ sơ (CQ.1, CQ.2)", None, "1.234,5"), ("747", "Hồ sơ (CQ.1, CQ.2)", "100", "120"),
        ]  # fmt: skip


def test_a_figure_that_the_unit_gave_alike_becomes_the_systems(engine: Engine) -> None:
    table = read(engine, "Mã đơn vị,Giá trị\n747,100\n")
    assert store(engine, table) == 1
    assert stored(engine, "747")["CQ.1", "b"] == (100.0, "source_system")


def test_words_and_dates_are_read_as_the_form_reads_them(engine: Engine) -> None:
    store(engine, read(engine, "Mã đơn vị,Giá trị\n747,Có\n", PLAN))
    assert stored(engine, "747")["TC.1", "value"] == ("yes", "source_system")
    store(engine, read(engine, "Mã đơn vị,Giá trị\n747,17/06/2024\n", "input/TC.2/value"))
    assert stored(engine, "747")["TC.2", "value"] == ("2024-06-17", "source_system")
    store(engine, read(engine, "Mã đơn vị,Giá trị\n747,Cấp phó\n", "input/TC.3/value"))
    assert stored(engine, "747")["TC.3", "value"] == ("deputy", "source_system")


def test_every_fault_is_told_by_row_and_column_and_nothing_is_stored(engine: Engine) -> None:
    before = stored(engine, "747")
    text = "Mã đơn vị,Giá trị\n747,1.234\n999,5\n,7\n748,-4\n747,6\n752,=1+1\n"
    assert faults(engine, text) == [
        "2: Giá trị: «1.234» có thể hiểu là 1234 hoặc 1,234; hãy viết rõ bằng dấu phẩy thập phân.",
        "3: Mã đơn vị: cấp này không có đơn vị mang mã «999»; hãy kiểm tra mã.",
        "4: Mã đơn vị: ô để trống; cần mã đơn vị.",
        "5: Giá trị: \N{MINUS SIGN}4 là số âm; số liệu này không thể âm.",
        "6: Mã đơn vị: đơn vị 747 đã có ở dòng 2; hãy giữ lại một dòng.",
        "7: Giá trị: công thức đang là chữ nên không có kết quả; hãy gõ thẳng giá trị.",
    ]
    assert stored(engine, "747") == before
    assert "cần đủ các cột: Mã đơn vị, Giá trị" in faults(engine, "Mã,Số\n747,5\n")[0]
    assert faults(engine, "") == ["1: -: tệp rỗng, không có ô nào được điền; hãy kiểm tra rồi chọn lại tệp."]
    assert "không có dòng số liệu nào" in faults(engine, "Mã đơn vị,Giá trị\n")[0]


def test_a_figure_that_contradicts_another_of_the_unit_is_a_fault(engine: Engine) -> None:
    """30 dossiers were filed online: there cannot be 20 in all. Bà Rịa has given none."""
    assert faults(engine, "Mã đơn vị,Giá trị\n748,20\n747,20\n") == [
        "3: Giá trị: chỉ số CQ.1: a = 30 lớn hơn b = 20; phần (a) không thể lớn hơn tổng (b), hãy kiểm tra cả hai số."
    ]
    assert faults(engine, "Mã đơn vị,Giá trị\n747,101\n", ONLINE)[0].startswith("2: Giá trị: chỉ số CQ.1: a = 101")


def test_what_units_are_typing_in_its_place_is_shown_and_goes(engine: Engine, place: ReportPlace) -> None:
    type_in(engine, place, {DOSSIERS: "110", PLAN: "có"})
    table = read(engine, "Mã đơn vị,Giá trị\n747,120\n")
    (change,) = difference(engine, table).changes
    assert (change.now, change.typed, change.new) == ("100", "110", "120")
    store(engine, table)
    with read_session(engine) as session:
        assert set(drafts(session, clerk(place), place)) == {PLAN}
    line = form_of(engine, place).lines[DOSSIERS]
    assert (line.text, line.locked) == ("120", True)
    with pytest.raises(
        SubmissionRefusedError, match=r"Hồ sơ \(CQ.1, CQ.2\) là số liệu hệ thống, đơn vị không sửa được"
    ):
        type_in(engine, place, {DOSSIERS: "5"})


def test_a_draft_that_stayed_beside_a_system_figure_is_not_sent(engine: Engine, place: ReportPlace) -> None:
    """A clerk's window kept a draft in the very moment in which the office stored its file."""
    store(engine, read(engine, "Mã đơn vị,Giá trị\n747,120\n"))
    with draft_session(engine) as session:
        unit = {"unit_code": "747", "unit_valid_from": place.unit.valid_from, "period_id": place.period_id}
        session.add(Draft(**unit, entry=DOSSIERS, value="90", copied=False, account_id=7, changed_at=NOW, version=1))
    assert form_of(engine, place).lines[DOSSIERS].text == "120"
    snapshot = snapshot_of(engine)
    with write_session(engine) as session:
        hand_to_head(session, clerk(place), place, snapshot, 0, NOW)
    with write_session(engine) as session:
        seen = submission(session, place).version
        day, link = dt.date(2024, 12, 11), "https://so.gov.vn/12"
        said = NewEvidence("12/BC-UBND", day, "UBND", "Báo cáo", link=link, notice_read=True)
        files = EvidenceFiles(Path("evidence"))
        proof = add_evidence(session, files, head(place), place.unit, said, None, LATER)
        report = SignedReport("12/BC-UBND", day, proof)
        approve_and_send(session, head(place), place, snapshot, report, seen, LATER)
    assert stored(engine, "747")["CQ.1", "b"] == (120.0, "source_system")


def test_what_changed_since_the_difference_was_shown_stores_nothing(engine: Engine, place: ReportPlace) -> None:
    table = read(engine, "Mã đơn vị,Giá trị\n747,120\n748,80\n")
    shown, before = difference(engine, table), stored(engine, "747")
    type_in(engine, place, {DOSSIERS: "115"})
    with pytest.raises(SubmissionRefusedError, match="vừa thay đổi so với bảng so sánh"):
        store(engine, table, shown)
    assert stored(engine, "747") == before


def test_a_period_without_an_open_month_takes_no_file(engine: Engine, place: ReportPlace) -> None:
    table = read(engine, "Mã đơn vị,Giá trị\n747,120\n")
    shown = difference(engine, table)
    with write_session(engine) as session:
        session.get_one(Snapshot, (place.period_id, 12)).closed = True
    with pytest.raises(SubmissionRefusedError, match="không có tháng nào đang mở"):
        store(engine, table, shown)
    with write_session(engine) as session:
        session.get_one(Period, place.period_id).state = "appraisal"
    with pytest.raises(SubmissionRefusedError, match="không còn nhận số liệu"):
        store(engine, table, shown)


def test_only_the_office_brings_figures_of_source_systems(engine: Engine, place: ReportPlace) -> None:
    table = read(engine, "Mã đơn vị,Giá trị\n747,120\n")
    shown, snapshot = difference(engine, table), snapshot_of(engine)
    for identity in (clerk(place), head(place), Identity("so", Role.DATA_PROVIDER), Identity(None, Role.PUBLIC)):
        with pytest.raises(PermissionError):
            difference(engine, table, identity)
        with pytest.raises(PermissionError), write_session(engine) as session:
            store_figures(session, identity, snapshot, entry_of(engine, DOSSIERS), table, shown, NOW)
