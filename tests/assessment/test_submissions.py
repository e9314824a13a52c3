"""A unit reports: what is typed is kept, nothing is overwritten in silence, and only the head sends."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from assessment.deadlines import DeadlineRefusedError, Due, deadlines, set_day_off, set_deadline
from assessment.drafts import Change, SaveReport, confirm_copied, copy_figures, drafts, save_drafts, with_drafts
from assessment.entries import entry_list
from assessment.evidence import NewEvidence, add_evidence
from assessment.follow_up import board
from assessment.permissions import Identity
from assessment.roles import Role
from assessment.sending import SignedReport, approve_and_send, hand_to_head, return_report, take_back
from assessment.snapshots import LevelSnapshot
from assessment.submissions import ReportPlace, SubmissionRecord, SubmissionRefusedError, period_of, submission
from assessment.working_days import DayOff
from data.database import draft_session, read_session, write_session
from data.evidence_files import EvidenceFiles
from data.models import Input, PeriodState, Snapshot
from data.repositories import data_version
from data.settings import Settings
from reports.follow_up import sending_text
from scoring.engine import CellState
from tests.assessment.reporting import NOW, OFFICE, clerk, form_of, head, last_lines, open_office, place_of, snapshot_of
from tests.data.databases import Databases

SET = """
id: rieng-2024
level: district
year: 2024
version: "1.0"
scale: 100
groups:
  - code: CQ
    name: Chính quyền số
    criteria:
      - {code: CQ.1, name: Hồ sơ trực tuyến, max_points: 40, rule: {type: ratio, full_at: 0.8}, inputs: {a: {name: Hồ sơ trực tuyến, fact: dossiers_online}, b: {name: Hồ sơ, fact: dossiers}}}
      - {code: CQ.2, name: Hồ sơ đúng hạn, max_points: 30, rule: {type: ratio}, inputs: {b: {name: Hồ sơ, fact: dossiers}}}
      - {code: CQ.3, name: Có kế hoạch, max_points: 20, rule: {type: yes_no}}
      - {code: CQ.4, name: Ngày ban hành, max_points: 10, rule: {type: deadline, due: 2024-06-15, lose_per_day: 0.1}}
"""
FIRST = b"unit,criterion,input,value\n747,CQ.1,a,30\n747,CQ.1,b,100\n747,CQ.2,b,100\n748,CQ.3,value,no\n"


def _office(settings: Settings) -> Engine:
    return open_office(settings, SET, FIRST)


@pytest.fixture
def engine(new_database: Databases) -> Iterator[Engine]:
    """The office's period of 2024 with some figures of two districts, December open."""
    engine = new_database.opened(_office)
    yield engine
    engine.dispose()


@pytest.fixture
def place(engine: Engine) -> ReportPlace:
    """The report of Vũng Tàu, unit 747."""
    return place_of(engine, "747")


def _type(
    engine: Engine,
    place: ReportPlace,
    texts: dict[str, str],
    *,
    versions: dict[str, int] | None = None,
    identity: Identity | None = None,
    now: dt.datetime = NOW,
) -> SaveReport:
    changes = [Change(code, text, (versions or {}).get(code, 0)) for code, text in texts.items()]
    entries = entry_list(snapshot_of(engine).book.compiled)
    with draft_session(engine) as session:
        return save_drafts(session, identity or clerk(place), place, entries, changes, now)


def _version(engine: Engine, place: ReportPlace, entry: str) -> int:
    with read_session(engine) as session:
        return drafts(session, clerk(place), place)[entry].version


def _state(engine: Engine, place: ReportPlace) -> SubmissionRecord:
    with read_session(engine) as session:
        return submission(session, place)


def _hand_over(engine: Engine, place: ReportPlace) -> SubmissionRecord:
    snapshot = snapshot_of(engine)
    with write_session(engine) as session:
        return hand_to_head(session, clerk(place), place, snapshot, submission(session, place).version, NOW)


