"""What a unit reads of its appraisal: its points before and after, what moved them, and how far the second look is told.

Vũng Tàu reported 15 of 40 points at CQ.1 and nothing else: 15 of 100. It is told 10 at CQ.1, 20 at TC.1, and that TC.3,
of 10 points, does not apply: (10 + 20) / 90 x 100 = 33,33.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assessment.appraisal import AppraisalRefusedError, begin_appraisal
from assessment.evidence import NewEvidence, add_evidence, attach, detach
from assessment.explaining import accept_results, draft_results, explain, send_explanations
from assessment.follow_up import board
from assessment.permissions import Identity
from assessment.publishing import close_trial
from assessment.rulings import Verdict
from assessment.submissions import SubmissionRefusedError, submission
from assessment.unit_results import UnitResults, unit_results
from data.database import draft_session, read_session, write_session
from data.evidence_files import EvidenceFiles
from data.models import AppraisalTier, PeriodState, RulingKind
from data.settings import Settings
from reports.draft_results import standing_text
from scoring.engine import CellState
from tests.assessment.appraisal_office import (
    BA_RIA,
    CUT,
    VUNG_TAU,
    WHY,
    agree_to_all,
    begun_office,
    decide,
    look_again,
    office_place,
    say,
    send,
    tell,
    told_office,
)
from tests.assessment.appraising import NOON, OFFICE, report
from tests.assessment.reporting import NOW, SET, clerk, form_of, head, open_office, snapshot_in, snapshot_of
from tests.data.databases import Databases

TODAY = NOON.date()
SECOND = AppraisalTier.SECOND


@pytest.fixture
def begun(new_database: Databases) -> Iterator[Engine]:
    engine = new_database.opened(begun_office)
    yield engine
    engine.dispose()


@pytest.fixture
def told(new_database: Databases) -> Iterator[Engine]:
    engine = new_database.opened(told_office)
    yield engine
    engine.dispose()


def results_or_none(engine: Engine, today: dt.date = TODAY, who: Identity | None = None) -> UnitResults | None:
    place = office_place(engine)
    with read_session(engine) as session:
        return unit_results(session, who or clerk(place), place, snapshot_in(session), today)


def results(engine: Engine, today: dt.date = TODAY) -> UnitResults:
    found = results_or_none(engine, today)
    assert found is not None
    return found


def test_there_are_no_results_before_the_unit_is_told_and_none_for_anybody_else(begun: Engine) -> None:
    assert results_or_none(begun) is None
    agree_to_all(begun, VUNG_TAU)
    assert results_or_none(begun) is None
    tell(begun, VUNG_TAU)
    assert results_or_none(begun) is not None
    for stranger in (OFFICE, head(office_place(begun, BA_RIA))):
        with pytest.raises(PermissionError):
            results_or_none(begun, who=stranger)


def test_totals_and_points_stand_before_and_after_appraisal(told: Engine) -> None:
    found = results(told)
    assert (found.reported_total, found.appraised_total, found.gap) == (15.0, 33.333333333, 18.333333333)
    marks = {
        line.criterion.code: (line.reported.points, line.appraised.points, line.gap, line.changed)
        for line in found.lines
    }
    assert marks == {
        "CQ.1": (15, 10, -5, True),
        "CQ.2": (0, 0, 0, False),
        "TC.1": (0, 20, 20, True),
        "TC.2": (0, 0, 0, False),
        "TC.3": (0, 0, 0, True),
    }
    assert [line.criterion.code for line in found.changed] == ["CQ.1", "TC.1", "TC.3"]
    waived = found.line_of["TC.3"]
    assert (waived.reported.state, waived.appraised.state) == (CellState.MISSING, CellState.NOT_APPLICABLE)
    assert (waived.reported.maximum, waived.appraised.maximum) == (10, 0)
    assert [(g.group.code, g.reported, g.appraised, g.gap, g.maximum) for g in found.groups] == [
        ("CQ", 15, 10, -5, 60), ("TC", 0, 20, 20, 30),
    ]  # fmt: skip
    cut = found.line_of["CQ.1"]
    assert cut.ruling is not None
    assert (cut.before, cut.ruling.content, cut.ruling.reason) == (
        {"a": 30.0, "b": 100.0}, {"a": 20.0, "b": 100.0}, CUT,
    )  # fmt: skip


def test_the_days_that_are_left_are_working_days(told: Engine) -> None:
    """Told on Friday 20/12/2024 with five working days: to Friday 27/12/2024."""
    due = results(told).due
    assert due is not None
    assert (due.day, due.days_left) == (dt.date(2024, 12, 27), 5)
    last = results(told, dt.date(2024, 12, 27)).due
    assert last is not None
    assert last.days_left == 0
    late = results(told, dt.date(2024, 12, 28))
    assert (late.due, late.told.may_answer) == (None, False)


def test_while_it_is_looked_at_again_the_draft_result_counts_and_afterwards_the_new_one(told: Engine) -> None:
    say(told, "CQ.1", "Báo cáo số 5/BC nêu rõ 30 hồ sơ")
    assert [line.criterion.code for line in results(told).explained] == ["CQ.1"]
    assert results(told).sent_at is None
    send(told)
    look_again(told)
    agreed = Verdict(RulingKind.AGREE, "Đã bổ sung")
    waiting = results(told)
    assert (waiting.sent_at, waiting.line_of["CQ.1"].reappraising) == (NOON, True)
    assert waiting.appraised_total == 33.333333333
    decide(told, OFFICE, [(VUNG_TAU, "CQ.1")], agreed, SECOND)
    after = results(told)
    # (15 + 20) / 90 x 100
    assert (after.appraised_total, after.line_of["CQ.1"].gap) == (38.888888889, 0)
    assert [r.tier for r in after.line_of["CQ.1"].rulings] == [AppraisalTier.FIRST, SECOND]


def test_a_second_ruling_is_not_told_while_others_of_the_unit_are_still_open(told: Engine) -> None:
    for criterion in ("CQ.1", "TC.1"):
        say(told, criterion, "Đề nghị xem lại")
    send(told)
    look_again(told)
    decide(told, OFFICE, [(VUNG_TAU, "CQ.1")], Verdict(RulingKind.REJECT_EVIDENCE, WHY), SECOND)
    waiting = results(told)
    assert [line.criterion.code for line in waiting.lines if line.reappraising] == ["CQ.1", "TC.1"]
    assert (waiting.line_of["CQ.1"].appraised.points, len(waiting.line_of["CQ.1"].rulings)) == (10, 1)


def due_of(engine: Engine) -> tuple[dt.date | None, dt.date | None]:
    """The day on the report of Vũng Tàu, and the one on the office's board."""
    form = form_of(engine, office_place(engine))
    with read_session(engine) as session:
        own = next(s for s in board(session, OFFICE, [snapshot_in(session)], NOW.date()) if s.unit.code == "747")
    return form.due and form.due.day, own.due and own.due.day


