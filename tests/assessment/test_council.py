"""The council passes what is finished: what stands in its way is told by unit, who never sent stays without a rank."""

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from assessment.appraised import appraised_snapshot, rulings_in_force
from assessment.council import (
    CouncilRefusedError,
    council_cautions,
    council_standing,
    period_state_name,
    record_council,
    steps_of,
    submit_for_approval,
)
from assessment.deadlines import set_deadline
from assessment.permissions import Identity
from assessment.ranking import RankingTable, ranking
from assessment.roles import Role
from data.database import read_session, write_session
from data.models import AppraisalTier, Explanation, PeriodState, StepKind, Submission
from tests.assessment.appraisal_office import districts
from tests.assessment.appraising import (
    DAY,
    LEADER,
    NOON,
    OFFICE,
    SINCE,
    appraised_office,
    office_period,
    report,
    store_set,
    submit,
    task,
    use,
)
from tests.assessment.reporting import SET, last_lines
from tests.data.databases import Databases

TOMORROW = DAY + dt.timedelta(days=1)
YESTERDAY = DAY - dt.timedelta(days=1)


@pytest.fixture
def engine(new_database: Databases) -> Iterator[Engine]:
    """Three appraised districts that agreed to their draft results; the other five never sent a report."""
    engine = new_database.opened(appraised_office)
    yield engine
    engine.dispose()


def passed(
    session: Session,
    number: str = "12/BB-HĐTĐ",
    date: dt.date = DAY,
    now: dt.datetime = NOON,
    note: str = " Họp  lần 1 ",
    **known: bool,
) -> list[str]:
    """The council passes the results; names of the units that stay without a rank."""
    unsent = record_council(session, OFFICE, office_period(session).id, number, date, note, now, **known)
    return [unit.name_vi for unit in unsent if unit.level == "district"]


def faults(session: Session, **told: object) -> tuple[str, ...]:
    with pytest.raises(CouncilRefusedError) as refused:
        passed(session, **told)  # type: ignore[arg-type]
    return refused.value.faults


def explained(session: Session, unit: str, sent_at: dt.datetime | None) -> None:
    key = {"period_id": office_period(session).id, "unit_code": unit, "unit_valid_from": SINCE}
    session.add(Explanation(**key, criterion="CQ.1", text="Giải trình", changed_at=NOON, sent_at=sent_at))
    session.flush()


def test_the_council_passes_what_is_finished_and_names_who_never_sent(engine: Engine) -> None:
    with write_session(engine) as session:
        assert passed(session) == [
            "Huyện Côn Đảo", "Huyện Đất Đỏ", "Huyện Long Điền", "Huyện Xuyên Mộc", "Thị xã Phú Mỹ",
        ]  # fmt: skip
    with read_session(engine) as session:
        period = office_period(session)
        step = steps_of(session, period.id)[StepKind.COUNCIL]
        assert period.state == PeriodState.COUNCIL_PASSED
        assert (step.number, step.date, step.note) == ("12/BB-HĐTĐ", DAY, "Họp lần 1")
        assert period_state_name(period, steps_of(session, period.id)) == "Hội đồng thông qua"
    assert last_lines(engine) == [
        ("trạng thái kỳ đánh giá", "Đang tự đánh giá", "Hội đồng thông qua"),
        ("ngày của văn bản", None, "20/12/2024"),
    ]


def test_who_never_sent_may_still_come_in_anywhere_until_the_council_has_passed(engine: Engine) -> None:
    # 66, 57 and 55,56 points; five districts sent nothing.
    def places() -> list[tuple[int | None, int | None, int | None]]:
        with read_session(engine) as session:
            rulings = rulings_in_force(session, office_period(session).id)
            rows = ranking(appraised_snapshot(districts(session), rulings), "districts").rows
        return [(row.rank, row.best_rank, row.worst_rank) for row in rows]

    assert places() == [(1, 1, 6), (2, 2, 7), (3, 3, 8), *[(None, 1, 8)] * 5]
    with write_session(engine) as session:
        passed(session)
    assert places() == [(1, 1, 1), (2, 2, 2), (3, 3, 3), *[(None, None, None)] * 5]