def _signed(session: Session, place: ReportPlace) -> int:
    """The signed report in the library, by its address."""
    document = NewEvidence(
        "12/BC-UBND", dt.date(2024, 12, 11), "UBND", "Tự đánh giá", link="https://a.example/bc", notice_read=True
    )
    return add_evidence(session, EvidenceFiles(Path("evidence")), head(place), place.unit, document, None, NOW)


def _send(engine: Engine, place: ReportPlace) -> SubmissionRecord:
    snapshot = snapshot_of(engine)
    with write_session(engine) as session:
        report = SignedReport("12/BC-UBND", dt.date(2024, 12, 11), _signed(session, place))
        seen = submission(session, place).version
        return approve_and_send(session, head(place), place, snapshot, report, seen, NOW)


def _points(snapshot: LevelSnapshot, code: str) -> float:
    return float(snapshot.book.points[snapshot.row_of["747"], snapshot.book.compiled.index_of[code]]) / 1e9


# Asking once


def test_a_fact_is_asked_once_and_fills_every_input_that_holds_it(engine: Engine) -> None:
    entries = entry_list(snapshot_of(engine).book.compiled)
    asked = [e.code for e in entries.entries if not e.is_request]
    assert asked == [
        "fact/dossiers_online/number", "fact/dossiers/number", "input/CQ.2/a", "input/CQ.3/value", "input/CQ.4/value",
    ]  # fmt: skip
    places = [(p.criterion, p.key) for p in entries.by_code["fact/dossiers/number"].places]
    assert places == [("CQ.1", "b"), ("CQ.2", "b")]


def test_a_fact_is_typed_at_the_first_criterion_that_applies(engine: Engine) -> None:
    """Dossiers count in CQ.1 and CQ.2: where CQ.1 does not apply, CQ.2 asks for them; where neither does, nobody."""
    snapshot = snapshot_of(engine)
    codes = {code: snapshot.criteria_set.by_code[code] for code in ("CQ.1", "CQ.2")}

    def typed(*waived: str) -> dict[str, list[str]]:
        found = {code: snapshot.entries.at_home(c, lambda own: own not in waived) for code, c in codes.items()}
        return {code: [e.code for e in own] for code, own in found.items()}

    online, dossiers, on_time = "fact/dossiers_online/number", "fact/dossiers/number", "input/CQ.2/a"
    assert typed() == {"CQ.1": [online, dossiers], "CQ.2": [on_time]}
    assert typed("CQ.1") == {"CQ.1": [], "CQ.2": [dossiers, on_time]}
    assert typed("CQ.1", "CQ.2") == {"CQ.1": [], "CQ.2": []}


# Typing


def test_what_is_typed_scores_at_once_and_changes_nothing_that_others_see(engine: Engine, place: ReportPlace) -> None:
    """30 of 100 online at full_at 0,8 is 15 of 40 points; with 60 of 120 it is 25 of 40."""
    before = snapshot_of(engine)
    assert _points(before, "CQ.1") == 15
    with read_session(engine) as session:
        version = data_version(session)
    _type(engine, place, {"fact/dossiers_online/number": "60", "fact/dossiers/number": "120"})
    with read_session(engine) as session:
        assert data_version(session) == version
        typed = drafts(session, clerk(place), place)
    applied = with_drafts(before, "747", typed)
    row = before.row_of["747"]
    assert [float(applied.values[row, before.book.compiled.column_of[p]]) for p in (("CQ.1", "a"), ("CQ.2", "b"))] == [
        60.0,
        120.0,
    ]
    assert _points(snapshot_of(engine), "CQ.1") == 15


