"""Who sees which periods. Source: product.md; the passwords of demonstration accounts are shown to who starts the product."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from assessment.appraisal import loads, progress, tasks
from assessment.appraisal_cases import appraisal_cases
from assessment.council import council_cautions, council_standing
from assessment.cut_forecasts import level_forecast
from assessment.disputes import agency_disputes, disputes, disputes_of
from assessment.drafts import drafts
from assessment.evidence_library import attached, evidence_of
from assessment.explaining import draft_results, explanations
from assessment.follow_up import board
from assessment.moved_figures import moved_counts, moved_figures
from assessment.permissions import Identity
from assessment.presence import others_present
from assessment.publication import Sight, in_sight, readable_periods, sight
from assessment.publishing import preview
from assessment.report_form import report_form, report_terms
from assessment.roles import Role
from assessment.rulings import earlier_rulings, rulings_on
from assessment.snapshots import LevelSnapshot, level_snapshot
from assessment.submissions import ReportPlace
from assessment.supplying import supplier_board, supply_form, supply_periods
from assessment.system_figures import SystemTable, figure_difference
from assessment.unit_workbooks import unit_book
from criteria.catalogue import agencies
from data.database import read_session, write_session
from data.models import Period, PeriodOrigin, PeriodState
from data.repositories import PeriodRecord, periods
from tests.assessment.appraisal_office import VUNG_TAU, told_office
from tests.assessment.appraising import DAY, NOON, OFFICE
from tests.data.databases import Databases

HEAD = Identity("lanhdao.747", Role.UNIT_LEADER, VUNG_TAU, account_id=7)
POLICE = next(a for a in agencies() if a.code == "CAT")
SUPPLIER = Identity("solieu.cat", Role.DATA_PROVIDER, agency="CAT", account_id=8)


@pytest.fixture
def engine(new_database: Databases) -> Iterator[Engine]:
    engine = new_database.opened(told_office)
    yield engine
    engine.dispose()


def _period(session: Session) -> PeriodRecord:
    """The one period, whatever its origin."""
    return periods(session)[0]


def _districts(session: Session) -> LevelSnapshot:
    return level_snapshot(session, _period(session), "district", 12)


def _place(session: Session) -> ReportPlace:
    return ReportPlace(_period(session).id, VUNG_TAU)


def _form(session: Session, who: Identity) -> object:
    place = _place(session)
    return report_form(session, who, place, _districts(session), report_terms(session, place.period_id), DAY)


def _difference(session: Session, who: Identity) -> object:
    snapshot = _districts(session)
    entry = snapshot.entries.entries[0]
    return figure_difference(session, who, snapshot, entry, SystemTable("", "district", entry.code, {}, ()))


READINGS: dict[str, tuple[Identity, Callable[[Session, Identity], object]]] = {
    "drafts": (HEAD, lambda s, who: drafts(s, who, _place(s))),
    "form": (HEAD, _form),
    "workbook": (HEAD, lambda s, who: unit_book(s, who, _place(s), _districts(s))),
    "others": (HEAD, lambda s, who: others_present(s, who, _place(s), NOON)),
    "moved": (HEAD, lambda s, who: moved_figures(s, who, _place(s))),
    "disputes of a unit": (HEAD, lambda s, who: disputes_of(s, who, _place(s))),
    "attached": (HEAD, lambda s, who: attached(s, who, _place(s), DAY)),
    "draft results": (HEAD, lambda s, who: draft_results(s, who, _place(s), DAY)),
    "explanations": (HEAD, lambda s, who: explanations(s, who, _place(s))),
    "moved by unit": (OFFICE, lambda s, who: moved_counts(s, who, _period(s))),
    "disputes": (OFFICE, lambda s, who: disputes(s, who, _period(s).id)),
    "board": (OFFICE, lambda s, who: board(s, who, [_districts(s)], DAY)),
    "suppliers": (OFFICE, lambda s, who: supplier_board(s, who, [_districts(s)], DAY)),
    "difference": (OFFICE, _difference),
    "tasks": (OFFICE, lambda s, who: tasks(s, who, _period(s).id)),
    "loads": (OFFICE, lambda s, who: loads(s, who, _period(s).id, DAY)),
    "progress": (OFFICE, lambda s, who: progress(s, who, _period(s).id, DAY)),
    "cases": (OFFICE, lambda s, who: appraisal_cases(s, who, _districts(s), _districts(s), (), DAY)),
    "rulings": (OFFICE, lambda s, who: rulings_on(s, who, _place(s), "CQ.1")),
    "earlier rulings": (OFFICE, lambda s, who: earlier_rulings(s, who, _place(s), "CQ.1")),
    "evidence": (OFFICE, lambda s, who: evidence_of(s, who, _period(s).id, [VUNG_TAU], DAY)),
    "cautions": (OFFICE, lambda s, who: council_cautions(s, who, _period(s).id, (), DAY)),
    "council": (OFFICE, lambda s, who: council_standing(s, who, _period(s).id, DAY)),
    "preview": (OFFICE, lambda s, who: preview(s, who, _period(s).id, DAY)),
    "forecast": (OFFICE, lambda s, who: level_forecast(s, who, _districts(s))),
    "supply form": (SUPPLIER, lambda s, who: supply_form(s, who, POLICE, [_districts(s)], DAY)),
    "supplier's disputes": (SUPPLIER, lambda s, who: agency_disputes(s, who, "CAT", [_districts(s)])),
}


def test_an_account_of_the_demonstration_reads_nothing_of_the_office_s_period(engine: Engine) -> None:
    refused = "Tài khoản trình diễn chỉ xem và thao tác với số liệu và tài khoản trình diễn"
    with read_session(engine) as session:
        for who, read in READINGS.values():
            read(session, who)
            with pytest.raises(PermissionError, match=refused):
                read(session, replace(who, demonstration=True))


def test_it_reads_of_a_period_of_the_demonstration(engine: Engine) -> None:
    with write_session(engine) as session:
        session.query(Period).update({"origin": PeriodOrigin.DEMONSTRATION.value})
    with read_session(engine) as session:
        for who, read in READINGS.values():
            read(session, replace(who, demonstration=True))


def test_who_sees_which_periods(engine: Engine) -> None:
    with read_session(engine) as session:
        office = next(p for p in periods(session) if p.origin == PeriodOrigin.OFFICE)
        assert [p.id for p in readable_periods(session, Sight.EVERYTHING)] == [office.id]
        assert readable_periods(session, Sight.INVENTED) == readable_periods(session, Sight.PUBLISHED) == ()
        assert supply_periods(session, replace(SUPPLIER, demonstration=True)) == ()
    invented, published = replace(office, origin="demonstration"), replace(office, state=PeriodState.PUBLISHED)
    seen = {s: [in_sight(s, period) for period in (office, published, invented)] for s in Sight}
    assert seen == {
        Sight.EVERYTHING: [True, True, True],
        Sight.PUBLISHED: [False, True, False],
        Sight.INVENTED: [False, False, True],
    }
    inside = {role: sight(Identity("a", role, demonstration=True)) for role in Role}
    assert {role for role, own in inside.items() if own is Sight.PUBLISHED} == {Role.PUBLIC, Role.DATA_PROVIDER}
    assert {own for own in inside.values() if own is not Sight.PUBLISHED} == {Sight.INVENTED}
