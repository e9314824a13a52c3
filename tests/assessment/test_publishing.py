"""A decision freezes what was appraised: nothing that changes later moves it, and who may not see it sees nothing."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from assessment.council import CouncilRefusedError, period_state_name, record_council, steps_of
from assessment.frozen import FrozenMismatchError, appraised_results
from assessment.permissions import Identity
from assessment.publishing import (
    Decision,
    amend,
    appraised_month,
    close_trial,
    editions,
    last_ruling,
    latest_editions,
    preview,
    publish,
    published_results,
    published_snapshot,
    published_text,
)
from assessment.ranking import ranking
from assessment.roles import Role
from assessment.snapshots import LevelSnapshot, ScoreStage, level_snapshot
from data.database import read_session, write_session
from data.models import PeriodState, RulingKind, StepKind
from data.repositories import InputsRefusedError, InputValue, periods, store_inputs
from scoring.engine import CellState
from tests.assessment.appraising import (
    AMENDING,
    DAY,
    DECISION,
    LATER,
    LEADER,
    NOON,
    OFFICE,
    STEP,
    WHY,
    appraised_office,
    office_period,
    official,
    publish_now,
    release,
    rule,
    store_set,
    submit,
    use,
    use_official,
)
from tests.assessment.reporting import SET, last_lines
from tests.data.databases import Databases, small_demonstration

RIGHT = (RulingKind.CORRECT, {"a": 40.0, "b": 100.0})
"""Vũng Tàu's CQ.1 as it turns out: 0,4 of 0,8 are 20 points instead of 15."""


@pytest.fixture
def engine(published: Engine) -> Engine:
    """Published results."""
    return published


def districts(session: Session, edition: int | None = None) -> LevelSnapshot:
    """The districts as they were published."""
    return published_snapshot(session, office_period(session), "district", edition)


def content_of(session: Session, edition: int | None = None) -> dict[str, object]:
    """What was published of the districts, as it stands in the text."""
    return json.loads(published_text(session, office_period(session), edition)[0])["levels"]["district"]


def changed(engine: Engine) -> None:
    """A ruling that comes after the publication."""
    with write_session(engine) as session:
        rule(session, "747", "CQ.1", RIGHT, now=LATER)


def refused(engine: Engine, **told: object) -> tuple[str, ...]:
    """Why publishing is refused."""
    with write_session(engine) as session, pytest.raises(CouncilRefusedError) as refusal:
        publish(session, OFFICE, office_period(session).id, **({"decision": DECISION, "now": NOON} | told))  # type: ignore[arg-type]
    return refusal.value.faults


# What is published


def test_points_totals_ranks_and_bands_are_frozen_as_they_were_appraised(engine: Engine) -> None:
    with read_session(engine) as session:
        own, period = content_of(session), office_period(session)
    assert period.state == PeriodState.PUBLISHED
    points, totals, ranks = own["points"], own["totals"], own["ranks"]
    assert points["747"] == {  # type: ignore[index]
        "CQ.1": 15 * STEP, "CQ.2": 16 * STEP, "TC.1": 20 * STEP, "TC.2": 10 * STEP, "TC.3": 5 * STEP,
    }  # fmt: skip
    assert points["748"] == {"CQ.1": 40 * STEP, "CQ.2": 10 * STEP, "TC.1": 0, "TC.2": 0, "TC.3": 0}  # type: ignore[index]
    assert points["755"] == dict.fromkeys(("CQ.1", "CQ.2", "TC.1", "TC.2", "TC.3"))  # type: ignore[index]
    # 50 of 90 points on a scale of 100, half to even on the grid.
    assert totals == {
        "747": 66 * STEP, "748": 55_555_555_556, "750": 57 * STEP,
        "751": None, "752": None, "753": None, "754": None, "755": None,
    }  # fmt: skip
    assert ranks == {"districts": dict.fromkeys(totals) | {"747": 1, "750": 2, "748": 3}}  # type: ignore[arg-type]
    assert own["not_applicable"] == {"748": {"TC.2": WHY}}
    assert own["inputs"]["747"]["CQ.2"] == {"a": 80.0, "b": 100.0}  # type: ignore[index]
    assert own["inputs"]["750"] == {  # type: ignore[index]
        "CQ.2": {"a": 100.0, "b": 100.0}, "TC.1": {"value": "yes"}, "TC.2": {"value": "2024-06-18"},
        "TC.3": {"value": "head"},
    }  # fmt: skip