def test_vietnamese_numbers_and_words_are_read(engine: Engine, place: ReportPlace) -> None:
    _type(
        engine,
        place,
        {
            "fact/dossiers/number": "1.234,5",
            "fact/dossiers_online/number": "7,04",
            "input/CQ.3/value": "có",
            "input/CQ.4/value": "17/06/2024",
        },
    )
    _hand_over(engine, place)
    _send(engine, place)
    with read_session(engine) as session:
        stored = {
            (i.criterion, i.input_key): i.number if i.number is not None else i.text
            for i in session.query(Input).filter_by(unit_code="747")
        }
    assert stored["CQ.1", "b"] == stored["CQ.2", "b"] == 1234.5
    assert stored["CQ.1", "a"] == 7.04
    assert (stored["CQ.3", "value"], stored["CQ.4", "value"]) == ("yes", "2024-06-17")


@pytest.mark.parametrize(("day", "year"), [("17/06/1024", 1024), ("17/06/2924", 2924)])
def test_a_slip_in_the_year_of_a_date_stops_the_report(engine: Engine, place: ReportPlace, day: str, year: int) -> None:
    _type(engine, place, {"input/CQ.4/value": day})
    said = f"năm {year} của ngày {day} ngoài khoảng 1945 đến 2100; hãy kiểm tra lại năm."
    assert form_of(engine, place).lines["input/CQ.4/value"].fault == said
    with pytest.raises(SubmissionRefusedError, match=str(year)):
        _hand_over(engine, place)


def test_what_cannot_be_read_is_kept_as_typed_and_stops_the_report(engine: Engine, place: ReportPlace) -> None:
    _type(engine, place, {"fact/dossiers/number": "1.234", "input/CQ.4/value": "32/12/2024", "input/CQ.2/a": "900"})
    with read_session(engine) as session:
        assert drafts(session, clerk(place), place)["fact/dossiers/number"].text == "1.234"
    with pytest.raises(SubmissionRefusedError) as refused:
        _hand_over(engine, place)
    sentences = refused.value.faults
    assert any("Hồ sơ (CQ.1, CQ.2): «1.234» có thể hiểu là 1234 hoặc 1,234" in s for s in sentences)
    assert any("32/12/2024" in s and "không phải là ngày" in s for s in sentences)
    assert _state(engine, place).state == PeriodState.SELF_ASSESSMENT


def test_a_part_above_its_whole_is_told_at_its_cell_and_stops_the_report(engine: Engine, place: ReportPlace) -> None:
    """900 on time of the 100 dossiers that are stored."""
    _type(engine, place, {"input/CQ.2/a": "900"})
    said = "900 lớn hơn Hồ sơ (CQ.1, CQ.2) (100); phần không thể lớn hơn tổng, hãy kiểm tra cả hai số."
    form = form_of(engine, place)
    assert form.lines["input/CQ.2/a"].fault == said
    assert [c for c in ("CQ.1", "CQ.2", "CQ.3") if form.is_faulty(c)] == ["CQ.2"]
    with pytest.raises(SubmissionRefusedError) as refused:
        _hand_over(engine, place)
    assert f"a (CQ.2): {said}" in refused.value.faults
    _type(engine, place, {"input/CQ.2/a": "90"}, versions={"input/CQ.2/a": _version(engine, place, "input/CQ.2/a")})
    assert form_of(engine, place).lines["input/CQ.2/a"].fault is None


def test_what_cannot_be_read_has_no_points(engine: Engine, place: ReportPlace) -> None:
    """CQ.1 has 30 of 100 dossiers stored; while the 100 are typed unreadably nothing is scored in their place."""
    _type(engine, place, {"fact/dossiers/number": "1.234"})
    form = form_of(engine, place)
    (receipt,) = form.receipts_of(c for c in form.snapshot.criteria_set.criteria if c.code == "CQ.1").values()
    assert receipt.state is CellState.MISSING
    assert form.is_faulty("CQ.1")
    assert form.is_faulty("CQ.2")