def test_the_last_day_of_explaining_is_none_of_sending_and_stands_until_the_unit_has_answered(told: Engine) -> None:
    assert due_of(told) == (results(told).told.due_on, None)
    say(told, "CQ.1", "Đề nghị xem lại")
    send(told)
    assert due_of(told) == (None, None)
    look_again(told)
    assert due_of(told) == (None, None)


COMPARED = SET.replace("rule: {type: yes_no}", "rule: {type: best_relative}")


def _compared_office(settings: Settings) -> Engine:
    return open_office(settings, COMPARED, b"unit,criterion,input,value\n747,TC.1,value,6\n748,TC.1,value,12\n")


def test_points_that_follow_other_units_follow_the_rulings_on_them(new_database: Databases) -> None:
    """Of 20 points: 6 meetings beside 12 are 10 points; once the others' 12 is corrected to 8 they are 15."""
    engine = new_database.opened(_compared_office)
    with write_session(engine) as session:
        report(session, "747", PeriodState.SENT)
        report(session, "748", PeriodState.SENT)
        begin_appraisal(session, OFFICE, snapshot_in(session), [VUNG_TAU, BA_RIA], 10, NOON)
    decide(engine, OFFICE, [(BA_RIA, "TC.1")], Verdict(RulingKind.CORRECT, WHY, {"value": "8"}))
    agree_to_all(engine, VUNG_TAU, BA_RIA)
    tell(engine, VUNG_TAU)
    line = results(engine).line_of["TC.1"]
    assert (line.relative, line.reported.points, line.appraised.points, line.changed) == (True, 10, 15, True)
    assert not results(engine).line_of["CQ.1"].relative
    engine.dispose()


