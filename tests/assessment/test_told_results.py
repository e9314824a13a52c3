"""Nobody learns more of his own unit's appraisal than the unit was told, whatever else he may read of appraisal."""

import ast
import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from assessment import appraisal
from assessment.appraisal import tasks
from assessment.appraisal_cases import appraisal_cases
from assessment.appraised import appraised_snapshot, rulings_in_force
from assessment.audit_log import Sought, audit_entry, audit_export, audit_page
from assessment.cut_forecasts import level_forecast
from assessment.evidence_library import evidence_of
from assessment.explaining import explanations
from assessment.permissions import Identity
from assessment.publishing import preview
from assessment.roles import Role
from assessment.rulings import Verdict, earlier_rulings, rulings_on
from assessment.snapshots import LevelSnapshot
from assessment.submissions import ReportPlace
from assessment.told_results import appraised_for, told_unit
from data.audit import Deed
from data.database import read_session, write_session
from data.lineage import UnitKey
from data.models import AppraisalTier, PeriodState, RulingKind
from scoring.grid import in_points
from tests.assessment.appraisal_office import (
    BA_RIA,
    SECRET,
    VUNG_TAU,
    agree_to_all,
    appraiser,
    decide,
    districts,
    look_again,
    office_place,
    say,
    send,
    tell,
    untold_office,
)
from tests.assessment.appraising import LEADER, NOON, OFFICE, office_period, report, submitted_office
from tests.assessment.reporting import head
from tests.data.databases import Databases

TODAY = NOON.date()
LATER = NOON + dt.timedelta(hours=3)
AGAIN = "Lý do của lần thẩm định lại"

Read = Callable[[Session, Identity], object]


def _snapshots(session: Session) -> tuple[LevelSnapshot, LevelSnapshot]:
    own = districts(session)
    return own, appraised_snapshot(own, rulings_in_force(session, own.period.id))


def _cases(session: Session, who: Identity) -> object:
    own, after = _snapshots(session)
    chosen = tasks(session, OFFICE, own.period.id)
    return appraisal_cases(session, who, own, after, chosen, TODAY)


def _place(session: Session, unit: UnitKey) -> ReportPlace:
    return ReportPlace(office_period(session).id, unit)


TELLING: Mapping[str, Read] = {
    "appraisal_cases": _cases,
    "rulings_on": lambda s, who: rulings_on(s, who, _place(s, VUNG_TAU), "TC.1"),
    "earlier_rulings": lambda s, who: earlier_rulings(s, who, _place(s, BA_RIA), "TC.1"),
}
"""What tells rulings with their reasons."""
APART = {
    "preview": "the whole of what would be published",
    "level_forecast": "points of units that know their results",
    "tasks": "who is to rule on what, and until when",
    "waiting_periods": "where somebody is to rule on anything",
    "evidence_of": "documents that the unit attached",
    "explanations": "what the unit says itself",
}
"""What takes the same permission and is looked at by tests of its own, or tells nothing that was decided."""


@pytest.fixture
def untold(new_database: Databases) -> Iterator[Engine]:
    """Vũng Tàu is appraised and not told."""
    engine = new_database.opened(untold_office)
    yield engine
    engine.dispose()


def _read(engine: Engine, read: Read, who: Identity) -> str:
    with read_session(engine) as session:
        return repr(read(session, who))


def _look_again(engine: Engine) -> None:
    """Vũng Tàu explains CQ.1 and TC.1, and the second appraisal has found something of TC.1 alone."""
    for code in ("CQ.1", "TC.1"):
        say(engine, code, "Có thêm hồ sơ")
    send(engine)
    look_again(engine)
    verdict = Verdict(RulingKind.REJECT_EVIDENCE, AGAIN)
    decide(engine, OFFICE, [(VUNG_TAU, "TC.1")], verdict, AppraisalTier.SECOND, LATER)


def _own(engine: Engine) -> Identity:
    """The appraiser who belongs to Vũng Tàu."""
    return appraiser(engine, "td.vt")


def test_every_use_case_that_reads_appraised_points_is_walked() -> None:
    folder = Path(appraisal.__file__).parent
    asking = {
        function.name
        for file in folder.glob("*.py")
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef) and function.name != "action_name"
        if "Action.READ_APPRAISED" in ast.unparse(function)
    }
    assert asking == {*TELLING, *APART}


@pytest.mark.parametrize("name", TELLING)
def test_what_was_decided_on_a_unit_is_told_to_its_own_people_when_it_is_told(untold: Engine, name: str) -> None:
    read = TELLING[name]
    assert SECRET not in _read(untold, read, _own(untold))
    assert SECRET in _read(untold, read, appraiser(untold, "td.cq"))
    assert SECRET in _read(untold, read, OFFICE)
    tell(untold, VUNG_TAU)
    assert SECRET in _read(untold, read, _own(untold))


@pytest.mark.parametrize("name", TELLING)
def test_what_a_second_appraisal_finds_is_told_when_it_has_ended(untold: Engine, name: str) -> None:
    tell(untold, VUNG_TAU)
    _look_again(untold)
    read = TELLING[name]
    assert AGAIN not in _read(untold, read, _own(untold))
    assert AGAIN in _read(untold, read, OFFICE)
    decide(untold, OFFICE, [(VUNG_TAU, "CQ.1")], Verdict(None, "Giữ nguyên"), AppraisalTier.SECOND, LATER)
    assert AGAIN in _read(untold, read, _own(untold))


def _total(engine: Engine, who: Identity, unit: str) -> float:
    with read_session(engine) as session:
        found = appraised_for(session, districts(session), told_unit(who))
        return float(in_points(found.book.total[found.row_of[unit]]))


