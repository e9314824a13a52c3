"""The way from the scenario screen to the data: results kept by what was asked, saved scenarios, the back-test."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session

from assessment.scenario_causes import why_apart, why_ranked
from assessment.scenarios import SavedScenario, ScenarioResult, run_scenario, saved_scenarios, scenario_base
from data.database import read_session, write_session
from data.reference.national import our_name
from reports.scenarios import Alike
from scoring.outlook import FROZEN, BackTest, Pace, back_test, forecast
from scoring.scenarios import Scenario, ScenarioBase
from scoring.waterfall import NationalWaterfall
from ui import gateway, gateway_outlook
from ui.kept import kept

BACK_TEST_DRAWS = 100_000
BACK_TEST_SEED = 1
ALIKE_DRAWS = 20_000
ALIKE_SEED = 1

_Result = TypeVar("_Result")


@kept(16)
def _start(version: gateway.Version, period_id: int, month: int) -> ScenarioBase:
    return scenario_base(gateway_outlook.provincial(period_id, month))


@kept(64)
def _run(version: gateway.Version, period_id: int, month: int, base_year: int, scenario: Scenario) -> ScenarioResult:
    return run_scenario(
        gateway_outlook.provincial(period_id, month),
        gateway_outlook.our_base_line(period_id, month, base_year),
        scenario,
        gateway_outlook.field(base_year, scenario.pace),
        _start(version, period_id, month),
    )


def result(period_id: int, month: int, base_year: int, scenario: Scenario) -> ScenarioResult:
    """The scenario among the rivals. Raises ScenarioRefusedError with every override that cannot be, by row."""
    return _run(gateway.version(), period_id, month, base_year, scenario)


@kept(64)
def _causes(
    version: gateway.Version, period_id: int, month: int, base_year: int, scenario: Scenario
) -> NationalWaterfall:
    return why_ranked(
        result(period_id, month, base_year, scenario),
        gateway_outlook.field(base_year, FROZEN),
        gateway_outlook.field(base_year, scenario.pace),
        _start(version, period_id, month),
    )


def causes(period_id: int, month: int, base_year: int, scenario: Scenario) -> NationalWaterfall:
    """Why our mean rank moves from the base year; of a scenario that `result` takes."""
    return _causes(gateway.version(), period_id, month, base_year, scenario)


@kept(8)
def _alike(version: gateway.Version, base_year: int, pace: Pace, draws: int) -> float:
    drawn = forecast(gateway_outlook.question(base_year, pace), draws, ALIKE_SEED)
    return float(drawn.chance()[drawn.question.history.index(our_name())])


def alike(base_year: int, pace: Pace) -> Alike | None:
    """Our chance of the top when we move like the others; None for others that stand still, when nobody moves."""
    if pace.frozen:
        return None
    return Alike(_alike(gateway.version(), base_year, pace, ALIKE_DRAWS), ALIKE_DRAWS)


def apart(first: ScenarioResult, second: ScenarioResult) -> NationalWaterfall:
    """Why our mean rank differs between two comparable scenarios."""
    fields = [gateway_outlook.field(r.base.base_year, r.scenario.pace) for r in (first, second)]
    start = _start(gateway.version(), first.snapshot.period.id, first.snapshot.month)
    return why_apart(first, second, (fields[0], fields[1]), start)


@kept(4)
def _saved(version: gateway.Version) -> tuple[SavedScenario, ...]:
    with read_session(gateway.engine()) as session:
        return saved_scenarios(session, version.sight)


def saved() -> tuple[SavedScenario, ...]:
    """Every saved scenario, by name."""
    return _saved(gateway.version())


def write(action: Callable[[Session], _Result]) -> _Result:
    """Runs a use case that writes in one transaction."""
    with write_session(gateway.engine()) as session:
        return action(session)


@kept(2)
def _tested(version: gateway.Version, draws: int) -> BackTest:
    return back_test(gateway_outlook.history(), draws, BACK_TEST_SEED)


def tested() -> BackTest:
    """The forecast against what was published later; takes seconds the first time."""
    return _tested(gateway.version(), BACK_TEST_DRAWS)