def test_board_and_form_count_alike(engine: Engine, place: ReportPlace) -> None:
    """Five figures are asked. The request for CQ.3 takes one of them away and is no figure that is being typed."""
    _type(engine, place, {"request/CQ.3": "Không có nhiệm vụ này", "input/CQ.2/a": "50"})
    form, snapshot = form_of(engine, place), snapshot_of(engine)
    with read_session(engine) as session:
        own = next(s for s in board(session, OFFICE, [snapshot], NOW.date()) if s.unit.code == "747")
    assert (own.asked, own.given, own.typed) == (4, 2, 1)
    assert (len(form.asked), len(form.asked) - len(form.missing)) == (4, 3)
    assert [(line.entry.code, line.stored, line.text) for line in form.changed] == [
        ("input/CQ.2/a", "", "50"),
        ("request/CQ.3", "", "Không có nhiệm vụ này"),
    ]


def test_what_somebody_else_typed_meanwhile_is_shown_not_overwritten(engine: Engine, place: ReportPlace) -> None:
    seen = _type(engine, place, {"input/CQ.2/a": "50"}).versions
    later = NOW + dt.timedelta(seconds=9)
    _type(engine, place, {"input/CQ.2/a": "60"}, versions=dict(seen), identity=head(place), now=later)
    report = _type(engine, place, {"input/CQ.2/a": "70", "input/CQ.3/value": "có"}, versions=dict(seen), now=later)
    (conflict,) = report.conflicts
    assert (conflict.typed, conflict.theirs.text, conflict.theirs.account_id) == ("70", "60", 8)
    with read_session(engine) as session:
        kept = drafts(session, clerk(place), place)
    assert (kept["input/CQ.2/a"].text, kept["input/CQ.3/value"].text) == ("60", "có")


def test_a_draft_typed_anew_never_bears_a_version_seen_before(engine: Engine, place: ReportPlace) -> None:
    """A window left open while the report was sent and given back must not win over what is typed then."""
    old = _type(engine, place, {"input/CQ.2/a": "50"}).versions
    _hand_over(engine, place)
    sent = _send(engine, place)
    with write_session(engine) as session:
        return_report(session, OFFICE, place, "Thiếu tài liệu", 3, sent.version, NOW)
    _type(engine, place, {"input/CQ.2/a": "55"}, now=NOW + dt.timedelta(seconds=1))
    assert _type(engine, place, {"input/CQ.2/a": "99"}, versions=dict(old)).conflicts


def test_another_unit_and_other_roles_are_refused(engine: Engine, place: ReportPlace) -> None:
    other = place_of(engine, "748").unit
    for identity in (
        Identity("nhap-748", Role.DATA_ENTRY, unit=other),
        OFFICE,
        Identity("lanh-dao", Role.PROVINCE_LEADER),
        Identity(None, Role.PUBLIC),
    ):
        with pytest.raises(PermissionError):
            _type(engine, place, {"input/CQ.2/a": "1"}, identity=identity)
    with read_session(engine) as session, pytest.raises(PermissionError):
        drafts(session, Identity("nhap-748", Role.DATA_ENTRY, unit=other), place)


def test_a_figure_of_a_source_system_cannot_be_typed(engine: Engine, place: ReportPlace) -> None:
    with write_session(engine) as session:
        for row in session.query(Input).filter_by(unit_code="747", criterion="CQ.1"):
            row.origin = "source_system"
    with pytest.raises(SubmissionRefusedError, match="là số liệu hệ thống, đơn vị không sửa được"):
        _type(engine, place, {"fact/dossiers/number": "5"})


# Copying


