"""What the council passed is appraised a second time: before the publication by way of the council, after it by amending.

Worked by hand: Vũng Tàu (747) has 66 points, 15 of them on CQ.1 by 30 of 100 dossiers; 40 of 100 are 0,4 of the 0,8
that bring 40 points, so 20, and 71 in all.
"""

import datetime as dt
from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from assessment.appraisal import AppraisalRefusedError, tasks
from assessment.appraisal_cases import AppraisalCase, appraisal_cases
from assessment.appraised import RulingRecord, appraised_snapshot, rulings_in_force
from assessment.council import CouncilRefusedError, council_standing, record_council, steps_of
from assessment.explaining import EarlierRecord, accept_results
from assessment.permissions import Identity
from assessment.publishing import amend, editions, preview, published_snapshot
from assessment.reopening import Overtaken, overtaken_minutes, reopen
from assessment.roles import Role
from assessment.rulings import Verdict
from assessment.submissions import ReportPlace, SubmissionRefusedError, state_name, submission
from assessment.unit_results import UnitResults, unit_results
from data.database import read_session, write_session
from data.models import AppraisalTier, PeriodState, RulingKind, StepKind
from reports.draft_results import results_workbook, score_lines, standing_text
from reports.publication import overtaken_texts
from reports.publication import standing_text as standing_text_of
from tests.assessment.appraisal_office import (
    BA_RIA,
    CHAU_DUC,
    CUT,
    VUNG_TAU,
    agree_to_all,
    decide,
    districts,
    look_again,
    office_place,
    say,
    send,
    tell,
    told_office,
)
from tests.assessment.appraising import (
    AMENDING,
    DAY,
    LATER,
    LEADER,
    NOON,
    OFFICE,
    STEP,
    appraised_office,
    office_period,
    publish_now,
    report,
    submit,
)
from tests.assessment.reporting import head
from tests.data.databases import Databases
from tests.reports.reading import opened, table

WHY = "Đơn vị có thêm hồ sơ trực tuyến chưa được tính"
RIGHT = Verdict(RulingKind.CORRECT, "Đủ 40 hồ sơ", {"a": "40", "b": "100"})
FEWER = Verdict(RulingKind.CORRECT, "Đúng 35 hồ sơ", {"a": "35", "b": "100"})
"""0,35 of the 0,8 that bring 40 points: 17,5, and 68,5 in all."""
SECOND = AppraisalTier.SECOND
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def told_once(new_database: Databases) -> Iterator[Engine]:
    """Vũng Tàu has explained CQ.1, which was left as it was; the council has passed what there is."""
    engine = new_database.opened(told_office)
    say(engine, "CQ.1", "Đề nghị xem lại")
    send(engine)
    look_again(engine)
    decide(engine, OFFICE, [(VUNG_TAU, "CQ.1")], Verdict(None, "Giữ nguyên"), SECOND, NOON + HOUR / 2)
    agree_to_all(engine, BA_RIA)
    with write_session(engine) as session:
        report(session, "748", PeriodState.AWAITING_EXPLANATION, accepted_at=NOON)
        record_council(session, OFFICE, office_period(session).id, "12/BB-HĐTĐ", DAY, "", NOON)
    yield engine
    engine.dispose()


def reopened(
    engine: Engine, criteria: Sequence[str] = ("CQ.1",), reason: str = WHY, now: dt.datetime = NOON
) -> dt.date:
    """The office reopens criteria of Vũng Tàu, for five working days."""
    with write_session(engine) as session:
        return reopen(session, OFFICE, districts(session), VUNG_TAU, criteria, reason, 5, now)


def amended(engine: Engine) -> int:
    with write_session(engine) as session:
        return amend(session, OFFICE, office_period(session).id, AMENDING, "Sửa CQ.1", LATER).number


def in_the_way(engine: Engine) -> tuple[str, ...]:
    """What a leader reads that keeps the office from amending."""
    with read_session(engine) as session:
        return preview(session, LEADER, office_period(session).id, DAY).faults