def test_what_was_not_reported_may_still_come_until_the_council_has_passed(engine: Engine) -> None:
    # Vũng Tàu has 15 of its 40 points at CQ.1 and nothing else; Bà Rịa has a 0.
    def table() -> RankingTable:
        with read_session(engine) as session:
            return ranking(districts(session), "districts")

    first = table()
    assert not first.settled
    assert [(row.rank, row.worst_rank) for row in first.rows[:2]] == [(1, 8), (2, 8)]
    with write_session(engine) as session:
        passed(session)
    assert table().settled
    assert [(row.rank, row.worst_rank) for row in table().rows] == [(1, 1), (2, 2), *[(None, None)] * 6]
    assert table().rows[0].missing_codes == ("CQ.2", "TC.1", "TC.2", "TC.3")


@pytest.mark.parametrize(
    ("state", "columns", "why"),
    [
        (PeriodState.SENT, {}, "báo cáo đã gửi nhưng chưa đưa vào thẩm định"),
        (PeriodState.APPRAISAL, {}, "đang thẩm định, chưa gửi kết quả dự kiến cho đơn vị"),
        (
            PeriodState.AWAITING_EXPLANATION, {"due_on": DAY},
            "chờ đơn vị đồng ý hoặc giải trình, hạn đến hết ngày 20/12/2024",
        ),
        (PeriodState.AWAITING_EXPLANATION, {}, "chờ đơn vị đồng ý hoặc giải trình, chưa có hạn"),
        (
            PeriodState.RETURNED, {"due_on": TOMORROW, "return_reason": "Thiếu"},
            "đang bổ sung báo cáo theo yêu cầu trả lại, hạn đến hết ngày 21/12/2024",
        ),
    ],
)  # fmt: skip
def test_a_unit_that_is_not_finished_stands_in_the_way(
    engine: Engine, state: PeriodState, columns: dict[str, object], why: str
) -> None:
    with write_session(engine) as session:
        report(session, "748", state, accepted_at=None, **columns)
    with write_session(engine) as session:
        assert faults(session) == (f"Thành phố Bà Rịa: {why}.",)
    with read_session(engine) as session:
        assert office_period(session).state == PeriodState.SELF_ASSESSMENT
        assert steps_of(session, office_period(session).id) == {}


@pytest.mark.parametrize(
    ("state", "columns"),
    [
        (PeriodState.AWAITING_EXPLANATION, {"accepted_at": NOON, "due_on": TOMORROW}),
        (PeriodState.AWAITING_EXPLANATION, {"accepted_at": None, "due_on": YESTERDAY}),
        (PeriodState.REAPPRAISAL, {"accepted_at": None}),
        # Given back and never sent again: as if it never had been.
        (PeriodState.RETURNED, {"due_on": YESTERDAY, "return_reason": "Thiếu"}),
    ],
)
def test_a_unit_that_is_finished_does_not(engine: Engine, state: PeriodState, columns: dict[str, object]) -> None:
    with write_session(engine) as session:
        report(session, "748", state, **columns)
        unsent = passed(session)
    assert ("Thành phố Bà Rịa" in unsent) is (state == PeriodState.RETURNED)


@pytest.mark.parametrize(
    ("tier", "why"),
    [
        (AppraisalTier.FIRST, "còn 6 chỉ số chưa thẩm định: NT.1, NT.2, NT.3, NT.4, NT.5…"),
        (AppraisalTier.RECHECK, "còn 6 chỉ số chưa phúc tra: NT.1, NT.2, NT.3, NT.4, NT.5…"),
        (AppraisalTier.SECOND, "còn 6 chỉ số chưa thẩm định lại: NT.1, NT.2, NT.3, NT.4, NT.5…"),
    ],
)
def test_every_task_is_ruled_on_before_the_council(engine: Engine, tier: AppraisalTier, why: str) -> None:
    with write_session(engine) as session:
        report(session, "748", PeriodState.REAPPRAISAL, accepted_at=None)
        for n in range(1, 7):
            task(session, "748", f"NT.{n}", tier, ruled=False)
    with write_session(engine) as session:
        assert faults(session) == (f"Thành phố Bà Rịa: {why}.",)