def test_copied_figures_must_be_confirmed(engine: Engine, place: ReportPlace) -> None:
    entries = entry_list(snapshot_of(engine).book.compiled)
    _type(engine, place, {"input/CQ.2/a": "90"})
    with draft_session(engine) as session:
        earlier = {"input/CQ.2/a": "80", "input/CQ.3/value": "có", "input/CQ.4/value": ""}
        assert copy_figures(session, clerk(place), place, entries, earlier, NOW) == 1
    with pytest.raises(SubmissionRefusedError, match=r"Số liệu \(CQ.3\): số liệu chép từ kỳ trước chưa được xác nhận"):
        _hand_over(engine, place)
    with draft_session(engine) as session:
        assert confirm_copied(session, clerk(place), place, entries, ["input/CQ.3/value"], NOW) == 1
    assert last_lines(engine) == [("Số liệu (CQ.3)", None, "có")]
    assert _hand_over(engine, place).state == PeriodState.AWAITING_HEAD


# From the clerk to the head, to the office, and back


def test_the_head_sends_and_what_was_typed_becomes_the_units_figures(engine: Engine, place: ReportPlace) -> None:
    _type(engine, place, {"fact/dossiers_online/number": "60", "request/CQ.4": "Không ban hành văn bản này"})
    _hand_over(engine, place)
    with pytest.raises(SubmissionRefusedError, match="«Chờ lãnh đạo đơn vị duyệt» nên không sửa được"):
        _type(engine, place, {"input/CQ.2/a": "1"})
    record = _send(engine, place)
    assert (record.state, record.report_number, record.report_date, record.account_id) == (
        PeriodState.SENT, "12/BC-UBND", dt.date(2024, 12, 11), 8,
    )  # fmt: skip
    snapshot = snapshot_of(engine)
    # 60 of 100 at full_at 0,8: 30 of 40 points.
    assert _points(snapshot, "CQ.1") == 30
    # A unit does not grant itself that something is not applicable.
    assert not snapshot.inputs.not_applicable.any()
    with read_session(engine) as session:
        assert list(drafts(session, clerk(place), place)) == ["request/CQ.4"]
        assert {i.origin for i in session.query(Input).filter_by(unit_code="747")} == {"self_assessed"}


def test_only_the_head_of_the_unit_sends(engine: Engine, place: ReportPlace) -> None:
    _hand_over(engine, place)
    snapshot, report = snapshot_of(engine), SignedReport("12/BC", dt.date(2024, 12, 11), 1)
    other = place_of(engine, "748").unit
    for identity in (clerk(place), OFFICE, Identity("x", Role.UNIT_LEADER, unit=other)):
        with write_session(engine) as session, pytest.raises(PermissionError):
            approve_and_send(session, identity, place, snapshot, report, 1, NOW)


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        (SignedReport(" ", dt.date(2024, 12, 11), 1), "Chưa có số của báo cáo"),
        (SignedReport("1" * 101, dt.date(2024, 12, 11), 1), "Số báo cáo dài hơn 100 ký tự"),
        (SignedReport("1/BC", dt.date(2024, 12, 13), 1), "ở tương lai"),
        # Slips of the keyboard in the year.
        (SignedReport("1/BC", dt.date(2204, 12, 11), 1), "ở tương lai"),
        (SignedReport("1/BC", dt.date(224, 12, 11), 1), "năm 224 của ngày .* ngoài khoảng 1945 đến 2100"),
    ],
)
def test_the_signed_report_has_a_number_and_a_date(
    engine: Engine, place: ReportPlace, report: SignedReport, sentence: str
) -> None:
    _hand_over(engine, place)
    snapshot = snapshot_of(engine)
    with write_session(engine) as session, pytest.raises(SubmissionRefusedError, match=sentence):
        approve_and_send(session, head(place), place, snapshot, report, 1, NOW)


def test_the_head_gives_back_with_a_reason(engine: Engine, place: ReportPlace) -> None:
    handed = _hand_over(engine, place)
    with write_session(engine) as session, pytest.raises(SubmissionRefusedError, match="Cần lý do"):
        take_back(session, head(place), place, "  ", handed.version, NOW)
    with write_session(engine) as session:
        record = take_back(session, head(place), place, "Kiểm tra lại số hồ sơ", handed.version, NOW)
    assert (record.state, record.taken_back_reason) == (PeriodState.SELF_ASSESSMENT, "Kiểm tra lại số hồ sơ")
    _type(engine, place, {"input/CQ.2/a": "1"})