def test_the_text_is_canonical_and_the_hash_is_that_of_its_bytes(engine: Engine) -> None:
    with read_session(engine) as session:
        content, digest = published_text(session, office_period(session))
    assert hashlib.sha256(content.encode()).hexdigest() == digest
    again = json.dumps(json.loads(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert again == content
    assert "Thành phố Vũng Tàu" in content
    assert list(json.loads(content)["levels"]) == ["commune", "department", "district", "province"]


def test_no_name_of_a_person_stands_in_the_text_and_no_account(engine: Engine) -> None:
    with read_session(engine) as session:
        content, _digest = published_text(session, office_period(session))
    assert DECISION.signer not in content
    assert "approver" not in content
    assert "account" not in content
    assert "21" not in json.loads(content)["levels"]["district"]["not_applicable"]["748"]["TC.2"]


def test_the_snapshot_of_a_publication_is_the_appraised_one_and_nothing_of_it_is_open(engine: Engine) -> None:
    with read_session(engine) as session:
        shown, period = districts(session), office_period(session)
        appraised = appraised_results(session, period, 12).levels["district"]
    assert (shown.stage, shown.month, shown.released) == (ScoreStage.PUBLISHED, 12, True)
    assert shown.book.points.tolist() == appraised.book.points.tolist()
    assert shown.book.state.tolist() == appraised.book.state.tolist()
    assert shown.waivers["748", "TC.2"].reason == WHY
    assert shown.waivers["748", "TC.2"].approver == ""
    table = ranking(shown, "districts")
    places = [(row.unit.code, row.rank, row.total) for row in table.rows]
    assert places[:3] == [("747", 1, 66.0), ("750", 2, 57.0), ("748", 3, 55.555555556)]
    assert {(rank, total) for _code, rank, total in places[3:]} == {(None, None)}
    assert table.open_places == ()
    assert [(row.best_rank, row.worst_rank) for row in table.rows] == [(1, 1), (2, 2), (3, 3), *[(None, None)] * 5]


def test_the_province_is_published_with_its_units(engine: Engine) -> None:
    with read_session(engine) as session:
        period = office_period(session)
        shown, whole = published_results(session, period).province, json.loads(published_text(session, period)[0])
        now = appraised_results(session, period, 12).province
    assert shown.book.points.tolist() == now.book.points.tolist()
    assert whole["levels"]["province"]["points"]["77"] == {
        code: None if state == CellState.MISSING else int(points)
        for code, points, state in zip(
            shown.book.compiled.codes, shown.book.points[0], shown.book.state[0], strict=True
        )
    }
    assert [u.code for u in shown.levels["district"].units] == list(content_codes(whole))


def content_codes(whole: dict[str, dict[str, dict[str, list[dict[str, str]]]]]) -> Iterator[str]:
    return (unit["code"] for unit in whole["levels"]["district"]["units"])


def test_a_publication_names_its_decision(engine: Engine) -> None:
    with read_session(engine) as session:
        period = office_period(session)
        [edition] = editions(session, period.id)
        assert (edition.number, edition.decision, edition.reason, edition.month) == (1, DECISION, "", 12)
        assert edition.sha256 == published_text(session, period)[1]
        assert latest_editions(session) == {period.id: edition}
    assert last_lines(engine) == [
        ("trạng thái kỳ đánh giá", "Trình phê duyệt", "Đã công bố"),
        ("ngày ký quyết định", None, "20/12/2024"),
        ("mã SHA-256 của nội dung công bố", None, edition.sha256),
    ]


# Nothing moves it


def test_neither_inputs_nor_rulings_nor_another_set_move_what_was_published(engine: Engine) -> None:
    with read_session(engine) as session:
        before, content = districts(session), published_text(session, office_period(session))
    with write_session(engine) as session:
        values = [InputValue("747", "CQ.1", "a", number=99.0), InputValue("748", "TC.1", "value", text="yes")]
        assert store_inputs(session, office_period(session).id, 12, values) == 2
    changed(engine)
    other = store_set(engine, official(SET.replace("max_points: 40", "max_points: 90"), "9.0"))
    release(engine, other)
    use(engine, "district", other)
    with write_session(engine) as session:
        session.execute(text("UPDATE unit SET name_vi = 'Tên khác' WHERE code = '747'"))
    with read_session(engine) as session:
        after = districts(session)
        assert published_text(session, office_period(session)) == content
        now = appraised_results(session, office_period(session), 12).levels["district"]
    assert after.book.points.tolist() == before.book.points.tolist()
    assert after.criteria_set.version == "1.0"
    assert (after.units, after.lists) == (before.units, before.lists)
    assert ranking(after, "districts").rows == ranking(before, "districts").rows
    # All of it has reached what is appraised now: 90 x 0,4 / 0,8 = 45 points.
    assert now.book.points[now.row_of["747"], 0] == 45 * STEP
    assert now.units[now.row_of["747"]].name_vi == "Tên khác"


def test_the_database_refuses_to_change_or_remove_a_publication(engine: Engine) -> None:
    for statement in ("UPDATE publication SET signer = 'Ai đó'", "DELETE FROM publication"):
        with pytest.raises(DBAPIError), write_session(engine) as session:
            session.execute(text(statement))


def tamper(engine: Engine, statement: str, **values: object) -> None:
    """What only somebody could do who owns the database itself."""
    triggers = {
        "sqlite": ("DROP TRIGGER publication_update", "DROP TRIGGER IF EXISTS criteria_set_version_update"),
        "postgresql": ("DROP TRIGGER publication_refuse ON publication",),
    }[engine.dialect.name]
    with write_session(engine) as session:
        for trigger in triggers:
            session.execute(text(trigger))
        session.execute(text(statement), values)


def test_a_text_that_was_tampered_with_is_refused(engine: Engine) -> None:
    with read_session(engine) as session:
        content, digest = published_text(session, office_period(session))
    tamper(engine, "UPDATE publication SET content = :content", content=content.replace("Vũng Tàu", "Vũng Tầu"))
    with read_session(engine) as session, pytest.raises(FrozenMismatchError) as refusal:
        districts(session)
    assert str(refusal.value).startswith(f"Nội dung công bố của kỳ «Năm 2024» không khớp mã SHA-256 {digest} đã ghi")


def test_points_that_the_inputs_do_not_give_are_refused_even_with_their_own_hash(engine: Engine) -> None:
    with read_session(engine) as session:
        content, _digest = published_text(session, office_period(session))
    forged = content.replace('"747":66000000000', '"747":67000000000')
    assert forged != content
    tamper(
        engine,
        "UPDATE publication SET content = :content, sha256 = :sha256",
        content=forged,
        sha256=hashlib.sha256(forged.encode()).hexdigest(),
    )
    with read_session(engine) as session, pytest.raises(FrozenMismatchError) as refusal:
        districts(session)
    assert str(refusal.value) == (
        "Cấp huyện: điểm và hạng tính lại từ nội dung công bố của kỳ «Năm 2024» không trùng điểm và hạng đã công bố; hãy "
        "báo người quản trị kiểm tra phiên bản phần mềm và bản sao lưu."
    )


# What is refused


def test_a_period_on_a_reference_set_is_never_published(submitted: Engine) -> None:
    use(submitted, "commune", store_set(submitted, SET.replace("rieng-2024", "xa-2024").replace("district", "commune")))
    assert refused(submitted) == (
        "Cấp xã: bộ chỉ số xa-2024 phiên bản 1.0 là bộ tham chiếu nên kết quả không công bố được; hãy dùng bộ chính thức "
        "đã ban hành, hoặc kết thúc kỳ này như chạy thử nội bộ.",
    )


def test_an_official_set_that_two_people_have_not_released_is_not_enough(submitted: Engine) -> None:
    use(submitted, "district", store_set(submitted, official(SET, "8.0")))
    assert refused(submitted) == (
        "Cấp huyện: bộ chỉ số rieng-2024 phiên bản 8.0 chưa được hai người ban hành trên phần mềm; hãy ban hành ở màn hình "
        "«Bộ chỉ số».",
    )


def test_invented_figures_are_never_published(submitted: Engine) -> None:
    with write_session(submitted) as session:
        session.execute(text("UPDATE period SET origin = 'demonstration'"))
        [period] = periods(session)
        with pytest.raises(CouncilRefusedError, match="dùng số liệu trình diễn nên không công bố được"):
            publish(session, OFFICE, period.id, DECISION, NOON)


def test_only_what_was_submitted_for_approval_is_published(new_database: Databases) -> None:
    engine = new_database.opened(appraised_office)
    assert refused(engine) == (
        "Kỳ «Năm 2024» đang ở bước «Đang tự đánh giá», không phải «Trình phê duyệt»; hãy tải lại trang.",
    )
    submit(engine)
    publish_now(engine)
    assert refused(engine) == (
        "Kỳ «Năm 2024» đang ở bước «Đã công bố», không phải «Trình phê duyệt»; hãy tải lại trang.",
    )
    engine.dispose()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (
            {"number": " "},
            "Chưa có số của quyết định công bố (1 đến 100 ký tự); hãy ghi, ví dụ 789/QĐ-UBND.",
        ),
        ({"number": "7" * 101}, "Số văn bản dài 101 ký tự, nhiều nhất được 100; hãy viết gọn lại."),
        ({"signer": " "}, "Chưa có người ký quyết định; hãy ghi chức vụ và họ tên."),
        ({"signer": "C" * 201}, "Người ký dài 201 ký tự, nhiều nhất được 200; hãy viết gọn lại."),
        ({"date": dt.date(2024, 12, 21)}, "Ngày ký quyết định 21/12/2024 ở tương lai; hãy ghi ngày đã ký."),
        (
            {"date": dt.date(2024, 12, 19)},
            "Ngày ký quyết định 19/12/2024 trước ngày 20/12/2024 của tờ trình phê duyệt; hãy kiểm tra lại ngày.",
        ),
    ],
)
def test_a_decision_has_number_day_and_signer(submitted: Engine, change: dict[str, object], why: str) -> None:
    assert refused(submitted, decision=replace(DECISION, **change)) == (why,)  # type: ignore[arg-type]