def test_an_explanation_that_was_sent_waits_and_a_draft_of_one_does_not_after_its_last_day(engine: Engine) -> None:
    with write_session(engine) as session:
        report(session, "748", PeriodState.AWAITING_EXPLANATION, accepted_at=None, due_on=YESTERDAY)
        report(session, "750", PeriodState.AWAITING_EXPLANATION, accepted_at=None, due_on=YESTERDAY)
        explained(session, "748", NOON)
        explained(session, "750", None)
    with write_session(engine) as session:
        assert faults(session) == ("Thành phố Bà Rịa: giải trình đã gửi, chưa đưa vào thẩm định lại.",)


def test_codes_stand_in_the_order_of_their_numbers(engine: Engine) -> None:
    with write_session(engine) as session:
        report(session, "748", PeriodState.AWAITING_EXPLANATION, accepted_at=NOON)
        for code in ("AT.10", "AT.1", "AT.2"):
            task(session, "748", code, AppraisalTier.FIRST, ruled=False)
    with write_session(engine) as session:
        assert faults(session) == ("Thành phố Bà Rịa: còn 3 chỉ số chưa thẩm định: AT.1, AT.2, AT.10.",)


def test_all_that_stands_in_the_way_is_told_at_once(engine: Engine) -> None:
    with write_session(engine) as session:
        report(session, "747", PeriodState.APPRAISAL, accepted_at=None)
        task(session, "747", "TC.9", AppraisalTier.FIRST, ruled=False)
        report(session, "754", PeriodState.SENT)
    with write_session(engine) as session:
        assert faults(session) == (
            "Thành phố Vũng Tàu: còn 1 chỉ số chưa thẩm định: TC.9; đang thẩm định, chưa gửi kết quả dự kiến cho đơn vị.",
            "Thị xã Phú Mỹ: báo cáo đã gửi nhưng chưa đưa vào thẩm định.",
        )
        standings = council_standing(session, LEADER, office_period(session).id, DAY)
    of = {s.unit.code: s for s in standings if s.unit.level == "district"}
    assert [(of[code].sent, len(of[code].obstacles)) for code in ("747", "748", "754", "755")] == [
        (True, 2), (True, 0), (True, 1), (False, 0),
    ]  # fmt: skip


def test_minutes_are_not_older_than_what_they_pass(engine: Engine) -> None:
    with write_session(engine) as session:
        assert faults(session, date=YESTERDAY) == (
            "Ngày của biên bản hội đồng 19/12/2024 trước ngày 20/12/2024 của kết luận thẩm định gần nhất; hãy kiểm tra lại ngày.",
        )


def test_the_council_knows_whom_it_shuts_out_in_time(engine: Engine) -> None:
    """Three of the eight districts have sent; their deadline ends on Monday 23/12/2024, one working day after the 20th."""
    with write_session(engine) as session:
        set_deadline(session, OFFICE, office_period(session), "district", DAY, 1, 0, NOON)
    caution = (
        "Cấp huyện: hạn gửi báo cáo đến hết ngày 23/12/2024 và còn 5 đơn vị chưa gửi; hội đồng thông qua rồi thì các đơn vị này "
        "không gửi được nữa."
    )
    with write_session(engine) as session:
        assert faults(session) == (
            caution,
            "Nếu hội đồng vẫn thông qua, hãy đánh dấu ô đã đọc các lưu ý rồi ghi lần nữa.",
        )
        standings = council_standing(session, LEADER, office_period(session).id, DAY)
        for today, told in ((DAY, (caution,)), (dt.date(2024, 12, 24), ())):
            assert council_cautions(session, LEADER, office_period(session).id, standings, today) == told
    with write_session(engine) as session:
        assert len(passed(session, warned=True)) == 5