def test_what_is_published_is_corrected_by_a_second_appraisal_and_an_amending_decision(published: Engine) -> None:
    # Friday 20/12 and five working days, of which none is a holiday.
    assert reopened(published) == dt.date(2024, 12, 27)
    with pytest.raises(CouncilRefusedError) as refusal:
        amended(published)
    assert refusal.value.faults == ("Thành phố Vũng Tàu: còn 1 chỉ số chưa thẩm định lại: CQ.1.",)
    assert in_the_way(published) == refusal.value.faults
    decide(published, OFFICE, [(VUNG_TAU, "CQ.1")], RIGHT, SECOND)
    assert in_the_way(published) == ()
    assert amended(published) == 2
    with read_session(published) as session:
        period = office_period(session)
        assert period.state == PeriodState.PUBLISHED
        assert [e.number for e in editions(session, period.id)] == [2, 1]
        found = [published_snapshot(session, period, "district", number) for number in (1, 2)]
        assert [x.book.total[x.row_of["747"]] for x in found] == [66 * STEP, 71 * STEP]


def test_a_unit_of_a_published_period_is_published_unless_it_is_appraised_again(submitted: Engine) -> None:
    def states() -> set[tuple[str, str]]:
        with read_session(submitted) as session:
            standings = council_standing(session, LEADER, office_period(session).id, DAY)
        return {(s.unit.code, state_name(s.state)) for s in standings if s.unit.code in ("747", "748", "755")}

    unsent = ("755", "Đang tự đánh giá")
    assert states() == {("747", "Đã thẩm định xong"), ("748", "Đã thẩm định xong"), unsent}
    publish_now(submitted)
    assert states() == {("747", "Đã công bố"), ("748", "Đã công bố"), unsent}
    reopened(submitted)
    assert states() == {("747", "Thẩm định lại"), ("748", "Đã công bố"), unsent}
    decide(submitted, OFFICE, [(VUNG_TAU, "CQ.1")], RIGHT, SECOND)
    assert states() == {("747", "Đã công bố"), ("748", "Đã công bố"), unsent}
    # It can be reopened as often as it is wrong.
    reopened(submitted)


def test_after_the_publication_only_what_is_reopened_is_ruled_on_and_once(published: Engine) -> None:
    with pytest.raises(SubmissionRefusedError, match="đang ở bước «Chờ giải trình»"):
        decide(published, OFFICE, [(VUNG_TAU, "CQ.1")], RIGHT)
    reopened(published)
    with pytest.raises(SubmissionRefusedError, match="đang ở bước «Thẩm định lại»"):
        decide(published, OFFICE, [(VUNG_TAU, "CQ.1")], RIGHT)
    decide(published, OFFICE, [(VUNG_TAU, "CQ.1")], RIGHT, SECOND)
    with pytest.raises(AppraisalRefusedError, match="mở lại thẩm định thì mới kết luận lại được"):
        decide(published, OFFICE, [(VUNG_TAU, "CQ.1")], RIGHT, SECOND)
    # Once it is reopened again it is.
    reopened(published)
    decide(published, OFFICE, [(VUNG_TAU, "CQ.1")], Verdict(None, "Giữ nguyên"), SECOND)


def told(engine: Engine) -> tuple[tuple[str, ...], float | None, list[str]]:
    """What the head of Vũng Tàu reads: what is appraised again, the appraised total, the reasons given for CQ.1."""
    with read_session(engine) as session:
        place = ReportPlace(office_period(session).id, VUNG_TAU)
        found = unit_results(session, head(place), place, districts(session), DAY)
    assert found is not None
    return found.told.reappraising, found.appraised_total, [r.reason for r in found.line_of["CQ.1"].rulings]