def test_what_has_changed_since_it_was_looked_at_is_not_published(submitted: Engine) -> None:
    with read_session(submitted) as session:
        seen = preview(session, LEADER, office_period(session).id, DAY).frozen.sha256
    changed(submitted)
    assert refused(submitted, seen=seen) == (
        "Kết quả đã thay đổi sau khi bạn xem trước; hãy xem lại nội dung sẽ công bố rồi xác nhận lần nữa.",
    )
    with write_session(submitted) as session:
        period = office_period(session).id
        found = preview(session, LEADER, period, DAY)
        assert (found.faults, found.late) == ((), 1)
        edition = publish(session, OFFICE, period, DECISION, NOON, found.frozen.sha256)
    assert edition.sha256 == found.frozen.sha256


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in (Role.DX_OFFICE, Role.APPRAISER, Role.PROVINCE_LEADER)]
)
def test_what_would_be_published_is_shown_to_who_may_read_appraised_points(submitted: Engine, role: Role) -> None:
    with read_session(submitted) as session, pytest.raises(PermissionError, match="xem điểm thẩm định chưa công bố"):
        preview(session, Identity("a", role), office_period(session).id, DAY)


def test_a_demonstration_account_publishes_nothing(submitted: Engine) -> None:
    shown = Identity("trinh.dien", Role.DX_OFFICE, account_id=901, demonstration=True)
    for act in (
        lambda session, period: publish(session, shown, period, DECISION, NOON),
        lambda session, period: amend(session, shown, period, AMENDING, "Sửa", LATER),
    ):
        with write_session(submitted) as session, pytest.raises(CouncilRefusedError) as refusal:
            act(session, office_period(session).id)
        assert refusal.value.faults[0].startswith("Tài khoản trình diễn không công bố kết quả được")