def test_a_council_over_nothing_is_refused(engine: Engine) -> None:
    with write_session(engine) as session:
        for row in session.scalars(select(Submission)):
            session.delete(row)
    with write_session(engine) as session:
        assert faults(session) == ("Chưa có cơ quan, đơn vị nào gửi báo cáo nên hội đồng chưa có gì để thông qua.",)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"number": "  "}, "Chưa có số của biên bản hội đồng; hãy ghi, ví dụ 12/BB-HĐTĐ."),
        ({"number": "1" * 101}, "Số văn bản dài 101 ký tự, nhiều nhất được 100; hãy viết gọn lại."),
        ({"note": "n" * 2001}, "Ghi chú dài 2.001 ký tự, nhiều nhất được 2.000; hãy viết gọn lại."),
        ({"date": TOMORROW}, "Ngày của biên bản hội đồng 21/12/2024 ở tương lai; hãy ghi ngày đã ký."),
        (
            {"date": dt.date(204, 12, 20)},
            "Ngày của biên bản hội đồng: năm 204 của ngày 20/12/204 ngoài khoảng 1945 đến 2100; hãy kiểm tra lại năm.",
        ),
    ],
)
def test_minutes_have_a_number_and_a_day(engine: Engine, told: dict[str, object], why: str) -> None:
    with write_session(engine) as session:
        assert faults(session, **told) == (why,)


def test_results_are_submitted_once_the_council_has_passed_them(engine: Engine) -> None:
    with write_session(engine) as session:
        period = office_period(session).id
        with pytest.raises(CouncilRefusedError, match="ở bước «Đang tự đánh giá», không phải «Hội đồng thông qua»"):
            submit_for_approval(session, OFFICE, period, "45/TTr", DAY, "", NOON)
    with write_session(engine) as session:
        passed(session)
        with pytest.raises(CouncilRefusedError, match="19/12/2024 trước ngày 20/12/2024 của biên bản hội đồng"):
            submit_for_approval(session, OFFICE, period, "45/TTr", YESTERDAY, "", NOON)
        submit_for_approval(session, OFFICE, period, "45/TTr", DAY, "", NOON)
    with read_session(engine) as session:
        assert office_period(session).state == PeriodState.AWAITING_APPROVAL
        assert steps_of(session, period)[StepKind.APPROVAL].number == "45/TTr"


def test_a_reference_set_is_not_submitted_for_approval(engine: Engine) -> None:
    use(engine, "district", store_set(engine, SET.replace("1.0", "3.0")))
    with write_session(engine) as session:
        passed(session)
        with pytest.raises(
            CouncilRefusedError, match=r"^Cấp huyện: bộ chỉ số rieng-2024 phiên bản 3\.0 là bộ tham chiếu"
        ):
            submit_for_approval(session, OFFICE, office_period(session).id, "45/TTr", DAY, "", NOON)


def test_the_council_may_meet_again_and_what_was_submitted_is_void(engine: Engine) -> None:
    submit(engine)
    # Nobody voids a submission by the way: not by a form that was opened before it was entered either.
    with write_session(engine) as session:
        assert faults(session, number="13/BB-HĐTĐ") == (
            "Tờ trình số 45/TTr-STTTT ngày 20/12/2024 đã ghi sẽ hết hiệu lực nếu ghi biên bản mới; nếu đúng là hội đồng họp "
            "lại, hãy đánh dấu ô xác nhận rồi ghi lần nữa.",
        )
    with read_session(engine) as session:
        assert office_period(session).state == PeriodState.AWAITING_APPROVAL
    with write_session(engine) as session:
        passed(session, number="13/BB-HĐTĐ", voiding=True)
    with read_session(engine) as session:
        found = steps_of(session, office_period(session).id)
        assert office_period(session).state == PeriodState.COUNCIL_PASSED
        assert (set(found), found[StepKind.COUNCIL].number) == ({StepKind.COUNCIL}, "13/BB-HĐTĐ")
    assert last_lines(engine) == [
        ("trạng thái kỳ đánh giá", "Trình phê duyệt", "Hội đồng thông qua"),
        ("ngày của văn bản", "20/12/2024, văn bản số 12/BB-HĐTĐ", "20/12/2024"),
        ("tờ trình", "45/TTr-STTTT", None),
    ]


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.DX_OFFICE, Role.PROVINCE_LEADER)])
def test_who_stands_where_is_told_to_the_office_and_the_leader(engine: Engine, role: Role) -> None:
    with read_session(engine) as session:
        period = office_period(session).id
        assert len(council_standing(session, LEADER, period, DAY)) > 8
        with pytest.raises(PermissionError):
            council_standing(session, Identity("a", role), period, DAY)