def test_while_a_criterion_is_appraised_again_its_unit_reads_what_it_was_told_last(published: Engine) -> None:
    first = told(published)[2]
    reopened(published)
    assert told(published) == (("CQ.1",), 66.0, first)
    decide(published, OFFICE, [(VUNG_TAU, "CQ.1")], RIGHT, SECOND)
    assert told(published) == ((), 71.0, [*first, "Đủ 40 hồ sơ"])
    # Reopened once more: 71 stays until that one has ended, and what was found before stays readable.
    reopened(published, now=LATER)
    assert told(published) == (("CQ.1",), 71.0, [*first, "Đủ 40 hồ sơ"])
    decide(published, OFFICE, [(VUNG_TAU, "CQ.1")], FEWER, SECOND, LATER)
    assert told(published) == ((), 68.5, [*first, "Đủ 40 hồ sơ", "Đúng 35 hồ sơ"])


def test_what_is_found_is_told_once_everything_that_is_open_is_ruled_on(published: Engine) -> None:
    first = told(published)[2]
    reopened(published, ("CQ.1", "CQ.2"))
    decide(published, OFFICE, [(VUNG_TAU, "CQ.1")], RIGHT, SECOND, LATER)
    assert told(published) == (("CQ.1", "CQ.2"), 66.0, first)
    # A third one, reopened meanwhile, does not tell of the first before the end.
    reopened(published, ("TC.1",), now=LATER + dt.timedelta(hours=1))
    assert told(published) == (("CQ.1", "CQ.2", "TC.1"), 66.0, first)


def read_by_the_unit(engine: Engine) -> UnitResults:
    """What the head of Vũng Tàu reads."""
    with read_session(engine) as session:
        place = ReportPlace(office_period(session).id, VUNG_TAU)
        found = unit_results(session, head(place), place, districts(session), DAY)
    assert found is not None
    return found


def test_what_the_unit_agreed_with_stays_beside_what_was_changed_since_and_why(published: Engine) -> None:
    agreed = read_by_the_unit(published).agreement
    assert agreed is not None
    assert (agreed.agreed_at, agreed.total, agreed.moved) == (NOON, 66.0, ())
    reopened(published, ("CQ.1", "TC.1"), now=LATER)
    # What is looked at again has changed nothing yet, and what is kept as it was nothing in the end.
    assert read_by_the_unit(published).agreement == agreed
    decide(published, OFFICE, [(VUNG_TAU, "TC.1")], Verdict(None, "Giữ nguyên"), SECOND, LATER)
    decide(published, OFFICE, [(VUNG_TAU, "CQ.1")], RIGHT, SECOND, LATER)
    since = read_by_the_unit(published).agreement
    assert since is not None
    (moved,) = since.moved
    assert moved.reopening is not None
    assert (since.agreed_at, since.total) == (NOON, 66.0)
    assert (moved.criterion, moved.before.points, moved.after.points, moved.ruled_at, moved.reopening.reason) == (
        "CQ.1", 15.0, 20.0, LATER, WHY,
    )  # fmt: skip
    text = standing_text(read_by_the_unit(published))
    assert text.startswith("Đơn vị đã đồng ý với 66,00 điểm lúc 20/12/2024 12:00. Đã thẩm định lại xong 2 chỉ số")
    assert text.endswith(
        "Sau khi đồng ý, điểm thẩm định từ 66,00 thành 71,00 điểm: CQ.1 từ 15,00 thành 20,00 (thẩm định lại ngày "
        f"30/12/2024, cơ quan thường trực mở lại vì «{WHY}»)."
    )


def test_what_the_score_rests_on_is_what_was_sent_and_what_was_ruled_on_again(published: Engine) -> None:
    def basis() -> str:
        return score_lines(read_by_the_unit(published), ())[1].basis

    assert basis() == "kết quả dự kiến đã gửi cho đơn vị"
    reopened(published, now=LATER)
    assert basis() == "kết quả dự kiến đã gửi cho đơn vị"
    decide(published, OFFICE, [(VUNG_TAU, "CQ.1")], RIGHT, SECOND, LATER)
    assert basis() == "kết quả dự kiến đã gửi cho đơn vị, và kết luận thẩm định lại CQ.1 xong ngày 30/12/2024"