def test_what_a_unit_agreed_with_stays_where_rulings_on_others_move_its_points(new_database: Databases) -> None:
    """10 of 20 points beside Bà Rịa's 12 meetings, 15 beside 8: of 100 in all."""
    engine = new_database.opened(_compared_office)
    with write_session(engine) as session:
        report(session, "747", PeriodState.SENT)
        report(session, "748", PeriodState.SENT)
        begin_appraisal(session, OFFICE, snapshot_in(session), [VUNG_TAU, BA_RIA], 10, NOON)
    agree_to_all(engine, VUNG_TAU, BA_RIA)
    tell(engine, VUNG_TAU)
    place, later = office_place(engine), NOON + dt.timedelta(hours=1)
    with write_session(engine) as session:
        accept_results(session, head(place), place, submission(session, place).version, NOON)
    decide(engine, OFFICE, [(BA_RIA, "TC.1")], Verdict(RulingKind.CORRECT, WHY, {"value": "8"}), now=later)
    found = results(engine)
    assert found.agreement is not None
    (moved,) = found.agreement.moved
    assert (found.agreement.total, found.appraised_total) == (10.0, 15.0)
    assert (moved.before.points, moved.after.points, moved.ruled_at, moved.reopening) == (10, 15, None, None)
    assert standing_text(found) == (
        "Đơn vị đã đồng ý với 10,00 điểm lúc 20/12/2024 12:00; không giải trình nữa. Sau khi đồng ý, điểm thẩm định từ 10,00 "
        "thành 15,00 điểm: TC.1 từ 10,00 thành 15,00 (theo kết luận về đơn vị khác)."
    )
    engine.dispose()


def test_a_unit_is_told_the_ruling_that_was_sent_and_no_first_try(begun: Engine) -> None:
    decide(begun, OFFICE, [(VUNG_TAU, "CQ.1")], Verdict(RulingKind.REJECT_EVIDENCE, "Nhầm đơn vị"))
    decide(begun, OFFICE, [(VUNG_TAU, "CQ.1")], Verdict(RulingKind.CORRECT, CUT, {"a": "20", "b": "100"}))
    agree_to_all(begun, VUNG_TAU)
    tell(begun, VUNG_TAU)
    assert [r.reason for r in results(begun).line_of["CQ.1"].rulings] == [CUT]
    for criterion in ("CQ.1", "TC.1"):
        say(begun, criterion, "Đề nghị xem lại")
    send(begun)
    look_again(begun)
    # Of the second appraisal too: what is ruled on otherwise before all of it is was never told, what is after that was.
    decide(begun, OFFICE, [(VUNG_TAU, "CQ.1")], Verdict(RulingKind.REJECT_EVIDENCE, "Nhầm"), SECOND)
    decide(begun, OFFICE, [(VUNG_TAU, "CQ.1")], Verdict(None, "Giữ 20 hồ sơ"), SECOND)
    decide(begun, OFFICE, [(VUNG_TAU, "TC.1")], Verdict(None, "Giữ nguyên"), SECOND)
    assert [r.reason for r in results(begun).line_of["CQ.1"].rulings] == [CUT, "Giữ 20 hồ sơ"]
    decide(begun, OFFICE, [(VUNG_TAU, "CQ.1")], Verdict(RulingKind.AGREE, "Đủ căn cứ"), SECOND)
    assert [r.reason for r in results(begun).line_of["CQ.1"].rulings] == [CUT, "Giữ 20 hồ sơ", "Đủ căn cứ"]


# What may still be answered, and with which documents


def supply(engine: Engine, files: EvidenceFiles, day: dt.datetime = NOON, number: str = "5/BC") -> int:
    """The clerk puts a document in and attaches it to CQ.1."""
    place, criteria = office_place(engine), snapshot_of(engine).criteria_set
    document = NewEvidence(
        number, NOW.date(), "UBND", "Báo cáo hồ sơ", link="https://vungtau.example/5", notice_read=True
    )
    with draft_session(engine) as session:
        evidence = add_evidence(session, files, clerk(place), place.unit, document, None, day)
        attach(session, clerk(place), place, criteria, evidence, "CQ.1", "trang 2", day)
    return evidence


@pytest.fixture
def files(tmp_path: Path) -> EvidenceFiles:
    return EvidenceFiles(tmp_path)