# Amending


def test_rulings_since_the_edition_in_force_are_counted_not_those_that_it_published(engine: Engine) -> None:
    def since() -> int:
        with read_session(engine) as session:
            return preview(session, LEADER, office_period(session).id, DAY).late

    assert since() == 0
    changed(engine)
    assert since() == 1
    with write_session(engine) as session:
        amend(session, OFFICE, office_period(session).id, AMENDING, "Số liệu đúng", LATER)
    assert since() == 0


def test_an_amending_decision_is_a_further_edition_and_the_old_one_stays(engine: Engine) -> None:
    changed(engine)
    with read_session(engine) as session:
        first = published_text(session, office_period(session))
    with write_session(engine) as session:
        edition = amend(session, OFFICE, office_period(session).id, AMENDING, " Số liệu  đúng ", LATER)
    assert (edition.number, edition.reason, edition.decision) == (2, "Số liệu đúng", AMENDING)
    with read_session(engine) as session:
        period = office_period(session)
        assert [e.number for e in editions(session, period.id)] == [2, 1]
        assert latest_editions(session)[period.id].number == 2
        assert published_text(session, period, 1) == first
        totals = [content_of(session, number)["totals"]["747"] for number in (None, 2, 1)]  # type: ignore[index]
        assert totals == [71 * STEP, 71 * STEP, 66 * STEP]
        assert districts(session, 1).book.total[districts(session, 1).row_of["747"]] == 66 * STEP
        # Every edition names its own decision, the one in force that of the amendment.
        assert [districts(session, number).decision for number in (None, 2, 1)] == [AMENDING, AMENDING, DECISION]
        whole = published_results(session, period)
        assert {level.decision for level in (*whole.levels.values(), *whole.province.levels.values())} == {AMENDING}
        assert period.state == PeriodState.PUBLISHED
        with pytest.raises(LookupError, match="không có lần công bố này"):
            published_results(session, period, 3)
    assert last_lines(engine) == [
        ("ngày ký quyết định", None, "30/12/2024"),
        ("mã SHA-256 của nội dung công bố", first[1], edition.sha256),
    ]