def test_the_appraised_score_of_a_unit_holds_for_its_own_people_what_it_was_told(untold: Engine) -> None:
    own, other = _own(untold), appraiser(untold, "td.cq")
    # 15 points of CQ.1 and 20 of TC.1, of 100.
    assert (_total(untold, own, "747"), _total(untold, other, "747"), _total(untold, OFFICE, "747")) == (0, 35, 35)
    with read_session(untold) as session:
        assert appraised_for(session, districts(session), told_unit(own)).withheld == VUNG_TAU
        assert appraised_for(session, districts(session), told_unit(other)).withheld is None
    tell(untold, VUNG_TAU)
    assert _total(untold, own, "747") == 35
    with read_session(untold) as session:
        assert appraised_for(session, districts(session), told_unit(own)).withheld is None


def test_a_first_try_that_was_never_sent_keeps_nothing_back(untold: Engine) -> None:
    own, cq = _own(untold), appraiser(untold, "td.cq")
    decide(untold, cq, [(VUNG_TAU, "CQ.1")], Verdict(RulingKind.AGREE, "Xem lại, số liệu đúng"))
    tell(untold, VUNG_TAU)
    with read_session(untold) as session:
        assert appraised_for(session, districts(session), told_unit(own)).withheld is None
        first = rulings_on(session, own, _place(session, VUNG_TAU), "CQ.1")
    assert [ruling.reason for ruling in first] == ["Xem lại, số liệu đúng"]


def test_nor_do_ranks_and_bounds_of_others_tell_it(untold: Engine) -> None:
    agree_to_all(untold, BA_RIA)
    own = told_unit(_own(untold))
    with read_session(untold) as session:
        found = appraised_for(session, districts(session), own)
        without = [r for r in rulings_in_force(session, found.period.id) if r.unit != VUNG_TAU]
        expected = appraised_snapshot(districts(session), without)
    for name in ("points", "total", "low", "high", "state"):
        assert (getattr(found.book, name) == getattr(expected.book, name)).all(), name


def test_the_points_of_a_case_are_withheld_even_where_all_rulings_were_scored(untold: Engine) -> None:
    def points(who: Identity) -> set[float | None]:
        with read_session(untold) as session:
            own, after = _snapshots(session)
            chosen = [t for t in tasks(session, OFFICE, own.period.id) if t.key.unit == VUNG_TAU]
            return {c.appraised_points for c in appraisal_cases(session, who, own, after, chosen, TODAY)}

    assert points(_own(untold)) == {None}
    assert 20 in points(OFFICE)
    tell(untold, VUNG_TAU)
    assert 20 in points(_own(untold))


def test_the_forecast_names_a_unit_in_second_appraisal_with_what_it_was_told(untold: Engine) -> None:
    tell(untold, VUNG_TAU)
    _look_again(untold)

    def told(who: Identity) -> list[float]:
        with read_session(untold) as session:
            return [a.appraised_total for a in level_forecast(session, who, districts(session)).appraised]

    assert (told(_own(untold)), told(OFFICE)) == ([35], [15])


def test_what_would_be_published_waits_until_the_unit_was_told(new_database: Databases) -> None:
    engine = new_database.opened(submitted_office)
    leader = dataclasses.replace(LEADER, unit=VUNG_TAU)
    with read_session(engine) as session:
        period = office_period(session).id
        assert preview(session, leader, period, TODAY).frozen.results.month == 12
    with write_session(engine) as session:
        report(session, "747", PeriodState.APPRAISAL)
    with read_session(engine) as session:
        assert preview(session, LEADER, period, TODAY).frozen.results.month == 12
        with pytest.raises(PermissionError, match="Đơn vị của bạn chưa được thông báo hết kết quả thẩm định"):
            preview(session, leader, period, TODAY)
    engine.dispose()


def test_the_head_of_a_unit_finds_rulings_in_the_log_once_the_unit_was_told(untold: Engine) -> None:
    who = head(office_place(untold))

    def found() -> str:
        with read_session(untold) as session:
            page = audit_page(session, who, Sought())
            details = [audit_entry(session, who, entry.id) for entry in page.entries]
            return repr((page, details, audit_export(session, who, Sought())))

    assert SECRET not in found()
    with read_session(untold) as session:
        ruled = audit_page(session, OFFICE, Sought(deed=Deed.RULE.value)).entries
        assert SECRET in repr(ruled)
        with pytest.raises(LookupError):
            audit_entry(session, who, ruled[-1].id)
    tell(untold, VUNG_TAU)
    assert SECRET in found()
    _look_again(untold)
    assert AGAIN not in found()
    decide(untold, OFFICE, [(VUNG_TAU, "CQ.1")], Verdict(None, "Giữ nguyên"), AppraisalTier.SECOND, LATER)
    assert AGAIN in found()
    assert SECRET in found()


def test_the_office_which_tells_units_is_not_kept_from_its_own_department(untold: Engine) -> None:
    assert told_unit(dataclasses.replace(OFFICE, unit=VUNG_TAU)) is None
    assert told_unit(Identity("td", Role.APPRAISER, VUNG_TAU)) == VUNG_TAU
    assert told_unit(Identity("td", Role.APPRAISER)) is None


@pytest.mark.parametrize("read", [evidence_of, explanations])
def test_what_a_unit_gave_itself_stays_readable(untold: Engine, read: object) -> None:
    with read_session(untold) as session:
        place = office_place(untold)
        if read is evidence_of:
            assert evidence_of(session, _own(untold), place.period_id, [VUNG_TAU], TODAY) == {}
        else:
            assert explanations(session, _own(untold), place) == {}
