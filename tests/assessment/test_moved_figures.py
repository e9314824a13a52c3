"""What others move in a report after the unit let it go is told: which figure, from what to what, and when."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assessment.evidence import NewEvidence, add_evidence
from assessment.follow_up import board
from assessment.importing import ImportRequest, import_inputs
from assessment.moved_figures import moved_counts, moved_figures
from assessment.permissions import Identity
from assessment.roles import Role
from assessment.sending import SignedReport, approve_and_send, hand_to_head, return_report
from assessment.snapshots import LevelSnapshot
from assessment.submissions import ReportPlace, SubmissionRefusedError, period_of, submission
from assessment.system_figures import figure_difference, read_figures, store_figures
from data.database import read_session, write_session
from data.evidence_files import EvidenceFiles
from data.lineage import UnitKey
from data.models import PeriodState
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
)
from tests.data.databases import Databases

DOSSIERS = "fact/dossiers/number"
NAME = "Hồ sơ (CQ.1, CQ.2)"


@pytest.fixture
def engine(new_database: Databases) -> Iterator[Engine]:
    engine = new_database.opened(open_office)
    yield engine
    engine.dispose()


@pytest.fixture
def place(engine: Engine) -> ReportPlace:
    """The report of Vũng Tàu, in which 100 dossiers stand."""
    return place_of(engine, "747")


def hand_over(engine: Engine, place: ReportPlace) -> None:
    with write_session(engine) as session:
        seen = submission(session, place).version
        hand_to_head(session, clerk(place), place, snapshot_in(session), seen, NOW)


def send(engine: Engine, place: ReportPlace, seen: LevelSnapshot | None = None) -> None:
    """The head sends. seen: what stands on the screen; what is stored now without it."""
    day = dt.date(2024, 12, 11)
    document = NewEvidence("12/BC", day, "UBND", "Báo cáo", link="https://so.gov.vn/12", notice_read=True)
    with write_session(engine) as session:
        evidence = add_evidence(session, EvidenceFiles(Path("evidence")), head(place), place.unit, document, None, NOW)
        version, report = submission(session, place).version, SignedReport("12/BC", day, evidence)
        approve_and_send(session, head(place), place, seen or snapshot_in(session), report, version, NOW)


def give(engine: Engine, rows: str, now: dt.datetime = LATER) -> None:
    """A file of the source system, put in by the office."""
    snapshot = snapshot_of(engine)
    entry = snapshot.entries.by_code[DOSSIERS]
    table = read_figures(f"Mã đơn vị,Giá trị\n{rows}".encode(), "nguon.csv", snapshot, entry)
    with write_session(engine) as session:
        shown = figure_difference(session, OFFICE, snapshot, entry, table)
        store_figures(session, OFFICE, snapshot, entry, table, shown, now)


def moves(engine: Engine, place: ReportPlace) -> list[tuple[str, str | None, str | None, dt.datetime]]:
    return [(f.name, f.before, f.after, f.moment) for f in form_of(engine, place).moved]


def counts(engine: Engine, place: ReportPlace) -> dict[str, int]:
    with read_session(engine) as session:
        return {u.code: n for u, n in moved_counts(session, OFFICE, period_of(session, place)).items()}


def test_what_moves_while_the_unit_may_type_is_no_move_of_its_report(engine: Engine, place: ReportPlace) -> None:
    give(engine, "747,120\n")
    assert (moves(engine, place), counts(engine, place)) == ([], {})


def test_what_moves_before_the_head_has_sent_is_told_to_the_head(engine: Engine, place: ReportPlace) -> None:
    hand_over(engine, place)
    give(engine, "747,120\n748,80\n")
    assert moves(engine, place) == [(NAME, "100", "120", LATER)]
    send(engine, place)
    # The head has seen it and sent it so.
    assert (moves(engine, place), counts(engine, place)) == ([], {})


def test_the_head_does_not_send_a_figure_that_moved_while_he_read(engine: Engine, place: ReportPlace) -> None:
    hand_over(engine, place)
    seen = snapshot_of(engine)
    give(engine, "747,120\n748,80\n")
    with pytest.raises(SubmissionRefusedError) as refused:
        send(engine, place, seen)
    assert str(refused.value).startswith(
        "Số liệu vừa được nạp lại trong lúc bạn xem: Hồ sơ (CQ.1, CQ.2). Báo cáo chưa gửi"
    )
    # What moved elsewhere stops nobody.
    seen = snapshot_of(engine)
    give(engine, "748,81\n")
    send(engine, place, seen)
    with read_session(engine) as session:
        assert submission(session, place).state == PeriodState.SENT


def test_what_moves_after_sending_is_told_with_every_step(engine: Engine, place: ReportPlace) -> None:
    """100 dossiers were sent; the file of the next morning says 120, another one 1.250."""
    hand_over(engine, place)
    send(engine, place)
    morning, noon = LATER + dt.timedelta(days=1), LATER + dt.timedelta(days=1, hours=5)
    give(engine, "747,120\n748,80\n", morning)
    give(engine, '747,"1.250,0"\n', noon)
    # The same figure once more, written otherwise, moves nothing.
    give(engine, "747,1250\n", noon)
    assert moves(engine, place) == [(NAME, "100", "120", morning), (NAME, "120", "1.250,0", noon)]
    # One figure, however often it moved; Bà Rịa has sent nothing.
    assert counts(engine, place) == {"747": 1}
    with read_session(engine) as session:
        standings = board(session, OFFICE, [snapshot_in(session)], NOW.date())
    assert {s.unit.code: s.moved for s in standings if s.moved} == {"747": 1}


def test_a_figure_that_only_becomes_the_systems_has_not_moved(engine: Engine, place: ReportPlace) -> None:
    hand_over(engine, place)
    send(engine, place)
    give(engine, '747,"100,0"\n')
    assert form_of(engine, place).lines[DOSSIERS].locked
    assert (moves(engine, place), counts(engine, place)) == ([], {})


def test_a_file_of_inputs_that_the_office_brings_in_moves_a_sent_report_too(engine: Engine, place: ReportPlace) -> None:
    hand_over(engine, place)
    send(engine, place)
    rows = b"unit,criterion,input,value\n747,CQ.1,a,45\n"
    import_inputs(engine, OFFICE, ImportRequest("district", 2024, 12, rows, "t.csv"), LATER)
    assert moves(engine, place) == [("CQ.1 · a", "30", "45", LATER)]


def test_a_returned_report_is_the_units_again(engine: Engine, place: ReportPlace) -> None:
    hand_over(engine, place)
    send(engine, place)
    give(engine, "747,120\n")
    with write_session(engine) as session:
        return_report(session, OFFICE, place, "Bổ sung", 5, submission(session, place).version, LATER)
    assert (moves(engine, place), counts(engine, place)) == ([], {})
    hand_over(engine, place)
    send(engine, place)
    assert moves(engine, place) == []


def test_unit_and_office_see_it_and_nobody_else(engine: Engine, place: ReportPlace) -> None:
    hand_over(engine, place)
    send(engine, place)
    give(engine, "747,120\n")
    other = UnitKey("748", place.unit.valid_from)
    with read_session(engine) as session:
        for who in (clerk(place), head(place), OFFICE):
            assert len(moved_figures(session, who, place)) == 1
        for who in (
            Identity("nhap.748", Role.DATA_ENTRY, unit=other), Identity("so", Role.DATA_PROVIDER, agency="CAT"),
            Identity("lanh-dao", Role.PROVINCE_LEADER), Identity(None, Role.PUBLIC),
        ):  # fmt: skip
            with pytest.raises(PermissionError):
                moved_figures(session, who, place)
        assert moved_counts(session, Identity("lanh-dao", Role.PROVINCE_LEADER), period_of(session, place))
        with pytest.raises(PermissionError):
            moved_counts(session, clerk(place), period_of(session, place))