def history(engine: Engine, criterion: str) -> list[tuple[str, str]]:
    """What the head of Vũng Tàu reads of a criterion: rulings and reopenings with their reasons, the oldest first."""
    with read_session(engine) as session:
        place = ReportPlace(office_period(session).id, VUNG_TAU)
        found = unit_results(session, head(place), place, districts(session), DAY)
    assert found is not None
    names = {AppraisalTier.FIRST: "ruled", AppraisalTier.SECOND: "ruled again"}
    return [
        (names[told.tier], told.reason) if isinstance(told, RulingRecord) else ("reopened", told.reason)
        for told in found.line_of[criterion].history
    ]


def test_the_unit_reads_why_a_criterion_was_reopened_while_it_is_looked_at_and_ever_after(published: Engine) -> None:
    first = history(published, "CQ.1")
    other = history(published, "CQ.2")
    hour = dt.timedelta(hours=1)
    reopened(published, now=NOON + hour)
    assert history(published, "CQ.1") == [*first, ("reopened", WHY)]
    decide(published, OFFICE, [(VUNG_TAU, "CQ.1")], RIGHT, SECOND, NOON + 2 * hour)
    ruled = [*first, ("reopened", WHY), ("ruled again", "Đủ 40 hồ sơ")]
    assert history(published, "CQ.1") == ruled
    reopened(published, reason="Còn đếm trùng 5 hồ sơ", now=LATER)
    assert history(published, "CQ.1") == [*ruled, ("reopened", "Còn đếm trùng 5 hồ sơ")]
    # Of nothing that was not reopened, and of no other unit.
    assert history(published, "CQ.2") == other


def case(engine: Engine, tier: AppraisalTier) -> AppraisalCase:
    """The case of CQ.1 of Vũng Tàu in a tier, as the office sees it."""
    with read_session(engine) as session:
        snapshot = districts(session)
        after = appraised_snapshot(snapshot, rulings_in_force(session, snapshot.period.id))
        found = tasks(session, OFFICE, snapshot.period.id)
        own = [t for t in found if (t.key.unit, t.key.criterion, t.key.tier) == (VUNG_TAU, "CQ.1", tier)]
        (made,) = appraisal_cases(session, OFFICE, snapshot, after, own, DAY)
        return made


def test_who_appraises_reads_when_and_why_his_case_was_reopened_and_when_it_was_ruled_on(published: Engine) -> None:
    before = case(published, AppraisalTier.FIRST)
    assert (before.reopenings, before.ruled_at) == ((), NOON)
    reopened(published, now=NOON + dt.timedelta(hours=1))
    again = case(published, SECOND)
    assert [(r.reason, r.reopened_at) for r in again.reopenings] == [(WHY, NOON + dt.timedelta(hours=1))]
    assert (again.ruled_at, again.task.awaited_by) == (None, dt.date(2024, 12, 27))
    decide(published, OFFICE, [(VUNG_TAU, "CQ.1")], RIGHT, SECOND, LATER)
    ruled = case(published, SECOND)
    assert (ruled.ruled_at, ruled.task.awaited_by) == (LATER, None)
    # The first appraisal was ruled on when it was, whatever was ruled in the second.
    assert case(published, AppraisalTier.FIRST).ruled_at == NOON
    # What is reopened once more is awaited again, and both reasons stay.
    reopened(published, reason="Còn đếm trùng", now=LATER)
    twice = case(published, SECOND)
    assert ([r.reason for r in twice.reopenings], twice.ruled_at) == ([WHY, "Còn đếm trùng"], None)


def test_why_something_was_reopened_never_changes(published: Engine) -> None:
    reopened(published)
    with pytest.raises(DatabaseError, match="never changes"), write_session(published) as session:
        session.execute(text("UPDATE reopening SET reason = 'Khác'"))


