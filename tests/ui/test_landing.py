"""Where a screen opens that chooses a period by itself: on the office's own newest, however old, before the demonstration."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from assessment.permissions import Identity
from assessment.roles import Role
from assessment.submissions import ReportPlace
from data.database import write_session
from data.models import Period, PeriodState, Submission
from data.repositories import UnitRecord
from data.setup import prepare_database
from tests.assessment.years import NOON, bring_in
from tests.data.databases import Databases
from tests.ui.pages import HEAD, OFFICE, PAGES, who_opens
from tests.ui.publishing import application_on
from ui import gateway, gateway_explaining, gateway_reports, gateway_supply
from ui.navigation import SCREENS

PERIOD = "filter_ky"
CHOOSING = {
    "overview", "ranking", "scorecard", "comparison", "history", "robustness", "scenarios", "path", "price_list",
    "criteria_sets", "report", "follow_up", "draft_results", "supply", "cut_forecast", "appraisal_direction", "appraisal", "council",
}  # fmt: skip
"""Screens that choose a period of the office and of the demonstration alike."""


@pytest.fixture(scope="module")
def last_year(sqlite: Databases) -> Iterator[int]:
    """The office has the year 2023 alone, the demonstration 2023 and 2024; gives the office's period."""
    with application_on(sqlite.copy_of(prepare_database)):
        yield bring_in(gateway.engine(), 2023).period.id


def landed(path: Path) -> int | None:
    """The period that a screen chose by itself."""
    page = AppTest.from_file(str(path), default_timeout=120).run()
    assert [e.message for e in page.exception] == []
    return int(page.session_state[PERIOD]) if PERIOD in page.session_state else None


def test_every_screen_opens_on_the_period_of_the_office(last_year: int, looking: Callable[[Identity], None]) -> None:
    found = {}
    for screen in SCREENS:
        looking(who_opens(screen.path))
        found[screen.id] = landed(screen.path)
    assert {name: period for name, period in found.items() if period is not None} == dict.fromkeys(CHOOSING, last_year)


@pytest.mark.parametrize("role", [Role.UNIT_LEADER, Role.DATA_ENTRY])
def test_whoever_works_for_a_unit_opens_on_the_period_of_the_office(
    last_year: int, looking: Callable[[Identity], None], role: Role
) -> None:
    looking(Identity("nguoi.747", role, HEAD.unit))
    own = {"ranking.py", "scorecard.py", "report.py", "draft_results.py"}
    assert {file: landed(PAGES / file) for file in own} == dict.fromkeys(own, last_year)


def test_a_period_that_takes_no_figures_any_more_comes_before_the_demonstration(
    last_year: int, looking: Callable[[Identity], None]
) -> None:
    looking(HEAD)
    with write_session(gateway.engine()) as session:
        period = session.get_one(Period, last_year)
        before, period.state = period.state, PeriodState.PUBLISHED.value
    try:
        assert landed(PAGES / "report.py") == last_year
        # Nobody is asked to give figures to the demonstration.
        assert gateway_supply.periods(OFFICE) == ()
    finally:
        with write_session(gateway.engine()) as session:
            session.get_one(Period, last_year).state = before


def _told(place: ReportPlace) -> None:
    with write_session(gateway.engine()) as session:
        row = session.get(Submission, tuple(place.columns.values())) or Submission(**place.columns)
        row.state, row.changed_at = PeriodState.AWAITING_EXPLANATION.value, NOON
        session.add(row)


def test_results_of_the_demonstration_are_not_those_of_a_unit_that_never_sent(last_year: int) -> None:
    found = gateway_explaining.periods(HEAD)
    invented: list[tuple[int, UnitRecord]] = [(p.id, u) for p, u in found.values() if p.id != last_year]
    assert invented
    for period, unit in invented:
        _told(ReportPlace(period, unit.key))
    assert gateway_explaining.usual(found) is None
    assert next(iter(found)) == str(last_year)
    assert gateway_explaining.to_answer(HEAD) == ()
    # While the office has none, the demonstration is there to be tried.
    alone = {number: own for number, own in found.items() if number != str(last_year)}
    assert gateway_explaining.usual(alone) == str(invented[0][0])


def test_among_the_periods_of_the_office_one_that_takes_figures_comes_first(last_year: int) -> None:
    newer = bring_in(gateway.engine(), 2024).period.id
    assert [p.id for p in gateway_reports.report_periods(OFFICE)][:2] == [newer, last_year]
    with write_session(gateway.engine()) as session:
        session.get_one(Period, newer).state = PeriodState.PUBLISHED.value
    assert [p.id for p in gateway_reports.report_periods(OFFICE)][:2] == [last_year, newer]