def test_a_missing_document_is_supplied_while_the_unit_may_explain_and_stays(
    told: Engine, files: EvidenceFiles
) -> None:
    place = office_place(told)
    evidence = supply(told, files)
    assert [d.number for d in results(told).evidence["CQ.1"]] == ["5/BC"]
    with draft_session(told) as session, pytest.raises(SubmissionRefusedError, match="nên không sửa được số liệu"):
        detach(session, clerk(place), place, evidence, "CQ.1", NOON)
    with pytest.raises(SubmissionRefusedError, match="«Chờ giải trình»"):
        supply(told, files, NOON + dt.timedelta(days=8))
    say(told, "CQ.1", "Xem báo cáo số 5/BC")
    send(told)
    with pytest.raises(SubmissionRefusedError, match="«Chờ giải trình»"):
        supply(told, files)


def told_with_evidence(settings: Settings) -> Engine:
    """Vũng Tàu reported with a document at CQ.1, was told that this is agreed to, and may explain."""
    engine = open_office(settings)
    supply(engine, EvidenceFiles(settings.dti_folder), NOW, "4/BC")
    with write_session(engine) as session:
        report(session, "747", PeriodState.SENT)
        begin_appraisal(session, OFFICE, snapshot_in(session), [VUNG_TAU], 10, NOON)
    agree_to_all(engine, VUNG_TAU)
    tell(engine, VUNG_TAU)
    return engine


def test_what_came_with_an_explanation_is_told_apart_from_what_was_reported_with(
    new_database: Databases, files: EvidenceFiles
) -> None:
    engine = new_database.opened(told_with_evidence)
    later = NOON + dt.timedelta(hours=1)
    supply(engine, files, later)
    found = lambda: {d.number: d.uses[0].with_explanation for d in results(engine).evidence["CQ.1"]}  # noqa: E731
    assert found() == {"4/BC": False, "5/BC": True}
    # Another page of what was reported with makes nothing else of it.
    place, criteria = office_place(engine), snapshot_of(engine).criteria_set
    early = next(d for d in results(engine).evidence["CQ.1"] if d.number == "4/BC")
    with draft_session(engine) as session:
        attach(session, clerk(place), place, criteria, early.id, "CQ.1", "trang 9", later)
    assert [d.uses[0].page for d in results(engine).evidence["CQ.1"]] == ["trang 9", "trang 2"]
    assert found() == {"4/BC": False, "5/BC": True}
    engine.dispose()


def test_before_the_results_are_told_nothing_is_attached(begun: Engine, files: EvidenceFiles) -> None:
    with pytest.raises(SubmissionRefusedError, match="«Đang thẩm định» nên không sửa được"):
        supply(begun, files)


def test_the_head_sends_what_he_has_read_and_nothing_that_was_written_since(told: Engine) -> None:
    place = office_place(told)
    read = {"CQ.1": say(told, "CQ.1", "Báo cáo số 5/BC")}
    later = say(told, "TC.1", "Xem thêm")
    with pytest.raises(AppraisalRefusedError, match=r"Giải trình TC\.1 vừa được người khác"), write_session(told) as s:
        send_explanations(s, head(place), place, submission(s, place).version, NOON, read)
    changed = say(told, "CQ.1", "Báo cáo số 6/BC", read["CQ.1"])
    with pytest.raises(AppraisalRefusedError, match=r"Giải trình CQ\.1 vừa"), write_session(told) as s:
        send_explanations(s, head(place), place, submission(s, place).version, NOON, {**read, "TC.1": later})
    with write_session(told) as s:
        version = submission(s, place).version
        assert send_explanations(s, head(place), place, version, NOON, {"CQ.1": changed, "TC.1": later}) == 2


def test_after_a_trial_run_has_ended_nothing_is_explained(told: Engine) -> None:
    place = office_place(told)
    with write_session(told) as session:
        close_trial(session, OFFICE, place.period_id, TODAY, "", NOON)
    with read_session(told) as session:
        found = draft_results(session, clerk(place), place, TODAY)
        assert found is not None
        assert not found.may_answer
    with pytest.raises(AppraisalRefusedError, match="đã kết thúc chạy thử nội bộ"), draft_session(told) as session:
        explain(session, clerk(place), place, "CQ.1", "Muộn", 0, NOON)
    with pytest.raises(AppraisalRefusedError, match="đã kết thúc chạy thử nội bộ"), write_session(told) as session:
        accept_results(session, head(place), place, submission(session, place).version, NOON)