def test_amending_needs_a_publication_a_reason_a_later_decision_and_a_difference(submitted: Engine) -> None:
    def faults(reason: str, decision: Decision = AMENDING) -> tuple[str, ...]:
        with write_session(submitted) as session, pytest.raises(CouncilRefusedError) as refusal:
            amend(session, OFFICE, office_period(session).id, decision, reason, LATER)
        return refusal.value.faults

    assert faults("Sửa")[0].startswith("Kỳ «Năm 2024» đang ở bước «Trình phê duyệt», không phải «Đã công bố»")
    publish_now(submitted)
    assert faults(" ") == ("Cần lý do sửa đổi từ 1 đến 2.000 ký tự; hãy ghi lý do.",)
    assert faults("Sửa") == (
        "Kết quả thẩm định hiện tại không khác lần công bố 1; hãy thẩm định lại phần cần sửa trước khi công bố sửa đổi.",
    )
    changed(submitted)
    earlier = replace(AMENDING, date=DAY - dt.timedelta(days=1))
    assert faults("Sửa", earlier) == (
        "Ngày ký quyết định 19/12/2024 trước ngày 20/12/2024 của Quyết định số 789/QĐ-UBND; hãy kiểm tra lại ngày.",
    )


def test_a_number_publishes_once_a_year(submitted: Engine) -> None:
    publish_now(submitted)
    changed(submitted)
    again = replace(AMENDING, number="789/qđ-ubnd")
    with write_session(submitted) as session:
        period = office_period(session).id
        with pytest.raises(CouncilRefusedError) as refusal:
            amend(session, OFFICE, period, again, "Sửa", LATER)
        assert refusal.value.faults == (
            "Quyết định số 789/QĐ-UBND ngày 20/12/2024 đã công bố lần 1; hãy ghi số của quyết định sửa đổi.",
        )
        # Numbers begin anew with the year.
        next_year = replace(again, date=dt.date(2025, 1, 6))
        assert amend(session, OFFICE, period, next_year, "Sửa", NOON + dt.timedelta(days=30)).number == 2


