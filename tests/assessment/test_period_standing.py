"""In which step a period stands, for whom, and who can still be asked for figures in it."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from assessment.overview import Asked
from assessment.period_standing import PeriodStanding, asked_in, period_standing
from assessment.permissions import VISITOR, Identity
from data.database import read_session, write_session
from data.models import PeriodState, StepKind
from tests.assessment.appraisal_office import BA_RIA, CHAU_DUC, VUNG_TAU, begun_office, office_place, sent_office
from tests.assessment.appraising import DAY, LEADER, office_period, report
from tests.assessment.reporting import clerk
from tests.assessment.test_reopening import reopened
from tests.data.databases import Databases


def standing_of(engine: Engine, who: Identity = LEADER) -> PeriodStanding | None:
    with read_session(engine) as session:
        return period_standing(session, who, office_period(session).id, DAY)


def asked_of(engine: Engine, who: Identity = LEADER) -> Asked | None:
    with read_session(engine) as session:
        return asked_in(session, who, standing_of(engine, who))


def test_who_has_his_report_is_asked_and_who_sent_it_may_get_it_back(sqlite: Databases) -> None:
    engine = sqlite.opened(sent_office)
    with write_session(engine) as session:
        report(session, "750", PeriodState.AWAITING_HEAD)
        report(session, "748", PeriodState.APPRAISAL)
    standing, asked = standing_of(engine), asked_of(engine)
    assert standing is not None
    assert asked is not None
    assert (standing.takes_figures, standing.begun, len(standing.units)) == (True, True, 111)
    # Vũng Tàu has sent, Bà Rịa is in appraisal, the head of Châu Đức has not approved yet; 108 others have not begun.
    assert asked.sent == {VUNG_TAU}
    assert CHAU_DUC in asked.open
    assert BA_RIA not in asked.open
    assert len(asked.open) == 109
    engine.dispose()


def test_where_others_stand_is_not_told_to_a_unit_nor_anything_but_decisions_to_a_visitor(sqlite: Databases) -> None:
    engine = sqlite.opened(begun_office)
    who = clerk(office_place(engine))
    standing = standing_of(engine, who)
    assert standing is not None
    assert (standing.units, standing.takes_figures, standing.begun) == ((), True, True)
    assert asked_of(engine, who) is None
    assert standing_of(engine, VISITOR) is None
    assert asked_of(engine, VISITOR) == Asked(frozenset(), frozenset())
    engine.dispose()


def test_an_account_of_the_demonstration_is_told_nothing_of_an_office(submitted: Engine) -> None:
    with pytest.raises(PermissionError, match="trình diễn"):
        standing_of(submitted, replace(LEADER, demonstration=True))


def test_once_the_council_has_passed_nobody_is_asked_for_figures(submitted: Engine) -> None:
    standing, asked = standing_of(submitted), asked_of(submitted)
    assert standing is not None
    assert asked is not None
    assert (standing.takes_figures, standing.deadlines) == (False, ())
    assert set(standing.steps) == {StepKind.COUNCIL, StepKind.APPROVAL}
    assert not asked.anybody
    assert not asked.reaches(VUNG_TAU)


def test_what_is_published_is_told_to_everybody_and_what_is_reopened_to_who_follows(published: Engine) -> None:
    reopened(published)
    told, follows = standing_of(published, VISITOR), standing_of(published)
    assert told is not None
    assert follows is not None
    assert [e.decision.date for e in told.editions] == [dt.date(2024, 12, 20)]
    assert (told.units, dict(told.steps)) == ((), {})
    assert [s.unit.code for s in follows.units if s.state == PeriodState.REAPPRAISAL] == ["747"]
