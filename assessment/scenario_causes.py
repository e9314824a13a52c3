"""Why a scenario brings another national rank: than that of the base year, and than another scenario's."""

from dataclasses import replace

from assessment.rivals import RivalField
from assessment.scenarios import ScenarioResult, own_score, scenario_base
from scoring.outlook import OwnScore
from scoring.scenarios import Override, Scenario, ScenarioBase, WeightFactor, apply_scenario
from scoring.waterfall import Cause, NationalState, NationalWaterfall, national_waterfall


def _change_with(result: ScenarioResult, begun: ScenarioBase, overrides: tuple[Override, ...]) -> float:
    """Change of our total when the scenario held these overrides instead of its own."""
    scenario = replace(result.scenario, overrides=overrides)
    return own_score(result.base, apply_scenario(begun, scenario), scenario, begun.main_indices).change


def _weights(scenario: Scenario) -> tuple[Override, ...]:
    return tuple(o for o in scenario.overrides if isinstance(o, WeightFactor))


def why_ranked(
    result: ScenarioResult, still: RivalField, moving: RivalField, start: ScenarioBase | None = None
) -> NationalWaterfall:
    """Why our expected rank is another one than in the base year: rules, own progress, appraisal, rivals.

    still: the rivals as they were in the base year; moving: those of the scenario's pace, in the same draws.
    Rules: the scenario's weights alone. Own: all that it changes, uncut. Appraisal: the cut. Rivals: they move, and
    the noise of our own result joins in. Nothing in a scenario makes a criterion not applicable.
    """
    begun = scenario_base(result.snapshot) if start is None else start
    rules = _change_with(result, begun, _weights(result.scenario))
    own, cut = OwnScore(result.change, noise=0.0), result.scenario.cut
    return national_waterfall(
        [
            NationalState(None, still.rivals, OwnScore(noise=0.0)),
            NationalState(Cause.RULES, still.rivals, replace(own, change=rules)),
            NationalState(Cause.OWN, still.rivals, own),
            NationalState(Cause.APPRAISAL, still.rivals, replace(own, cut=cut)),
            NationalState(Cause.RIVALS, moving.rivals, replace(own, cut=cut, noise=None)),
        ]
    )


def comparable(first: ScenarioResult, second: ScenarioResult) -> bool:
    """Whether the ranks of two scenarios can be explained from each other: same figures, base year and base line."""
    same_figures = (first.snapshot.period.id, first.snapshot.month) == (
        second.snapshot.period.id,
        second.snapshot.month,
    )
    return same_figures and first.base == second.base


def why_apart(
    first: ScenarioResult,
    second: ScenarioResult,
    fields: tuple[RivalField, RivalField],
    start: ScenarioBase | None = None,
) -> NationalWaterfall:
    """Why our expected rank differs between two scenarios: rules, own progress, appraisal, rivals, in this order.

    fields: the rivals of each, in the same draws. Rules: the second's weights with all else of the first. Raises
    ValueError for scenarios that are not `comparable`.
    """
    if not comparable(first, second):
        raise ValueError("scenarios on other figures or another base line cannot be explained from each other")
    begun = scenario_base(first.snapshot) if start is None else start
    kept = tuple(o for o in first.scenario.overrides if not isinstance(o, WeightFactor))
    rules = _change_with(first, begun, (*kept, *_weights(second.scenario)))
    before, after = (field.rivals for field in fields)
    own = OwnScore(second.change, cut=first.scenario.cut)
    return national_waterfall(
        [
            NationalState(None, before, OwnScore(first.change, cut=first.scenario.cut)),
            NationalState(Cause.RULES, before, replace(own, change=rules)),
            NationalState(Cause.OWN, before, own),
            NationalState(Cause.APPRAISAL, before, replace(own, cut=second.scenario.cut)),
            NationalState(Cause.RIVALS, after, replace(own, cut=second.scenario.cut)),
        ]
    )
