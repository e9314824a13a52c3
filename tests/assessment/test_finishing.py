"""A unit that is finished reads so, alike to everybody: the council, the board of reports, its own report and results."""

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from assessment.council import council_standing
from assessment.explaining import draft_results
from assessment.follow_up import board
from assessment.report_form import report_form, report_terms
from assessment.submissions import ReportPlace, state_name
from data.database import read_session, write_session
from data.models import AppraisalTier, Explanation, PeriodState
from reports.publication import standing_text
from tests.assessment.appraisal_office import BA_RIA
from tests.assessment.appraising import (
    DAY,
    LEADER,
    NOON,
    appraised_office,
    office_period,
    publish_now,
    report,
    submit,
    task,
)
from tests.assessment.reporting import OFFICE, head, snapshot_in
from tests.data.databases import Databases

TOMORROW = DAY + dt.timedelta(days=1)
DONE = "Đã thẩm định xong"


@pytest.fixture
def engine(new_database: Databases) -> Iterator[Engine]:
    """Three appraised districts that agreed to their draft results."""
    engine = new_database.opened(appraised_office)
    yield engine
    engine.dispose()


def told(engine: Engine, today: dt.date = DAY) -> tuple[str, str]:
    """How Bà Rịa's report stands on every screen, and what is left to do or how it was finished."""
    with read_session(engine) as session:
        place = ReportPlace(office_period(session).id, BA_RIA)
        standing = next(s for s in council_standing(session, LEADER, place.period_id, today) if s.unit.key == BA_RIA)
        snapshot = snapshot_in(session)
        followed = next(s for s in board(session, OFFICE, [snapshot], today) if s.unit.key == BA_RIA)
        own = report_form(session, head(place), place, snapshot, report_terms(session, place.period_id), today)
        results = draft_results(session, head(place), place, today)
        assert results is not None
        (state,) = {standing.state, followed.state, own.state, results.state}
        return state_name(state), standing_text(standing)


def test_a_unit_that_agreed_is_finished_until_its_results_are_published(engine: Engine) -> None:
    agreed = "đã xong: đơn vị đã đồng ý với kết quả dự kiến"
    assert told(engine) == (DONE, agreed)
    submit(engine)
    assert told(engine) == (DONE, agreed)
    publish_now(engine)
    assert told(engine) == ("Đã công bố", agreed)


def test_a_unit_that_says_nothing_is_waited_for_until_its_last_day_has_passed(engine: Engine) -> None:
    with write_session(engine) as session:
        report(session, "748", PeriodState.AWAITING_EXPLANATION, accepted_at=None, due_on=DAY)
    assert told(engine) == ("Chờ giải trình", "chờ đơn vị đồng ý hoặc giải trình, hạn đến hết ngày 20/12/2024")
    assert told(engine, TOMORROW) == (DONE, "đã xong: hết hạn giải trình, đơn vị không có ý kiến")


def test_a_unit_that_has_explained_waits_for_the_office(engine: Engine) -> None:
    with write_session(engine) as session:
        report(session, "748", PeriodState.AWAITING_EXPLANATION, accepted_at=None, due_on=DAY)
        place = ReportPlace(office_period(session).id, BA_RIA)
        said = Explanation(
            **place.columns, criterion="CQ.1", text="Có thêm hồ sơ", changed_at=NOON, sent_at=NOON, version=1
        )
        session.add(said)
    assert told(engine) == ("Đã gửi giải trình", "giải trình đã gửi, chưa đưa vào thẩm định lại")


@pytest.mark.parametrize("ruled", [False, True])
def test_a_unit_that_is_appraised_again_is_finished_once_all_is_ruled_on(engine: Engine, ruled: bool) -> None:
    with write_session(engine) as session:
        report(session, "748", PeriodState.REAPPRAISAL, accepted_at=NOON)
        task(session, "748", "CQ.1", AppraisalTier.SECOND, ruled=ruled)
    left = ("Thẩm định lại", "còn 1 chỉ số chưa thẩm định lại: CQ.1")
    assert told(engine) == ((DONE, "đã xong: đã thẩm định lại") if ruled else left)
