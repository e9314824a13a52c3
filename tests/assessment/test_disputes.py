"""A unit disputes a figure of a source system with a reason; the office answers with one, and that closes it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from assessment.disputes import DisputeRecord, agency_disputes, answer_dispute, disputes, disputes_of, raise_dispute
from assessment.entries import entry_list
from assessment.permissions import Identity
from assessment.publishing import close_trial
from assessment.roles import Role
from assessment.submissions import ReportPlace, SubmissionRefusedError
from criteria import read_text
from data.database import draft_session, read_session, write_session
from data.models import Dispute, Input, Period
from data.settings import Settings
from scoring.compiled import compile_set
from tests.assessment.reporting import (
    LATER,
    NOW,
    OFFICE,
    SET,
    clerk,
    form_of,
    head,
    last_lines,
    open_office,
    place_of,
    snapshot_in,
)
from tests.data.databases import Databases

ONLINE, DOSSIERS = "fact/dossiers_online/number", "fact/dossiers/number"
POLICE = Identity("cat", Role.DATA_PROVIDER, account_id=21, agency="CAT")
BANK = Identity("nhnn", Role.DATA_PROVIDER, account_id=22, agency="NHNN")
NAMELESS = Identity("la", Role.DATA_PROVIDER, account_id=24, unit_name="Công ty lạ")


@pytest.fixture
def engine(new_database: Databases) -> Iterator[Engine]:
    """Dossiers filed online come from a source system."""
    engine = new_database.opened(open_office)
    with write_session(engine) as session:
        for row in session.query(Input).filter_by(criterion="CQ.1", input_key="a"):
            row.origin = "source_system"
    yield engine
    engine.dispose()


@pytest.fixture
def place(engine: Engine) -> ReportPlace:
    """The report of Vũng Tàu."""
    return place_of(engine, "747")


def dispute(
    engine: Engine, place: ReportPlace, reason: str, code: str = ONLINE, identity: Identity | None = None
) -> DisputeRecord:
    entries = form_of(engine, place).entries
    with draft_session(engine) as session:
        return raise_dispute(session, identity or clerk(place), place, entries, code, "30", reason, NOW)


def answer(engine: Engine, number: int, text: str, *, accepted: bool, identity: Identity = OFFICE) -> DisputeRecord:
    with draft_session(engine) as session:
        entries = snapshot_in(session).entries
        return answer_dispute(session, identity, entries, number, accepted=accepted, answer=text, now=LATER)


def listed(engine: Engine, place: ReportPlace) -> tuple[DisputeRecord, ...]:
    with read_session(engine) as session:
        return disputes(session, OFFICE, place.period_id)


def test_from_the_reason_to_the_answer(engine: Engine, place: ReportPlace) -> None:
    raised = dispute(engine, place, "  Đúng là 35,\n theo báo cáo tháng 12 ")
    assert (raised.figure, raised.reason, raised.account_id) == ("30", "Đúng là 35, theo báo cáo tháng 12", 7)
    assert form_of(engine, place).disputes[ONLINE] == raised
    assert listed(engine, place) == (raised,)
    closed = answer(engine, raised.id, "Hệ thống chốt ngày 05/12", accepted=False)
    assert (closed.is_open, closed.accepted, closed.answer, closed.closed_at) == (
        False, False, "Hệ thống chốt ngày 05/12", LATER,
    )  # fmt: skip
    assert form_of(engine, place).disputes[ONLINE] == closed
    # The unit may say more once it has been answered.
    again = dispute(engine, place, "Vẫn thiếu 5 hồ sơ", identity=head(place))
    assert listed(engine, place) == (again, closed)


def test_once_a_trial_run_has_ended_nobody_disputes_or_answers(engine: Engine, place: ReportPlace) -> None:
    raised = dispute(engine, place, "Đúng là 35")
    with write_session(engine) as session:
        close_trial(session, OFFICE, place.period_id, NOW.date(), "", NOW)
    for act in (lambda: dispute(engine, place, "Vẫn sai"), lambda: answer(engine, raised.id, "Đúng", accepted=True)):
        with pytest.raises(SubmissionRefusedError, match="đã kết thúc chạy thử nội bộ"):
            act()
    assert listed(engine, place) == (raised,)


def test_a_dispute_changes_no_figure(engine: Engine, place: ReportPlace) -> None:
    before = form_of(engine, place)
    raised = dispute(engine, place, "Đúng là 35")
    answer(engine, raised.id, "Đúng, sẽ nạp lại", accepted=True)
    after = form_of(engine, place)
    assert (after.lines, after.total) == (before.lines, before.total)


def test_one_dispute_of_a_figure_at_a_time(engine: Engine, place: ReportPlace) -> None:
    raised = dispute(engine, place, "Đúng là 35")
    with pytest.raises(SubmissionRefusedError, match=r"Hồ sơ trực tuyến \(CQ.1\) đang có ý kiến chờ trả lời"):
        dispute(engine, place, "Đúng là 36")
    own = {"unit_code": "747", "unit_valid_from": place.unit.valid_from, "period_id": place.period_id}
    with pytest.raises(IntegrityError), draft_session(engine) as session:
        session.add(Dispute(**own, entry=ONLINE, figure="30", reason="x", raised_at=NOW))
    answer(engine, raised.id, "Không", accepted=False)
    verdict = "giữ nguyên số liệu hệ thống"
    assert last_lines(engine) == [("ý kiến về Hồ sơ trực tuyến (CQ.1)", "chờ trả lời", verdict)]
    with pytest.raises(SubmissionRefusedError, match="đã được trả lời"):
        answer(engine, raised.id, "Có", accepted=True)
    assert [d.answer for d in listed(engine, place)] == ["Không"]


@pytest.mark.parametrize(
    ("reason", "dispute_fault", "answer_fault"),
    [
        ("", "Cần lý do từ 1 đến 2.000 ký tự", "Cần nội dung trả lời"),
        ("  \n ", "Cần lý do từ 1 đến 2.000 ký tự", "Cần nội dung trả lời"),
        ("x" * 2001, "dài 2.001 ký tự, nhiều nhất được 2.000", "dài 2.001 ký tự, nhiều nhất được 2.000"),
    ],
)
def test_without_a_reason_neither_dispute_nor_answer(
    engine: Engine, place: ReportPlace, reason: str, dispute_fault: str, answer_fault: str
) -> None:
    with pytest.raises(SubmissionRefusedError, match=dispute_fault):
        dispute(engine, place, reason)
    raised = dispute(engine, place, "Đúng là 35")
    with pytest.raises(SubmissionRefusedError, match=answer_fault):
        answer(engine, raised.id, reason, accepted=True)
    assert listed(engine, place) == (raised,)


def test_only_figures_of_source_systems_are_disputed_while_the_period_takes_figures(
    engine: Engine, place: ReportPlace
) -> None:
    for code in (DOSSIERS, "input/TC.1/value", "input/nowhere/a"):
        with pytest.raises(SubmissionRefusedError, match="không phải số liệu hệ thống"):
            dispute(engine, place, "Sai", code)
    with write_session(engine) as session:
        session.get_one(Period, place.period_id).state = "appraisal"
    with pytest.raises(SubmissionRefusedError, match="không còn nhận số liệu"):
        dispute(engine, place, "Sai")
    assert listed(engine, place) == ()


def with_agencies(settings: Settings) -> Engine:
    """The police verify CQ.1, whose dossiers filed online come from a source system; the State Bank verifies TC.1."""
    verified = SET.replace("{code: CQ.1,", "{code: CQ.1, verifier: CAT,")
    engine = open_office(settings, verified.replace("{code: TC.1,", "{code: TC.1, verifier: NHNN,"))
    with write_session(engine) as session:
        for row in session.query(Input).filter_by(criterion="CQ.1", input_key="a"):
            row.origin = "source_system"
    return engine


def test_the_agency_of_the_figure_sees_the_dispute_and_answers_it(new_database: Databases) -> None:
    engine = new_database.opened(with_agencies)
    place = place_of(engine, "747")
    raised = dispute(engine, place, "Đúng là 35")

    def seen(identity: Identity, agency: str) -> tuple[DisputeRecord, ...]:
        with read_session(engine) as session:
            return agency_disputes(session, identity, agency, [snapshot_in(session)])

    assert seen(POLICE, "CAT") == seen(OFFICE, "CAT") == (raised,)
    assert seen(BANK, "NHNN") == seen(OFFICE, "NHNN") == ()
    for identity, agency in ((BANK, "CAT"), (POLICE, "NHNN"), (clerk(place), "CAT"), (NAMELESS, "")):
        with pytest.raises(PermissionError):
            seen(identity, agency)
    for identity in (BANK, NAMELESS):
        with pytest.raises(PermissionError):
            answer(engine, raised.id, "Có", accepted=True, identity=identity)
    # Whether there is a dispute of such a number, only the office learns.
    with pytest.raises(PermissionError):
        answer(engine, 999, "Có", accepted=True, identity=POLICE)
    with pytest.raises(SubmissionRefusedError, match="đã được trả lời"):
        answer(engine, 999, "Có", accepted=True)
    closed = answer(engine, raised.id, "Đã đối chiếu với sổ", accepted=False, identity=POLICE)
    assert (closed.is_open, closed.answer) == (False, "Đã đối chiếu với sổ")
    assert form_of(engine, place).disputes[ONLINE] == closed
    assert seen(POLICE, "CAT") == (closed,)
    engine.dispose()


def test_an_agency_does_not_reach_a_figure_by_the_list_of_another_level(new_database: Databases) -> None:
    """The same fact may be another agency's at another level: what counts is the list of the unit's own level."""
    engine = new_database.opened(with_agencies)
    place = place_of(engine, "747")
    raised = dispute(engine, place, "Đúng là 35")
    theirs = read_text(
        SET.replace("level: district", "level: commune").replace("{code: CQ.1,", "{code: CQ.1, verifier: NHNN,"),
        "xa.yaml",
    )
    assert theirs.criteria_set is not None
    entries = entry_list(compile_set(theirs.criteria_set))
    assert entries.verifiers_of(ONLINE) == {"NHNN"}
    with draft_session(engine) as session, pytest.raises(PermissionError):
        answer_dispute(session, BANK, entries, raised.id, accepted=True, answer="Có", now=LATER)
    engine.dispose()


def test_the_unit_disputes_and_the_office_answers(engine: Engine, place: ReportPlace) -> None:
    stranger = clerk(place_of(engine, "748"))
    for identity in (stranger, OFFICE, Identity("ld", Role.PROVINCE_LEADER), Identity(None, Role.PUBLIC)):
        with pytest.raises(PermissionError):
            dispute(engine, place, "Sai", identity=identity)
    raised = dispute(engine, place, "Đúng là 35")
    for identity in (clerk(place), head(place), Identity("ld", Role.PROVINCE_LEADER), Identity(None, Role.PUBLIC)):
        with pytest.raises(PermissionError):
            answer(engine, raised.id, "Có", accepted=True, identity=identity)
    with read_session(engine) as session:
        with pytest.raises(PermissionError):
            disputes_of(session, stranger, place)
        with pytest.raises(PermissionError):
            disputes(session, clerk(place), place.period_id)