def test_before_the_publication_the_council_meets_again_and_the_submission_is_void(submitted: Engine) -> None:
    reopened(submitted)
    with read_session(submitted) as session:
        period = office_period(session)
        assert period.state == PeriodState.SELF_ASSESSMENT
        assert set(steps_of(session, period.id)) == {StepKind.COUNCIL}
    with pytest.raises(CouncilRefusedError, match=r"còn 1 chỉ số chưa thẩm định lại: CQ\.1"):
        submit(submitted)
    decide(submitted, OFFICE, [(VUNG_TAU, "CQ.1")], RIGHT, SECOND)
    with pytest.raises(
        CouncilRefusedError, match="chưa gửi lại kết quả dự kiến để đơn vị giải trình: Thành phố Vũng Tàu"
    ):
        submit(submitted)
    submit(submitted, warned=True)
    with read_session(submitted) as session:
        assert office_period(session).state == PeriodState.AWAITING_APPROVAL
    # What was known when it passed the results need not be known again.
    with write_session(submitted) as session:
        record_council(session, OFFICE, office_period(session).id, "13/BB-HĐTĐ", DAY, "", NOON, voiding=True)


# The draft results sent anew


def answered(engine: Engine, now: dt.datetime) -> None:
    """The head of Vũng Tàu agrees to what it was sent last."""
    place = office_place(engine)
    with write_session(engine) as session:
        accept_results(session, head(place), place, submission(session, place).version, now)


def standing(engine: Engine) -> tuple[str, str]:
    """Where Vũng Tàu stands, and what is left to do or how it was finished."""
    with read_session(engine) as session:
        found = council_standing(session, LEADER, office_period(session).id, DAY)
    own = next(s for s in found if s.unit.key == VUNG_TAU)
    return state_name(own.state), standing_text_of(own)


def test_a_reopened_unit_is_sent_its_results_anew_and_agrees_to_those(submitted: Engine) -> None:
    reopened(submitted, now=NOON + HOUR)
    decide(submitted, OFFICE, [(VUNG_TAU, "CQ.1")], RIGHT, SECOND, NOON + 2 * HOUR)
    assert standing(submitted) == (
        "Đã thẩm định xong", "đã xong: đã thẩm định lại, chưa gửi lại kết quả dự kiến cho đơn vị",
    )  # fmt: skip
    assert tell(submitted, VUNG_TAU, now=NOON + 3 * HOUR) == dt.date(2024, 12, 27)
    assert standing(submitted) == (
        "Chờ giải trình", "chờ đơn vị đồng ý hoặc giải trình, hạn đến hết ngày 27/12/2024",
    )  # fmt: skip
    with pytest.raises(CouncilRefusedError, match="Vũng Tàu: chờ đơn vị đồng ý hoặc giải trình"):
        submit(submitted)
    found = read_by_the_unit(submitted)
    assert (found.told.may_answer, found.told.agreed) == (True, False)
    # What it agreed with before is kept, and is no answer to what it is asked now.
    assert found.agreement is not None
    assert (found.agreement.total, found.appraised_total) == (66.0, 71.0)
    text = standing_text(found)
    assert text.startswith("Đơn vị đã đồng ý với 66,00 điểm lúc 20/12/2024 12:00.")
    assert text.endswith(
        "Kết quả dự kiến được gửi lại lúc 20/12/2024 15:00. Đơn vị giải trình hoặc đồng ý đến hết ngày 27/12/2024, còn 5 ngày làm "
        "việc. Quá hạn mà không có ý kiến thì kết quả này được đưa ra hội đồng."
    )
    assert score_lines(found, ())[1].basis == "kết quả dự kiến gửi lại cho đơn vị ngày 20/12/2024"
    answered(submitted, NOON + 4 * HOUR)
    assert standing(submitted) == ("Đã thẩm định xong", "đã xong: đơn vị đã đồng ý với kết quả dự kiến")
    since = read_by_the_unit(submitted)
    assert since.agreement is not None
    assert (since.told.may_answer, since.agreement.total, since.agreement.moved) == (False, 71.0, ())
    submit(submitted)