def test_what_the_office_asks_for_stands_until_the_report_is_sent_again(engine: Engine, place: ReportPlace) -> None:
    _hand_over(engine, place)
    sent = _send(engine, place)
    with write_session(engine) as session:
        return_report(session, OFFICE, place, "Bổ sung CQ.3", 3, sent.version, NOW)
    handed = _hand_over(engine, place)
    assert (handed.return_reason, handed.taken_back_reason) == ("Bổ sung CQ.3", None)
    with write_session(engine) as session:
        back = take_back(session, clerk(place), place, "Còn thiếu tệp", handed.version, NOW)
    assert (back.return_reason, back.taken_back_reason) == ("Bổ sung CQ.3", "Còn thiếu tệp")
    _hand_over(engine, place)
    again = _send(engine, place)
    assert (again.return_reason, again.taken_back_reason) == (None, None)


@pytest.mark.parametrize(
    ("days", "late", "told"),
    [
        (1, None, "đã gửi ngày 12/12/2024"),
        # Three working days from Monday 2/12/2024 end on Thursday 5/12, five before Thursday 12/12.
        (3, 5, "đã gửi ngày 12/12/2024, muộn 5 ngày làm việc"),
    ],
)
def test_a_report_that_was_sent_late_is_told_so_from_then_on(
    engine: Engine, place: ReportPlace, days: int, late: int | None, told: str
) -> None:
    first = dt.date(2024, 12, 2) if late else dt.date(2024, 12, 11)
    with write_session(engine) as session:
        set_deadline(session, OFFICE, period_of(session, place), "district", first, days, 0, NOW)
    _hand_over(engine, place)
    record = _send(engine, place)
    assert (record.sent_at, record.days_late) == (NOW, late)
    a_year_later = NOW.date() + dt.timedelta(days=365)
    with read_session(engine) as session:
        own = next(s for s in board(session, OFFICE, [snapshot_of(engine)], a_year_later) if s.unit.code == "747")
    assert (own.was_late, own.is_late, sending_text(own)) == (bool(late), False, told)


def test_the_office_returns_with_a_reason_and_working_days(engine: Engine, place: ReportPlace) -> None:
    """Thursday 12/12/2024 and three working days: Tuesday 17/12/2024."""
    _hand_over(engine, place)
    sent = _send(engine, place)
    with write_session(engine) as session:
        record = return_report(session, OFFICE, place, "Bổ sung CQ.3", 3, sent.version, NOW)
    assert (record.state, record.due_on) == (PeriodState.RETURNED, dt.date(2024, 12, 17))
    assert last_lines(engine)[-1] == ("hạn gửi lại", None, "17/12/2024")
    assert form_of(engine, place).due == Due(dt.date(2024, 12, 17), 3, is_over=False)
    _type(engine, place, {"input/CQ.3/value": "có"})
    _hand_over(engine, place)
    assert form_of(engine, place).due == Due(dt.date(2024, 12, 17), 3, is_over=False)
    # What was sent again is no longer to be sent.
    assert _send(engine, place).state == PeriodState.SENT
    assert form_of(engine, place).due is None


def test_who_moves_a_report_that_was_moved_meanwhile_is_told(engine: Engine, place: ReportPlace) -> None:
    _hand_over(engine, place)
    sent = _send(engine, place)
    with write_session(engine) as session, pytest.raises(SubmissionRefusedError) as refused:
        return_report(session, OFFICE, place, "Bổ sung", 3, sent.version - 1, NOW)
    assert refused.value.faults == (
        "Báo cáo của Thành phố Vũng Tàu vừa được người khác chuyển bước, hiện là «Đã gửi»; hãy tải lại trang.",
    )


