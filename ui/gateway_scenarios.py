"""The way from the scenario screen to the data: rivals drawn once, results kept by what was asked."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st
from sqlalchemy.orm import Session

from assessment.baseline import base_line, base_years
from assessment.province import ProvincialSnapshot, provincial_snapshot
from assessment.scenarios import (
    RivalField,
    SavedScenario,
    ScenarioResult,
    national_history_of,
    rival_field,
    run_scenario,
    saved_scenarios,
    scenario_base,
)
from data.database import read_session, write_session
from scoring.baseline import BaseLine
from scoring.outlook import BackTest, History, Pace, back_test
from scoring.scenarios import Scenario, ScenarioBase
from ui import gateway

DRAWS = 100_000
SEED = 1
BACK_TEST_DRAWS = 100_000

_Result = TypeVar("_Result")


@st.cache_resource(show_spinner=False, max_entries=16)
def _province(version: int, period_id: int, month: int) -> tuple[ProvincialSnapshot, ScenarioBase]:
    period = next(p for p, _months in gateway.calendar() if p.id == period_id)
    with read_session(gateway.engine()) as session:
        snapshot = provincial_snapshot(session, period, month)
    return snapshot, scenario_base(snapshot)


def provincial(period_id: int, month: int) -> ProvincialSnapshot:
    """The province at the end of a month, scored."""
    return _province(gateway.data_version(), period_id, month)[0]


@st.cache_resource(show_spinner=False, max_entries=32)
def _base_line(version: int, period_id: int, month: int, base_year: int) -> BaseLine:
    snapshot, _base = _province(version, period_id, month)
    with read_session(gateway.engine()) as session:
        return base_line(session, base_year, snapshot)


def our_base_line(period_id: int, month: int, base_year: int) -> BaseLine:
    """Our result of the base year. Raises LookupError when it is not known well enough."""
    return _base_line(gateway.data_version(), period_id, month, base_year)


@st.cache_resource(show_spinner=False, max_entries=4)
def _base_years(version: int) -> tuple[int, ...]:
    with read_session(gateway.engine()) as session:
        return base_years(session)


def known_base_years() -> tuple[int, ...]:
    """Years that can be started from, the latest first."""
    return _base_years(gateway.data_version())


@st.cache_resource(show_spinner=False, max_entries=4)
def _history(version: int) -> History:
    with read_session(gateway.engine()) as session:
        return national_history_of(session)


# Each entry holds the draws of 62 rivals, about 50 MB.
@st.cache_resource(show_spinner=False, max_entries=6)
def _field(version: int, base: tuple[int, int], pace: Pace, draws: int, seed: int) -> RivalField:
    return rival_field(_history(version), *base, pace, draws, seed)


def field(base: BaseLine, pace: Pace) -> RivalField:
    """The rivals of the target year, drawn once per data version, base year and pace."""
    return _field(gateway.data_version(), (base.base_year, base.target_year), pace, DRAWS, SEED)


@st.cache_resource(show_spinner=False, max_entries=64)
def _run(version: int, period_id: int, month: int, base_year: int, scenario: Scenario) -> ScenarioResult:
    snapshot, start = _province(version, period_id, month)
    base = _base_line(version, period_id, month, base_year)
    drawn = _field(version, (base.base_year, base.target_year), scenario.pace, DRAWS, SEED)
    return run_scenario(snapshot, base, scenario, drawn, start)


def result(period_id: int, month: int, base_year: int, scenario: Scenario) -> ScenarioResult:
    """The scenario among the rivals. Raises ScenarioRefusedError with every override that cannot be, by row."""
    return _run(gateway.data_version(), period_id, month, base_year, scenario)


@st.cache_resource(show_spinner=False, max_entries=4)
def _saved(version: int) -> tuple[SavedScenario, ...]:
    with read_session(gateway.engine()) as session:
        return saved_scenarios(session)


def saved() -> tuple[SavedScenario, ...]:
    """Every saved scenario, by name."""
    return _saved(gateway.data_version())


def write(action: Callable[[Session], _Result]) -> _Result:
    """Runs a use case that writes in one transaction."""
    with write_session(gateway.engine()) as session:
        return action(session)


@st.cache_resource(show_spinner=False, max_entries=2)
def _tested(version: int, draws: int, seed: int) -> BackTest:
    return back_test(_history(version), draws, seed)


def tested() -> BackTest:
    """The forecast against what was published later; takes seconds the first time."""
    return _tested(gateway.data_version(), BACK_TEST_DRAWS, SEED)