def test_after_a_publication_the_council_does_not_meet_again(engine: Engine) -> None:
    with write_session(engine) as session, pytest.raises(CouncilRefusedError, match="đang ở bước «Đã công bố»"):
        record_council(session, OFFICE, office_period(session).id, "13/BB", DAY, "", NOON)


# A trial run


def test_a_trial_run_is_closed_and_takes_nothing_more(new_database: Databases) -> None:
    engine = new_database.opened(appraised_office)
    use(engine, "district", store_set(engine, SET.replace('"1.0"', '"3.0"')))
    with write_session(engine) as session:
        period = office_period(session).id
        close_trial(session, OFFICE, period, DAY, "Rút kinh nghiệm", NOON, "7/BC")
    assert last_lines(engine) == [
        ("ngày của văn bản", None, "20/12/2024"),
        ("tháng được chốt số liệu", None, "12"),
    ]
    with write_session(engine) as session:
        steps = steps_of(session, period)
        assert (steps[StepKind.TRIAL_CLOSED].number, steps[StepKind.TRIAL_CLOSED].note) == ("7/BC", "Rút kinh nghiệm")
        assert period_state_name(office_period(session), steps) == "Đã kết thúc chạy thử nội bộ"
        with pytest.raises(InputsRefusedError, match="đã chốt"):
            store_inputs(session, period, 12, [InputValue("747", "CQ.1", "a", number=1.0)])
        for act in (
            lambda: close_trial(session, OFFICE, period, DAY, "", NOON),
            lambda: record_council(session, OFFICE, period, "1/BB", DAY, "", NOON),
            lambda: publish(session, OFFICE, period, DECISION, NOON),
        ):
            with pytest.raises(CouncilRefusedError, match="đã kết thúc chạy thử nội bộ"):
                act()
    engine.dispose()


def test_results_are_those_of_a_trial_run_from_its_set_on_and_stay_so_once_it_has_ended(
    new_database: Databases,
) -> None:
    engine = new_database.opened(appraised_office)
    trial = lambda: snapshot_at(engine).trial  # noqa: E731
    assert not trial()
    use(engine, "district", store_set(engine, SET.replace('"1.0"', '"3.0"')))
    assert trial()
    with write_session(engine) as session:
        close_trial(session, OFFICE, office_period(session).id, DAY, "", NOON)
    use_official(engine, "district", official(SET, "4.0"))
    assert trial()
    engine.dispose()


def snapshot_at(engine: Engine) -> LevelSnapshot:
    """The districts of the office's period at December."""
    with read_session(engine) as session:
        return level_snapshot(session, office_period(session), "district", 12)


def test_the_demonstration_can_only_be_closed_as_a_trial_run(new_database: Databases) -> None:
    engine = new_database.opened(small_demonstration)
    with write_session(engine) as session:
        period = periods(session)[0]
        close_trial(session, OFFICE, period.id, DAY, "", NOON)
        assert period_state_name(period, steps_of(session, period.id)) == "Đã kết thúc chạy thử nội bộ"
    engine.dispose()


def test_a_period_that_can_be_published_is_no_trial_run(submitted: Engine) -> None:
    with write_session(submitted) as session, pytest.raises(CouncilRefusedError, match="không phải chạy thử nội bộ"):
        close_trial(session, OFFICE, office_period(session).id, DAY, "", NOON)


def test_what_appraised_points_depend_on_is_the_last_month_and_the_last_ruling(engine: Engine) -> None:
    with read_session(engine) as session:
        period = office_period(session)
        before = last_ruling(session, period.id)
        assert (appraised_month(session, period), before) == (12, 15)
    changed(engine)
    with read_session(engine) as session:
        assert last_ruling(session, period.id) == 16
