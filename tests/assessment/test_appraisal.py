"""Appraisal from the first task to the second appraisal: who gets what, what can be decided, what a unit is told."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from assessment.accounts import NewAccount, create_account, create_accounts
from assessment.appraisal import (
    AppraisalRefusedError,
    Progress,
    assign,
    begin_appraisal,
    begin_reappraisal,
    draw_recheck,
    loads,
    progress,
    progress_of,
    send_draft_results,
    tasks,
)
from assessment.appraised import appraised_snapshot, rulings_in_force
from assessment.appraisers import Appraiser, Assigning, appraisers, may_appraise
from assessment.council import record_council
from assessment.explaining import accept_results, draft_results, explain, explanations, send_explanations
from assessment.importing import ImportRequest, import_inputs
from assessment.permissions import Action, Identity, permitted
from assessment.ranking import ranking
from assessment.refusals import RefusedError
from assessment.roles import Role
from assessment.rulings import Verdict, earlier_rulings, kinds_for, rule, rulings_on
from assessment.scorecard import scorecard
from assessment.set_change import rescored
from assessment.snapshots import LevelSnapshot, level_snapshot
from assessment.submissions import ReportPlace, SubmissionRefusedError, submission
from assessment.unit_results import Mark
from criteria.crosswalk import crosswalk
from data.audit import Deed
from data.database import draft_session, read_session, write_session
from data.lineage import UnitKey
from data.models import AppraisalTier, AuditEntry, Period, PeriodOrigin, PeriodState, RulingKind, Submission
from data.repositories import UnitRecord
from data.settings import Settings
from reports.draft_results import reported_text
from reports.scorecard import awaiting_text
from scoring.engine import CellState
from scoring.grid import in_points
from tests.assessment.appraisal_office import (
    BA_RIA,
    CHAU_DUC,
    STTTT,
    VUNG_TAU,
    WHY,
    agree_to_all,
    appraiser,
    begun_office,
    decide,
    districts,
    sent_office,
    task_of,
)
from tests.assessment.appraising import NOON, OFFICE, SINCE, office_period, report, task
from tests.assessment.appraising import rule as appraising_rule
from tests.assessment.forecasting import period_of, second_office
from tests.assessment.reporting import SET, clerk, head, open_office, place_of, snapshot_in, snapshot_of, type_in
from tests.data.databases import Databases, reference_alone

TODAY = NOON.date()
COMMUNE_CODES = ("26506", "26509", "26548", "26551")
"""Two communes of Vũng Tàu and two of Bà Rịa."""
FIRST, SECOND = AppraisalTier.FIRST, AppraisalTier.SECOND


@pytest.fixture
def sent(new_database: Databases) -> Iterator[Engine]:
    engine = new_database.opened(sent_office)
    yield engine
    engine.dispose()


@pytest.fixture
def begun(new_database: Databases) -> Iterator[Engine]:
    engine = new_database.opened(begun_office)
    yield engine
    engine.dispose()


def begin(engine: Engine, *units: UnitKey, days: int = 10) -> int:
    with write_session(engine) as session:
        return begin_appraisal(session, OFFICE, snapshot_in(session), units, days, NOON)


def told(engine: Engine, *units: UnitKey, days: int = 5) -> dt.date:
    """The office sends draft results."""
    with write_session(engine) as session:
        snapshot = snapshot_in(session)
        records = [snapshot.units[snapshot.row_of[unit.code]] for unit in units]
        return send_draft_results(session, OFFICE, snapshot.period.id, records, days, NOON)


def appraised(engine: Engine) -> LevelSnapshot:
    with read_session(engine) as session:
        snapshot = snapshot_in(session)
        return appraised_snapshot(snapshot, rulings_in_force(session, snapshot.period.id))


def points(snapshot: LevelSnapshot, unit: str, criterion: str) -> float:
    book = snapshot.book
    return float(in_points(book.points[snapshot.row_of[unit], book.compiled.index_of[criterion]]))


def total(snapshot: LevelSnapshot, unit: str) -> float:
    return float(in_points(snapshot.book.total[snapshot.row_of[unit]]))


# Who gets what


def unit(code: str, level: str, parent: str | None = None) -> UnitRecord:
    return UnitRecord(code, SINCE, None, level, "", code, None, parent, "", "attested")  # type: ignore[arg-type]


def person(number: int, groups: str, own: str | None = None, *, of_district: bool = False) -> Appraiser:
    key = UnitKey(own, SINCE) if own else None
    return Appraiser(number, f"td{number}", "", key, of_district, frozenset(groups.split()))


def test_a_criterion_goes_to_the_agency_that_verifies_it_and_to_whoever_has_least_there() -> None:
    known = [person(1, "CQ"), person(2, "CQ", "STC"), person(3, "CQ TC", "STC"), person(4, "CQ", "STTTT")]
    give = Assigning(known, Counter({2: 1}))
    district = unit("747", "district")
    assert [give.account_for(district, "CQ", "STC") for _time in range(3)] == [3, 2, 3]
    # No appraiser of the police: anybody of the main index, least loaded first, then by number.
    assert give.account_for(district, "CQ", "CAT") == 1
    assert give.account_for(district, "TC", None) == 3
    assert give.account_for(district, "AT", "STC") is None


def test_nobody_is_given_his_own_unit() -> None:
    known = [person(1, "CQ", "STC"), person(2, "CQ", "SNV")]
    assert Assigning(known, Counter()).account_for(unit("STC", "department"), "CQ", "STC") == 2
    assert Assigning(known[:1], Counter()).account_for(unit("STC", "department"), "CQ", "STC") is None


def test_communes_go_to_their_own_district_and_a_district_appraises_nothing_else() -> None:
    here, there = person(1, "CQ", "747", of_district=True), person(2, "CQ", "748", of_district=True)
    give = Assigning([here, there, person(3, "CQ", "STTTT")], Counter())
    assert give.account_for(unit("26506", "commune", "747"), "CQ", "STTTT") == 1
    assert give.account_for(unit("26530", "commune", "748"), "CQ", None) == 2
    assert give.account_for(unit("26600", "commune", "750"), "CQ", None) is None
    assert give.account_for(unit("748", "district"), "CQ", None) == 3
    assert not may_appraise(here, unit("26530", "commune", "748"), "CQ")
    assert not may_appraise(here, unit("SNV", "department"), "CQ")


def test_an_account_of_the_demonstration_appraises_invented_figures_alone(sent: Engine) -> None:
    administrator = Identity("quan-tri", Role.ADMINISTRATOR)
    new = NewAccount("thamdinh", Role.APPRAISER, "Trình diễn", None, None, ("CQ", "TC"))
    create_accounts(sent, administrator, [new], NOON, demonstration=True)
    with read_session(sent) as session:
        own = office_period(session)
        invented = replace(own, origin="demonstration")
        assert "thamdinh" not in {a.user_name for a in appraisers(session, OFFICE, own)}
        assert "thamdinh" in {a.user_name for a in appraisers(session, OFFICE, invented)}


# Into appraisal


def test_every_criterion_of_a_sent_report_becomes_a_task_with_a_due_day(sent: Engine) -> None:
    assert begin(sent, VUNG_TAU, BA_RIA) == 10
    cq, tc, tc2 = (appraiser(sent, name) for name in ("td.cq", "td.tc", "td.tc2"))
    with read_session(sent) as session:
        period = office_period(session)
        found = tasks(session, OFFICE, period.id)
        given = {(t.key.unit.code, t.key.criterion): t.account_id for t in found}
        assert {given["747", "CQ.1"], given["748", "CQ.2"]} == {cq.account_id}
        # Six criteria of TC, two people: three each.
        assert sorted(Counter(a for (_u, c), a in given.items() if c.startswith("TC")).items()) == sorted(
            {tc.account_id: 3, tc2.account_id: 3}.items()
        )
        # 20/12/2024 is a Friday; ten working days later, New Year's Day left out, is 06/01/2025.
        assert {t.due_on for t in found} == {dt.date(2025, 1, 6)}
        assert {t.account_id for t in tasks(session, cq, period.id)} == {cq.account_id}
        assert submission(session, ReportPlace(period.id, VUNG_TAU)).state == PeriodState.APPRAISAL
    loaded = _loads(sent, dt.date(2025, 1, 7))
    assert [(load.given, load.open, load.late) for load in loaded] == [(4, 4, 4), (3, 3, 3), (3, 3, 3), (0, 0, 0)]
    assert loaded[-1].appraiser is not None
    assert loaded[-1].appraiser.user_name == "td.vt"


def test_a_leader_is_told_how_far_it_is(begun: Engine) -> None:
    decide(begun, OFFICE, [(VUNG_TAU, "CQ.1"), (BA_RIA, "CQ.1")], Verdict(RulingKind.AGREE, WHY))
    leader = Identity("lanh-dao", Role.PROVINCE_LEADER, account_id=12)
    with read_session(begun) as session:
        period = office_period(session).id
        # Ten criteria of two units, due on 06/01/2025: eight of them are late the day after.
        assert progress(session, leader, period, dt.date(2025, 1, 7)) == Progress(2, 10, 2, 0, 8)
        assert progress(session, leader, period, dt.date(2025, 1, 6)) == Progress(2, 10, 2, 0, 0)
        with pytest.raises(PermissionError):
            progress(session, clerk(ReportPlace(period, VUNG_TAU)), period, TODAY)


def test_a_criterion_of_a_unit_counts_once_and_is_done_when_its_last_tier_has_ruled(begun: Engine) -> None:
    agree_to_all(begun, VUNG_TAU)
    assert _progress(begun) == Progress(2, 10, 5, 0, 5)
    told(begun, VUNG_TAU)
    place = place_of(begun, "747")
    for code in ("CQ.1", "TC.1"):
        said(begun, place, code, "Có thêm hồ sơ")
    as_head(begun, place, send_explanations)
    with write_session(begun) as session:
        # Nobody else appraises CQ; TC has two.
        assert begin_reappraisal(session, OFFICE, snapshot_in(session), [VUNG_TAU], 3, NOON) == (2, 1)
    # Two of the five are looked at again: there are no more of them, and two fewer are done.
    assert _progress(begun) == Progress(2, 10, 3, 2, 7)
    agree_to_all(begun, VUNG_TAU)
    assert _progress(begun) == Progress(2, 10, 5, 2, 5)
    # What everybody has to do counts both times.
    assert sum(load.given for load in _loads(begun, TODAY)) == 12


def test_a_rechecked_criterion_counts_once(communes: Engine) -> None:
    for name in ("td.747", "td.748"):
        rule_on_communes(communes, name)
    assert _progress(communes) == Progress(4, 20, 20, 0, 0)
    assert len(draw(communes, 20, 7)) == 4
    assert _progress(communes) == Progress(4, 20, 16, 4, 4)


def _progress(engine: Engine) -> Progress:
    """How far the period is on a day on which every task is late; the same of the tasks and of the database."""
    day = dt.date(2025, 2, 1)
    with read_session(engine) as session:
        period = office_period(session).id
        found = progress(session, OFFICE, period, day)
        assert progress_of(tasks(session, OFFICE, period), day) == found
    return found


def _loads(engine: Engine, today: dt.date) -> tuple:
    with read_session(engine) as session:
        return loads(session, OFFICE, office_period(session).id, today)


def test_what_was_waived_before_or_is_not_asked_is_no_task(sent: Engine) -> None:
    with write_session(sent) as session:
        period = office_period(session).id
        session.execute(
            text(
                "INSERT INTO input (period_id, unit_code, unit_valid_from, criterion, input_key, month, state, reason,"
                " approver, origin, version) SELECT period_id, unit_code, unit_valid_from, 'TC.2', 'value', month,"
                " 'not_applicable', 'Không có', 'x', origin, 1 FROM input WHERE unit_code = '748' AND criterion = 'TC.1'"
            )
        )
    assert begin(sent, BA_RIA) == 4
    with read_session(sent) as session:
        assert "TC.2" not in {t.key.criterion for t in tasks(session, OFFICE, period)}


def test_only_a_sent_report_goes_into_appraisal_and_all_or_none(sent: Engine) -> None:
    with pytest.raises(SubmissionRefusedError) as refused:
        begin(sent, VUNG_TAU, CHAU_DUC)
    assert refused.value.faults == (
        "Báo cáo của Huyện Châu Đức đang ở bước «Đang tự đánh giá», không phải «Đã gửi»; hãy tải lại trang.",
    )
    with pytest.raises(AppraisalRefusedError, match="ít nhất một"):
        begin(sent)
    with pytest.raises(AppraisalRefusedError, match="0 ngày làm việc không hợp lệ"):
        begin(sent, VUNG_TAU, days=0)
    with read_session(sent) as session:
        assert tasks(session, OFFICE, office_period(session).id) == ()
    begin(sent, VUNG_TAU)
    with pytest.raises(SubmissionRefusedError, match="«Đang thẩm định»"):
        begin(sent, VUNG_TAU)


def test_the_office_gives_open_tasks_to_somebody_who_may_appraise_them(begun: Engine) -> None:
    tc, cq = appraiser(begun, "td.tc"), appraiser(begun, "td.cq")
    due = dt.date(2024, 12, 31)

    def give(criterion: str, account: int | None, day: dt.date = due) -> None:
        with write_session(begun) as session:
            assign(session, OFFICE, snapshot_in(session), [task_of(session, VUNG_TAU, criterion)], account, day, NOON)

    with pytest.raises(AppraisalRefusedError, match=r"CQ\.1: td\.tc không được thẩm định"):
        give("CQ.1", tc.account_id)
    with pytest.raises(AppraisalRefusedError, match="đã qua"):
        give("CQ.1", cq.account_id, dt.date(2024, 12, 19))
    with pytest.raises(AppraisalRefusedError, match="không còn thẩm định được"):
        give("CQ.1", 999_999)
    give("CQ.1", None)
    with read_session(begun) as session:
        task = task_of(session, VUNG_TAU, "CQ.1")
        assert (task.account_id, task.due_on) == (None, due)
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert (entry.action, entry.unit_code) == (Deed.ASSIGN_APPRAISAL, "747")
    decide(begun, OFFICE, [(VUNG_TAU, "CQ.1")], Verdict(RulingKind.AGREE, WHY))
    with pytest.raises(AppraisalRefusedError, match="đã thẩm định nên không phân công lại"):
        give("CQ.1", cq.account_id)


# Rulings: Vũng Tàu reports 30 of 100 dossiers online at 80 % for full marks: 0,3 / 0,8 x 40 = 15 points


def test_agreeing_keeps_the_points_correcting_rejecting_and_waiving_change_them(begun: Engine) -> None:
    cq = appraiser(begun, "td.cq")
    assert points(snapshot_of(begun), "747", "CQ.1") == 15
    decide(begun, cq, [(VUNG_TAU, "CQ.1")], Verdict(RulingKind.AGREE, WHY))
    assert points(appraised(begun), "747", "CQ.1") == 15
    decide(begun, cq, [(VUNG_TAU, "CQ.1")], Verdict(RulingKind.CORRECT, WHY, {"a": "20", "b": "1000"}))
    # 0,02 / 0,8 x 40
    assert points(appraised(begun), "747", "CQ.1") == 1
    decide(begun, cq, [(VUNG_TAU, "CQ.1")], Verdict(RulingKind.REJECT_EVIDENCE, WHY))
    assert points(appraised(begun), "747", "CQ.1") == 0
    decide(begun, cq, [(VUNG_TAU, "CQ.1")], Verdict(RulingKind.NOT_APPLICABLE, WHY))
    after = appraised(begun)
    assert after.inputs.not_applicable[after.row_of["747"], after.book.compiled.index_of["CQ.1"]]
    assert after.waivers["747", "CQ.1"].reason == WHY
    with read_session(begun) as session:
        place = ReportPlace(office_period(session).id, VUNG_TAU)
        history = rulings_on(session, cq, place, "CQ.1")
        assert [r.kind for r in history] == [
            RulingKind.AGREE, RulingKind.CORRECT, RulingKind.REJECT_EVIDENCE, RulingKind.NOT_APPLICABLE,
        ]  # fmt: skip
        assert (history[1].content, history[0].content) == ({"a": 20.0, "b": 1000.0}, {"a": 30.0, "b": 100.0})
        elsewhere = earlier_rulings(session, cq, ReportPlace(place.period_id, BA_RIA), "CQ.1")
        assert [r.kind for r in elsewhere] == [r.kind for r in reversed(history)]
    # The self score stays what it was.
    assert points(snapshot_of(begun), "747", "CQ.1") == 15


def test_a_ruling_keeps_the_figure_that_it_rests_on(begun: Engine) -> None:
    decide(begun, appraiser(begun, "td.cq"), [(VUNG_TAU, "CQ.1")], Verdict(RulingKind.AGREE, WHY))
    with write_session(begun) as session:
        session.execute(text("UPDATE input SET number = 80 WHERE unit_code = '747' AND input_key = 'a'"))
    assert (points(snapshot_of(begun), "747", "CQ.1"), points(appraised(begun), "747", "CQ.1")) == (40, 15)


def test_the_same_ruling_on_several_units_is_one_press_and_one_entry_of_the_log(begun: Engine) -> None:
    places = [(VUNG_TAU, "CQ.1"), (BA_RIA, "CQ.1")]
    decide(begun, appraiser(begun, "td.cq"), places, Verdict(RulingKind.REJECT_EVIDENCE, "Tài liệu hết hiệu lực"))
    after = appraised(begun)
    assert [points(after, code, "CQ.1") for code in ("747", "748")] == [0, 0]
    with read_session(begun) as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert (entry.action, entry.lines, entry.reason) == (Deed.RULE, 2, "Tài liệu hết hiệu lực")


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [
        (Verdict(RulingKind.AGREE, "  "), "Cần lý do từ 1 đến 2.000 ký tự"),
        (Verdict(RulingKind.AGREE, "x" * 2001), "Nội dung dài 2.001 ký tự, nhiều nhất được 2.000"),
        (Verdict(RulingKind.GIVE_POINTS, WHY, {"value": "3"}), "không kết luận được «Cho điểm»"),
        (Verdict(RulingKind.CORRECT, WHY), "chưa ghi số liệu nào sau thẩm định"),
        (Verdict(RulingKind.CORRECT, WHY, {"a": "ba", "b": "1"}), "CQ.1, Hồ sơ trực tuyến: "),
        (Verdict(RulingKind.CORRECT, WHY, {"a": "120", "b": "100"}), "lớn hơn b = 100"),
        (Verdict(RulingKind.CORRECT, WHY, {"a": "1", "z": "1"}), "không có số liệu z"),
        (
            Verdict(RulingKind.CORRECT, WHY, {"a": "30", "b": "100"}),
            r"^CQ\.1 Hồ sơ trực tuyến: số liệu sau thẩm định \(Hồ sơ trực tuyến = 30; Hồ sơ = 100\) trùng với số liệu đơn vị báo "
            "cáo nên không có gì để điều chỉnh; hãy kết luận «Đồng ý với số liệu đơn vị báo cáo».$",
        ),
        (Verdict(None, WHY), "chưa có kết luận nào để giữ nguyên"),
    ],
)
def test_what_cannot_be_decided_so_is_refused_with_its_reason_and_nothing_is_kept(
    begun: Engine, verdict: Verdict, sentence: str
) -> None:
    several = [] if verdict.kind in (None, RulingKind.CORRECT) else [(BA_RIA, "CQ.1")]
    with pytest.raises(RefusedError, match=sentence):
        decide(begun, OFFICE, [*several, (VUNG_TAU, "CQ.1")], verdict)
    with read_session(begun) as session:
        assert rulings_in_force(session, office_period(session).id) == ()
        assert not task_of(session, BA_RIA, "CQ.1").ruled


def test_figures_of_one_unit_are_never_written_into_another(begun: Engine) -> None:
    corrected = Verdict(RulingKind.CORRECT, WHY, {"a": "20", "b": "100"})
    with pytest.raises(RefusedError, match="của riêng từng chỉ số, từng đơn vị; hãy điều chỉnh từng mục một"):
        decide(begun, OFFICE, [(BA_RIA, "CQ.1"), (VUNG_TAU, "CQ.1")], corrected)
    with read_session(begun) as session:
        assert rulings_in_force(session, office_period(session).id) == ()


def test_the_office_is_given_nothing_of_its_own_department(begun: Engine) -> None:
    with write_session(begun) as session:
        task(session, STTTT.code, "CQ.1", AppraisalTier.FIRST, ruled=False)
    with read_session(begun) as session:
        snapshot = districts(session)
        own = replace(snapshot, units=(replace(snapshot.units[0], code=STTTT.code, valid_from=SINCE),))
        chosen = [task_of(session, STTTT, "CQ.1")]
        with pytest.raises(
            RefusedError, match="cơ quan thường trực không thẩm định đơn vị của mình; hãy giao cho người"
        ):
            assign(session, OFFICE, own, chosen, None, dt.date(2025, 12, 31), NOON)


def test_earlier_rulings_are_of_units_of_the_same_level(begun: Engine) -> None:
    agree_to_all(begun, VUNG_TAU)
    with write_session(begun) as session:
        # CQ.1 of a department is another criterion, whatever its code.
        appraising_rule(session, STTTT.code, "CQ.1", (RulingKind.AGREE, {}))
    with read_session(begun) as session:
        place = ReportPlace(office_period(session).id, BA_RIA)
        assert [r.unit for r in earlier_rulings(session, OFFICE, place, "CQ.1")] == [VUNG_TAU]


def test_who_has_not_been_given_a_criterion_or_belongs_to_the_unit_does_not_rule_on_it(begun: Engine) -> None:
    agree = Verdict(RulingKind.AGREE, WHY)
    with read_session(begun) as session:
        mine = task_of(session, VUNG_TAU, "TC.1").account_id
        others = next(
            a
            for a in appraisers(session, OFFICE, office_period(session))
            if "TC" in a.groups and a.account_id != mine and not a.of_district
        )
    with pytest.raises(PermissionError, match=r"Thành phố Vũng Tàu, TC\.1: được giao cho người khác"):
        decide(begun, others.identity, [(VUNG_TAU, "TC.1")], agree)
    with pytest.raises(PermissionError, match="Vai trò «"):
        decide(begun, appraiser(begun, "td.cq"), [(VUNG_TAU, "TC.1")], agree)
    with pytest.raises(PermissionError, match="Vai trò «"):
        decide(begun, appraiser(begun, "td.vt"), [(VUNG_TAU, "CQ.1")], agree)
    with pytest.raises(PermissionError, match="Vai trò «"):
        decide(begun, replace(OFFICE, unit=VUNG_TAU), [(VUNG_TAU, "CQ.1")], agree)


def test_the_office_does_not_appraise_the_department_that_it_is_part_of() -> None:
    assert not permitted(OFFICE, Action.APPRAISE, unit=UnitKey("STTTT", SINCE))
    assert permitted(OFFICE, Action.APPRAISE, unit=UnitKey("SNV", SINCE))


def test_two_who_look_at_the_same_task_do_not_overrule_each_other_in_silence(begun: Engine) -> None:
    # The first time it was open, the second time ruled on already: the version moves with every ruling.
    for _time in range(2):
        with read_session(begun) as session:
            seen = task_of(session, VUNG_TAU, "CQ.1")
        decide(begun, OFFICE, [(VUNG_TAU, "CQ.1")], Verdict(RulingKind.AGREE, WHY))
        with draft_session(begun) as session, pytest.raises(AppraisalRefusedError) as refused:
            rule(session, OFFICE, snapshot_in(session), [seen], Verdict(RulingKind.REJECT_EVIDENCE, WHY), NOON)
        assert refused.value.faults == (
            "Thành phố Vũng Tàu, CQ.1: vừa được người khác thẩm định hoặc phân công; hãy tải lại trang.",
        )


def test_a_ruling_never_changes(begun: Engine) -> None:
    decide(begun, OFFICE, [(VUNG_TAU, "CQ.1")], Verdict(RulingKind.AGREE, WHY))
    with pytest.raises(DBAPIError), write_session(begun) as session:
        session.execute(text("UPDATE ruling SET reason = 'x'"))


def test_rank_bands_narrow_as_the_queue_empties(begun: Engine) -> None:
    def width() -> int:
        after = appraised(begun)
        rows = {r.unit.code: r for r in ranking(after, after.lists[0].code).rows}
        row = rows["747"]
        assert row.best_rank is not None
        assert row.worst_rank is not None
        return row.worst_rank - row.best_rank

    widths = []
    for criterion in ("CQ.1", "CQ.2", "TC.1", "TC.2", "TC.3"):
        decide(begun, OFFICE, [(VUNG_TAU, criterion), (BA_RIA, criterion)], Verdict(RulingKind.AGREE, WHY))
        widths.append(width())
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < widths[0]


JUDGED = SET.replace(
    "rule: {type: choice, options: {head: 1, deputy: 0.5, none: 0}}, inputs: {value: {name: Ai làm Trưởng ban, "
    'options: {head: "Người đứng đầu, trực tiếp", deputy: Cấp phó, none: Chưa có}}}',
    "rule: {type: judged}",
)


def _judged_office(settings: Settings) -> Engine:
    return open_office(settings, JUDGED)


def test_what_a_unit_asks_not_to_be_assessed_on_lacks_nothing_and_cannot_be_agreed_to(new_database: Databases) -> None:
    """Vũng Tàu has sent 15 of the 40 points of CQ.1 and asks for TC.2 to be not applicable; TC.1 it asks for, with figures."""
    engine = new_database.opened(open_office)
    place = place_of(engine, "747")
    type_in(engine, place, {"request/TC.2": "Không ban hành văn bản này", "request/CQ.1": "Không có hồ sơ"})
    table = ranking(snapshot_of(engine), "districts")
    assert table.rows[0].missing_codes == ("CQ.2", "TC.1", "TC.2", "TC.3")  # A draft is nobody's to know.
    with write_session(engine) as session:
        report(session, "747", PeriodState.SENT)
        begin_appraisal(session, OFFICE, snapshot_in(session), [VUNG_TAU], 5, NOON)
        table = ranking(snapshot_in(session), "districts")
        assert table.rows[0].missing_codes == ("CQ.2", "TC.1", "TC.3")
        card = scorecard(table, "747")
        assert awaiting_text(card) == "TC.2: đề nghị không áp dụng, chờ thẩm định, tối đa 10 điểm"
        assert "TC.2" not in {receipt.criterion.code for receipt in card.steps}
        assert {r.criterion.code: r.state for r in card.receipts}["CQ.1"] is CellState.SCORED
        # It stays asked for when the month is scored on another set.
        own, known = table.snapshot.book, table.snapshot.criteria_set
        assert (rescored(table.snapshot, known, crosswalk(known, known)).book.state == own.state).all()
    with pytest.raises(AppraisalRefusedError) as refused:
        decide(engine, OFFICE, [(VUNG_TAU, "CQ.2"), (VUNG_TAU, "TC.2")], Verdict(RulingKind.AGREE, "Khớp"))
    assert refused.value.faults == (
        "Thành phố Vũng Tàu, TC.2: đơn vị đề nghị không áp dụng và không báo cáo số liệu, nên không có số liệu nào để đồng "
        "ý; hãy chọn «Công nhận không áp dụng» nếu đề nghị đúng, «Điều chỉnh số liệu» hoặc «Không chấp nhận tài liệu kiểm "
        "chứng» (tính 0 điểm) nếu không.",
    )
    with read_session(engine) as session:
        assert not task_of(session, VUNG_TAU, "CQ.2").ruled
    decide(engine, OFFICE, [(VUNG_TAU, "TC.2")], Verdict(RulingKind.NOT_APPLICABLE, "Đúng là không ban hành"))
    decide(engine, OFFICE, [(VUNG_TAU, "CQ.1")], Verdict(RulingKind.AGREE, "Có số liệu thì tính"))


def test_points_are_given_only_where_the_rule_leaves_them_to_appraisal(new_database: Databases) -> None:
    engine = new_database.opened(_judged_office)
    with write_session(engine) as session:
        report(session, "747", PeriodState.SENT)
        begin_appraisal(session, OFFICE, snapshot_in(session), [VUNG_TAU], 5, NOON)
        compiled = snapshot_in(session).book.compiled
        assert kinds_for(compiled, "TC.3") == (RulingKind.GIVE_POINTS, RulingKind.NOT_APPLICABLE)
        # Before appraisal it is nobody's to report, and nobody's to miss.
        table = ranking(snapshot_in(session), "districts")
        assert table.rows[0].missing_codes == ("CQ.2", "TC.1", "TC.2")
        card = scorecard(table, "747")
        assert [r.criterion.code for r in card.awaiting_appraisal] == ["TC.3"]
        assert awaiting_text(card) == "TC.3: hội đồng chấm khi thẩm định, tối đa 10 điểm"
        assert reported_text(Mark(card.awaiting_appraisal[0].state, 0.0, 10.0)) == "hội đồng chấm khi thẩm định"
    where = [(VUNG_TAU, "TC.3")]
    for text_, sentence in (("10,5", "10"), ("-1", "0"), ("", "chưa ghi điểm")):
        with pytest.raises(AppraisalRefusedError, match=sentence):
            decide(engine, OFFICE, where, Verdict(RulingKind.GIVE_POINTS, WHY, {"value": text_}))
    with pytest.raises(AppraisalRefusedError, match="không kết luận được «Đồng ý"):
        decide(engine, OFFICE, where, Verdict(RulingKind.AGREE, WHY))
    decide(engine, OFFICE, where, Verdict(RulingKind.GIVE_POINTS, WHY, {"value": "7,25"}))
    assert points(appraised(engine), "747", "TC.3") == 7.25
    engine.dispose()


# Draft results, explanation, second appraisal


def test_a_unit_is_told_once_all_is_ruled_on_and_nothing_before(begun: Engine) -> None:
    place = place_of(begun, "747")
    decide(begun, appraiser(begun, "td.cq"), [(VUNG_TAU, "CQ.1")], Verdict(RulingKind.REJECT_EVIDENCE, WHY))
    with read_session(begun) as session:
        assert draft_results(session, head(place), place, TODAY) is None
    with pytest.raises(AppraisalRefusedError, match="còn 4 chỉ số chưa thẩm định xong"):
        told(begun, VUNG_TAU)
    agree_to_all(begun, VUNG_TAU)
    # Five working days after Friday 20/12/2024.
    assert told(begun, VUNG_TAU) == dt.date(2024, 12, 27)
    with read_session(begun) as session:
        seen = draft_results(session, clerk(place), place, TODAY)
        assert seen is not None
        assert (seen.state, seen.due_on, seen.may_answer) == (
            PeriodState.AWAITING_EXPLANATION, dt.date(2024, 12, 27), True,
        )  # fmt: skip
        assert {r.criterion: r.kind for r in seen.in_force}["CQ.1"] == RulingKind.REJECT_EVIDENCE
        late = draft_results(session, clerk(place), place, dt.date(2024, 12, 28))
        assert late is not None
        assert not late.may_answer
        with pytest.raises(PermissionError):
            draft_results(session, head(place_of(begun, "748")), place, TODAY)
    with pytest.raises(SubmissionRefusedError, match="«Chờ giải trình»"):
        decide(begun, OFFICE, [(VUNG_TAU, "CQ.1")], Verdict(RulingKind.AGREE, WHY))


def said(engine: Engine, place: ReportPlace, criterion: str, words: str, seen: int = 0, now: dt.datetime = NOON) -> int:
    with draft_session(engine) as session:
        record = explain(session, clerk(place), place, criterion, words, seen, now)
        return record.version if record else 0


def version(engine: Engine, place: ReportPlace) -> int:
    with read_session(engine) as session:
        return submission(session, place).version


def as_head(engine: Engine, place: ReportPlace, use: Callable[..., object], now: dt.datetime = NOON) -> None:
    seen = version(engine, place)
    with write_session(engine) as session:
        use(session, head(place), place, seen, now)


def explained(engine: Engine) -> ReportPlace:
    """Vũng Tàu was told that its document is rejected, and has sent an explanation."""
    place = place_of(engine, "747")
    decide(engine, appraiser(engine, "td.cq"), [(VUNG_TAU, "CQ.1")], Verdict(RulingKind.REJECT_EVIDENCE, WHY))
    agree_to_all(engine, VUNG_TAU, BA_RIA)
    told(engine, VUNG_TAU, BA_RIA)
    said(engine, place, "CQ.1", "Báo cáo số 5/BC nêu rõ 30 trên 100 hồ sơ")
    as_head(engine, place, send_explanations)
    return place


def test_a_unit_explains_criterion_by_criterion_and_its_head_sends(begun: Engine) -> None:
    place = place_of(begun, "747")
    agree_to_all(begun, VUNG_TAU)
    told(begun, VUNG_TAU)
    with pytest.raises(AppraisalRefusedError, match="Chưa có giải trình nào để gửi"):
        as_head(begun, place, send_explanations)
    first = said(begun, place, "CQ.1", "Còn thiếu 20 hồ sơ")
    with pytest.raises(AppraisalRefusedError, match="người khác trong đơn vị vừa sửa"):
        said(begun, place, "CQ.1", "Khác", seen=0)
    with pytest.raises(AppraisalRefusedError, match=r"dài 2\.001 ký tự, nhiều nhất là 2\.000"):
        said(begun, place, "CQ.1", "x" * 2001, seen=first)
    with pytest.raises(AppraisalRefusedError, match="không có kết quả thẩm định"):
        said(begun, place, "CQ.9", "Thừa")
    other = said(begun, place, "TC.1", "Nhầm chỗ")
    assert said(begun, place, "TC.1", " ", seen=other) == 0
    with pytest.raises(AppraisalRefusedError, match=r"chưa gửi của CQ\.1"):
        as_head(begun, place, accept_results)
    with read_session(begun) as session:
        assert explanations(session, OFFICE, place) == {}
    with pytest.raises(PermissionError), write_session(begun) as session:
        send_explanations(session, clerk(place), place, 1, NOON)
    as_head(begun, place, send_explanations)
    with read_session(begun) as session:
        assert {c: e.text for c, e in explanations(session, OFFICE, place).items()} == {"CQ.1": "Còn thiếu 20 hồ sơ"}
    with pytest.raises(AppraisalRefusedError, match="đã gửi nên không sửa"):
        said(begun, place, "TC.1", "Thêm")
    with pytest.raises(AppraisalRefusedError, match="đã gửi nên không sửa"):
        as_head(begun, place, accept_results)


def test_after_the_last_day_nothing_is_explained_any_more(begun: Engine) -> None:
    place = place_of(begun, "747")
    agree_to_all(begun, VUNG_TAU)
    told(begun, VUNG_TAU)
    # The day ends at midnight of the province, 17:00 UTC.
    last = dt.datetime(2024, 12, 27, 16, 59, tzinfo=dt.UTC)
    assert said(begun, place, "CQ.1", "Kịp", now=last) > 0
    with pytest.raises(AppraisalRefusedError, match="hết ngày 27/12/2024"):
        said(begun, place, "TC.1", "Muộn", now=last + dt.timedelta(minutes=1))
    with pytest.raises(AppraisalRefusedError, match="hết ngày 27/12/2024"):
        as_head(begun, place, send_explanations, last + dt.timedelta(minutes=1))


def test_a_unit_that_agrees_is_finished(begun: Engine) -> None:
    place = place_of(begun, "747")
    agree_to_all(begun, VUNG_TAU)
    told(begun, VUNG_TAU)
    as_head(begun, place, accept_results)
    with read_session(begun) as session:
        seen = draft_results(session, head(place), place, TODAY)
        assert seen is not None
        assert (seen.accepted_at, seen.may_answer) == (NOON, False)
    with pytest.raises(AppraisalRefusedError, match="đã đồng ý"):
        said(begun, place, "CQ.1", "Nghĩ lại")


def test_the_second_appraisal_looks_at_what_was_explained_with_fresh_eyes_and_the_first_ruling_stays_readable(
    begun: Engine,
) -> None:
    place = explained(begun)
    with write_session(begun) as session:
        assert begin_reappraisal(session, OFFICE, snapshot_in(session), [VUNG_TAU], 3, NOON) == (1, 1)
    with read_session(begun) as session:
        task = task_of(session, VUNG_TAU, "CQ.1", SECOND)
        # Nobody else appraises CQ: the same person looks again.
        assert (task.account_id, task.due_on) == (appraiser(begun, "td.cq").account_id, dt.date(2024, 12, 25))
    with pytest.raises(AppraisalRefusedError, match="chưa gửi giải trình nào"), write_session(begun) as session:
        begin_reappraisal(session, OFFICE, snapshot_in(session), [BA_RIA], 3, NOON)
    cq = appraiser(begun, "td.cq")
    with read_session(begun) as session:
        waiting = draft_results(session, head(place), place, TODAY)
        assert waiting is not None
        assert (waiting.reappraising, waiting.may_answer) == (("CQ.1",), False)
        with (
            pytest.raises(RefusedError, match=r"còn 1 chỉ số chưa thẩm định lại: CQ\.1"),
            write_session(begun) as writing,
        ):
            record_council(writing, OFFICE, place.period_id, "1/BB", TODAY, "", NOON)
    decide(begun, cq, [(VUNG_TAU, "CQ.1")], Verdict(RulingKind.AGREE, "Đã bổ sung báo cáo"), SECOND)
    assert points(appraised(begun), "747", "CQ.1") == 15
    with read_session(begun) as session:
        after = draft_results(session, head(place), place, TODAY)
        assert after is not None
        assert after.reappraising == ()
        assert [(r.tier, r.kind) for r in after.rulings["CQ.1"]] == [
            (FIRST, RulingKind.REJECT_EVIDENCE), (SECOND, RulingKind.AGREE),
        ]  # fmt: skip
    # Only what was explained is open again.
    with pytest.raises(SubmissionRefusedError, match="«Thẩm định lại»"):
        decide(begun, OFFICE, [(VUNG_TAU, "TC.1")], Verdict(RulingKind.REJECT_EVIDENCE, WHY))


def test_keeping_a_ruling_at_the_second_appraisal_keeps_its_kind_and_figures(begun: Engine) -> None:
    place = explained(begun)
    with write_session(begun) as session:
        begin_reappraisal(session, OFFICE, snapshot_in(session), [VUNG_TAU], 3, NOON)
    decide(begun, appraiser(begun, "td.cq"), [(VUNG_TAU, "CQ.1")], Verdict(None, "Giải trình không có căn cứ"), SECOND)
    with read_session(begun) as session:
        first, second = rulings_on(session, OFFICE, place, "CQ.1")
    assert (second.kind, second.content, second.tier) == (first.kind, first.content, SECOND)
    assert points(appraised(begun), "747", "CQ.1") == 0


def test_after_the_council_nothing_is_appraised_or_explained(begun: Engine) -> None:
    agree_to_all(begun, VUNG_TAU, BA_RIA)
    told(begun, VUNG_TAU, BA_RIA)
    for code in ("747", "748"):
        as_head(begun, place_of(begun, code), accept_results)
    with write_session(begun) as session:
        record_council(session, OFFICE, office_period(session).id, "1/BB", TODAY, "", NOON)
    with pytest.raises(RefusedError, match="đã qua hội đồng"):
        begin(begun, CHAU_DUC)
    with pytest.raises(RefusedError, match="đã qua hội đồng"):
        decide(begun, OFFICE, [(VUNG_TAU, "CQ.1")], Verdict(RulingKind.REJECT_EVIDENCE, WHY))


# The office's re-check of what districts have ruled on

COMMUNES = SET.replace("id: rieng-2024", "id: xa-2024").replace("level: district", "level: commune")


@pytest.fixture
def communes(new_database: Databases) -> Iterator[Engine]:
    """Two communes of each of two districts have sent, and their districts have ruled on all of it."""
    engine = new_database.opened(commune_office)
    yield engine
    engine.dispose()


def commune_office(settings: Settings) -> Engine:
    engine = reference_alone(settings)
    rows = "".join(f"{code},TC.1,value,yes\n" for code in COMMUNE_CODES)
    request = ImportRequest(
        "commune", 2024, 12, ("unit,criterion,input,value\n" + rows).encode(), "t.csv", COMMUNES.encode(), "s.yaml"
    )
    import_inputs(engine, OFFICE, request, NOON)
    administrator = Identity("quan-tri", Role.ADMINISTRATOR)
    for own in (VUNG_TAU, BA_RIA):
        new = NewAccount(f"td.{own.code}", Role.APPRAISER, "Người của huyện", None, own, ("CQ", "TC"))
        create_account(engine, administrator, new, NOON)
    with write_session(engine) as session:
        snapshot = commune_snapshot(session)
        keys = [UnitKey(code, SINCE) for code in COMMUNE_CODES]
        for key in keys:
            row = Submission(**ReportPlace(snapshot.period.id, key).columns, state="sent", changed_at=NOON)
            row.report_number, row.report_date = "1/BC", TODAY
            session.add(row)
        session.flush()
        begin_appraisal(session, OFFICE, snapshot, keys, 10, NOON)
    return engine


def commune_snapshot(session: Session) -> LevelSnapshot:
    return level_snapshot(session, office_period(session), "commune", 12)


def rule_on_communes(engine: Engine, name: str) -> None:
    who = appraiser(engine, name)
    with draft_session(engine) as session:
        own = tasks(session, who, office_period(session).id)
        rule(session, who, commune_snapshot(session), own, Verdict(RulingKind.AGREE, WHY), NOON)


def draw(engine: Engine, percent: int, seed: int) -> list[tuple[str, str]]:
    with write_session(engine) as session:
        drawn = draw_recheck(session, OFFICE, commune_snapshot(session), percent, 5, seed, NOON)
    return [(key.unit.code, key.criterion) for key in drawn]


def test_the_office_draws_the_same_share_of_every_district_and_never_twice_the_same(communes: Engine) -> None:
    with pytest.raises(AppraisalRefusedError, match="Chưa có gì để rút mẫu"):
        draw(communes, 20, 1)
    rule_on_communes(communes, "td.747")
    # Ten rulings of Vũng Tàu: 20 % of them; Bà Rịa has ruled on nothing yet.
    first = draw(communes, 20, 7)
    assert len(first) == 2
    with read_session(communes) as session:
        parents = {u.code: u.parent_code for u in commune_snapshot(session).units}
        checks = [t for t in tasks(session, OFFICE, office_period(session).id) if t.key.tier == AppraisalTier.RECHECK]
        assert sorted((t.key.unit.code, t.key.criterion) for t in checks) == sorted(first)
        assert {t.account_id for t in checks} == {None}
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert (entry.action, entry.subject) == (
            Deed.DRAW_RECHECK, "2 chỉ số, 20 % của mỗi huyện, số hạt giống 7",
        )  # fmt: skip
    assert {parents[code] for code, _criterion in first} == {"747"}
    rule_on_communes(communes, "td.748")
    # 5 % of ten is less than one: one all the same, of each district.
    second = draw(communes, 5, 7)
    assert sorted(parents[code] or "" for code, _criterion in second) == ["747", "748"]
    assert not set(first) & set(second)
    assert len(draw(communes, 100, 1)) == 20 - 4
    with pytest.raises(AppraisalRefusedError, match="Chưa có gì để rút mẫu"):
        draw(communes, 100, 1)
    with pytest.raises(AppraisalRefusedError, match="Tỷ lệ phúc tra 0 không hợp lệ"):
        draw(communes, 0, 1)


def test_the_same_seed_draws_the_same(new_database: Databases) -> None:
    drawn = []
    for seed in (3, 3, 4):
        engine = new_database.opened(commune_office)
        rule_on_communes(engine, "td.747")
        drawn.append(draw(engine, 30, seed))
        engine.dispose()
    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]


def test_the_office_overrules_a_district_at_the_recheck(communes: Engine) -> None:
    rule_on_communes(communes, "td.747")
    draw(communes, 100, 1)
    with read_session(communes) as session:
        found = tasks(session, OFFICE, office_period(session).id)
    task = next(t for t in found if t.key.tier == AppraisalTier.RECHECK and t.key.criterion == "TC.1")
    with draft_session(communes) as session:
        rule(
            session, OFFICE, commune_snapshot(session), [task], Verdict(RulingKind.REJECT_EVIDENCE, "Không có"), NOON
        )  # fmt: skip
    with read_session(communes) as session:
        snapshot = commune_snapshot(session)
        after = appraised_snapshot(snapshot, rulings_in_force(session, snapshot.period.id))
    assert (points(snapshot, task.key.unit.code, "TC.1"), points(after, task.key.unit.code, "TC.1")) == (20, 0)


def test_earlier_rulings_at_hand_are_of_periods_of_the_same_origin(new_database: Databases) -> None:
    engine = new_database.opened(second_office)
    with write_session(engine) as session:
        place = ReportPlace(period_of(session, 2024).id, VUNG_TAU)
        found = earlier_rulings(session, OFFICE, place, "CQ.1")
        assert [r.period_id for r in found] == [period_of(session, 2023).id]
        session.get_one(Period, found[0].period_id).origin = PeriodOrigin.DEMONSTRATION.value
        session.flush()
        assert earlier_rulings(session, OFFICE, place, "CQ.1") == ()
    engine.dispose()