def test_what_a_unit_says_to_results_that_are_sent_anew_is_looked_at_and_what_it_said_before_stays(
    told_once: Engine,
) -> None:
    """Vũng Tàu explained CQ.1 and was left at 10 points; after the council CQ.1 is reopened and cut to 5."""
    cut = Verdict(RulingKind.CORRECT, "Đúng 10 hồ sơ", {"a": "10", "b": "100"})
    reopened(told_once, now=NOON + HOUR)
    decide(told_once, OFFICE, [(VUNG_TAU, "CQ.1")], cut, SECOND, NOON + 2 * HOUR)
    tell(told_once, VUNG_TAU, now=NOON + 3 * HOUR)
    asked = read_by_the_unit(told_once)
    assert (asked.told.may_answer, asked.explained, asked.line_of["CQ.1"].appraised.points) == (True, (), 5.0)
    say(told_once, "CQ.1", "Có đủ 30 hồ sơ", now=NOON + 4 * HOUR)
    send(told_once, NOON + 4 * HOUR)
    look_again(told_once)
    going = read_by_the_unit(told_once)
    assert (going.told.reappraising, going.line_of["CQ.1"].appraised.points) == (("CQ.1",), 5.0)
    decide(told_once, OFFICE, [(VUNG_TAU, "CQ.1")], Verdict(RulingKind.AGREE, "Đủ"), SECOND, NOON + 5 * HOUR)
    line = read_by_the_unit(told_once).line_of["CQ.1"]
    assert line.appraised.points == 15.0
    assert line.explanation is not None
    assert [x.text if isinstance(x, EarlierRecord) else x.reason for x in line.history] == [
        CUT, "Đề nghị xem lại", "Giữ nguyên", WHY, "Đúng 10 hồ sơ", "Đủ",
    ]  # fmt: skip
    rows = table(opened(results_workbook(read_by_the_unit(told_once)))["Diễn biến"])
    assert ("Đơn vị giải trình", "Đề nghị xem lại") in [(row["Lần"], row["Lý do"]) for row in rows]
    assert [x.text for x in case(told_once, SECOND).earlier] == ["Đề nghị xem lại"]
    assert case(told_once, SECOND).explanation == line.explanation
    # It was looked at after its answer: nothing was reopened since, so nothing is sent anew.
    with pytest.raises(AppraisalRefusedError, match="không có chỉ số mở lại nên không gửi lại"):
        tell(told_once, VUNG_TAU, now=NOON + 6 * HOUR)


def test_results_are_sent_anew_only_once_all_is_ruled_on_and_before_the_publication(
    submitted: Engine, published: Engine
) -> None:
    reopened(submitted, ("CQ.1", "TC.1"), now=NOON + HOUR)
    decide(submitted, OFFICE, [(VUNG_TAU, "CQ.1")], RIGHT, SECOND, NOON + 2 * HOUR)
    with pytest.raises(AppraisalRefusedError, match="còn 1 chỉ số chưa thẩm định xong"):
        tell(submitted, VUNG_TAU, now=NOON + 3 * HOUR)
    reopened(published, now=LATER)
    decide(published, OFFICE, [(VUNG_TAU, "CQ.1")], RIGHT, SECOND, LATER)
    with pytest.raises(AppraisalRefusedError, match="đã qua hội đồng"):
        tell(published, VUNG_TAU, now=LATER)


def overtaken(engine: Engine) -> Overtaken | None:
    """The minutes that no longer hold, as a leader reads it."""
    with read_session(engine) as session:
        return overtaken_minutes(session, LEADER, office_period(session).id)