def test_a_figure_of_a_closed_month_cannot_be_taken_back(engine: Engine, place: ReportPlace) -> None:
    _type(engine, place, {"fact/dossiers_online/number": ""})
    with write_session(engine) as session:
        session.add(Snapshot(period_id=place.period_id, month=11, as_of=dt.date(2024, 11, 30), closed=True))
        session.flush()
        for row in session.query(Input).filter_by(unit_code="747", criterion="CQ.1", input_key="a"):
            session.add(
                Input(
                    period_id=row.period_id, unit_code="747", unit_valid_from=row.unit_valid_from, criterion="CQ.1",
                    input_key="a", month=11, number=20.0, state="given", origin="self_assessed",
                )
            )  # fmt: skip
    with pytest.raises(SubmissionRefusedError, match="đã báo cáo tháng 11/2024, tháng đó đã chốt"):
        _hand_over(engine, place)


def test_a_figure_of_the_open_month_can_be_taken_back(engine: Engine, place: ReportPlace) -> None:
    _type(engine, place, {"fact/dossiers_online/number": ""})
    _hand_over(engine, place)
    _send(engine, place)
    snapshot = snapshot_of(engine)
    assert not snapshot.inputs.given[snapshot.row_of["747"], snapshot.book.compiled.column_of["CQ.1", "a"]]


# Deadlines


def test_a_deadline_is_given_in_working_days(engine: Engine, place: ReportPlace) -> None:
    """Ten working days from Thursday 12/12/2024, with Friday 13/12 off by decision: Friday 27/12/2024."""
    with write_session(engine) as session:
        set_day_off(session, OFFICE, DayOff(dt.date(2024, 12, 13), False, "Nghỉ tránh bão", "Công điện 1/CĐ-UBND"), NOW)
        record = set_deadline(session, OFFICE, period_of(session, place), "district", dt.date(2024, 12, 12), 10, 0, NOW)
    assert record.due_on == dt.date(2024, 12, 27)
    assert last_lines(engine) == [("Cấp huyện", None, "27/12/2024 (10 ngày làm việc kể từ 12/12/2024)")]
    with read_session(engine) as session:
        assert deadlines(session, place.period_id) == {"district": record}


def test_a_day_off_without_a_name_or_with_too_long_a_one_is_refused(engine: Engine) -> None:
    day = dt.date(2024, 12, 13)
    for own, sentence in (
        (DayOff(day, False, " ", "Công điện 1"), "chưa có tên hoặc căn cứ"),
        (DayOff(day, False, "n" * 201, "Công điện 1"), "Tên ngày dài nhất 200 ký tự"),
        (DayOff(day, False, "Nghỉ", "n" * 301), "văn bản quy định dài nhất 300 ký tự"),
    ):
        with write_session(engine) as session, pytest.raises(DeadlineRefusedError, match=sentence):
            set_day_off(session, OFFICE, own, NOW)


def test_a_deadline_that_somebody_else_has_set_is_not_overwritten(engine: Engine, place: ReportPlace) -> None:
    with write_session(engine) as session:
        set_deadline(session, OFFICE, period_of(session, place), "district", dt.date(2024, 12, 12), 10, 0, NOW)
    with write_session(engine) as session, pytest.raises(DeadlineRefusedError, match="người khác đặt lại"):
        set_deadline(session, OFFICE, period_of(session, place), "district", dt.date(2024, 12, 12), 5, 0, NOW)
    with write_session(engine) as session, pytest.raises(DeadlineRefusedError, match="từ 1 đến 250"):
        set_deadline(session, OFFICE, period_of(session, place), "commune", dt.date(2024, 12, 12), 0, 0, NOW)
    with write_session(engine) as session, pytest.raises(PermissionError):
        set_deadline(session, head(place), period_of(session, place), "commune", dt.date(2024, 12, 12), 5, 0, NOW)