def test_minutes_that_a_reopening_has_overtaken_are_told_with_what_rested_on_them_and_why(submitted: Engine) -> None:
    assert overtaken(submitted) is None
    reopened(submitted, ("CQ.1", "TC.1"), now=NOON + dt.timedelta(days=1))
    found = overtaken(submitted)
    assert found is not None
    assert found.submission is not None
    assert (found.minutes.number, found.submission.number) == ("12/BB-HĐTĐ", "45/TTr-STTTT")
    assert [(x.unit, x.criteria, x.told.reason) for x in found.reopened] == [
        ("Thành phố Vũng Tàu", ("CQ.1", "TC.1"), WHY)
    ]
    assert overtaken_texts(found) == (
        "Biên bản hội đồng số 12/BB-HĐTĐ ngày 20/12/2024 có trước khi mở lại thẩm định nên không còn là căn cứ để trình phê "
        "duyệt.",
        "Tờ trình số 45/TTr-STTTT ngày 20/12/2024 đã hết hiệu lực.",
        f"Thành phố Vũng Tàu: mở lại CQ.1, TC.1 ngày 21/12/2024, lý do: {WHY}",
        "Việc tiếp theo: thẩm định lại xong, gửi lại kết quả dự kiến cho đơn vị được mở lại («Tổ chức thẩm định»), hội đồng họp "
        "lại và ghi biên bản mới, rồi trình phê duyệt lại.",
    )
    for code in ("CQ.1", "TC.1"):
        decide(submitted, OFFICE, [(VUNG_TAU, code)], Verdict(None, "Giữ nguyên"), SECOND, LATER)
    # Ruled on or not: the council has not met again.
    assert overtaken(submitted) == found
    with write_session(submitted) as session:
        record_council(session, OFFICE, office_period(session).id, "13/BB-HĐTĐ", LATER.date(), "", LATER, warned=True)
    assert overtaken(submitted) is None
    reopened(submitted, now=LATER + dt.timedelta(hours=1))
    again = overtaken(submitted)
    # The submission had lapsed before these minutes, and what was reopened before them was before the council.
    assert again is not None
    assert (again.minutes.number, again.submission, len(again.reopened)) == ("13/BB-HĐTĐ", None, 1)


def test_what_is_reopened_after_the_publication_overtakes_no_minutes(published: Engine) -> None:
    reopened(published, now=LATER)
    assert overtaken(published) is None
    with read_session(published) as session, pytest.raises(PermissionError):
        overtaken_minutes(session, Identity("a", Role.UNIT_LEADER), office_period(session).id)


def test_nothing_is_reopened_without_a_criterion_a_reason_or_an_appraisal(published: Engine) -> None:
    def faults(criteria: Sequence[str], reason: str) -> tuple[str, ...]:
        with pytest.raises(AppraisalRefusedError) as refusal:
            reopened(published, criteria, reason)
        return refusal.value.faults

    assert faults((), WHY) == ("Chưa chọn chỉ số nào; hãy chọn ít nhất một.",)
    assert faults(("CQ.1",), " ") == ("Cần lý do mở lại thẩm định từ 1 đến 2.000 ký tự; hãy ghi lý do.",)
    assert faults(("CQ.1", "CQ.9"), WHY) == ("Thành phố Vũng Tàu, CQ.9: chưa được thẩm định nên không mở lại được.",)
    with read_session(published) as session:
        assert office_period(session).state == PeriodState.PUBLISHED


def test_a_unit_that_was_not_appraised_has_nothing_to_reopen(new_database: Databases) -> None:
    engine = new_database.opened(appraised_office)
    with write_session(engine) as session, pytest.raises(CouncilRefusedError, match="không phải «Hội đồng thông qua»"):
        reopen(session, OFFICE, districts(session), VUNG_TAU, ["CQ.1"], WHY, 5, NOON)
    submit(engine)
    with write_session(engine) as session:
        snapshot = districts(session)
        other = next(u for u in snapshot.units if u.key not in (VUNG_TAU, CHAU_DUC) and u.code != "748")
        with pytest.raises(SubmissionRefusedError, match="đang ở bước «Đang tự đánh giá»"):
            reopen(session, OFFICE, snapshot, other.key, ["CQ.1"], WHY, 5, NOON)
    engine.dispose()
