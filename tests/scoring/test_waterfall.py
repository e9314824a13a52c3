"""Why a total and a rank moved: by hand, and the steps always add up."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.crosswalk import crosswalk
from scoring.compiled import CompiledSet
from scoring.crosswalk import carry_over
from scoring.inputs import Inputs
from scoring.outlook import FROZEN, AppraisalCut, OwnScore, Question, Rivals, draw_rivals
from scoring.waterfall import Cause, NationalState, Standing, Waterfall, explain, national_waterfall
from tests.scoring.builders import compiled, criterion, grid, group, inputs_of
from tests.scoring.outlook.facts import OURS, published_history
from tests.scoring.samples import every_rule, random_inputs

RATIO = {"type": "ratio"}


def a_set(a: float, b: float, version: str = "1.0", **more: object) -> CompiledSet:
    groups = group("A", criterion("A.1", a, RATIO)), group("B", criterion("B.1", b, RATIO))
    return compiled(*groups, scale=100, rank_precision=2, version=version, **more)


OLD, NEW = a_set(60, 40), a_set(50, 50, "2.0")


def standing(inputs: Inputs) -> Standing:
    units = len(inputs.units)
    return Standing(inputs, np.ones(units, bool), np.arange(units))


def carried(old: Standing, ready: CompiledSet) -> Standing:
    table = crosswalk(old.inputs.compiled.criteria_set, ready.criteria_set)
    return Standing(carry_over(old.inputs, ready, table), old.reference, old.rows)


def figures(ready: CompiledSet, **units: tuple[object, object]) -> Standing:
    def cell(value: object) -> dict[str, object]:
        return {"a": value, "b": 100 if value != "n/a" else "n/a"}

    return standing(inputs_of(ready, {u: {"A.1": cell(a), "B.1": cell(b)} for u, (a, b) in units.items()}))


def explained(old: Standing, new: Standing, unit: str, **more: Standing) -> Waterfall:
    waterfall = explain(old, carried(old, new.inputs.compiled), new, unit, **more)
    assert waterfall is not None
    return waterfall


def test_every_step_by_hand() -> None:
    # x: 60 x 0.5 + 40 x 0.2 = 38 -> 50 x 0.5 + 50 x 0.2 = 35 -> B does not apply: 25 of 50 = 50 -> A rises: 80.
    # Others: y 36 -> 40 (0.2, 0.6) -> 90; z 10 -> 10 -> 10.
    old = figures(OLD, x=(50, 20), y=(20, 60), z=(10, 10))
    new = figures(NEW, x=(80, "n/a"), y=(90, 90), z=(10, 10))
    found = explained(old, new, "x")
    assert [s.total for s in found.states] == [grid(38), grid(35), grid(50), grid(80), grid(80)]
    assert [s.rank for s in found.states] == [1, 2, 1, 1, 2]
    assert [(s.cause, s.points, s.places) for s in found.steps] == [
        (Cause.RULES, grid(-3), -1),
        (Cause.NOT_APPLICABLE, grid(15), 1),
        (Cause.OWN, grid(30), 0),
        (Cause.RIVALS, 0, -1),
    ]
    before, after = found.moved(Cause.RIVALS)
    assert (before.ahead, after.ahead) == (frozenset(), frozenset({"y"}))
    before, after = found.moved(Cause.OWN)
    assert (after.contribution - before.contribution).tolist() == [grid(30), 0]


def test_appraisal_is_a_step_only_where_there_is_one() -> None:
    old = figures(OLD, x=(50, 50), y=(60, 60))
    claimed = figures(OLD, x=(90, 90), y=(70, 70))
    appraised = figures(OLD, x=(65, 65), y=(70, 70))
    with pytest.raises(KeyError):
        explained(old, claimed, "x").moved(Cause.APPRAISAL)
    found = explained(old, claimed, "x", appraised=appraised)
    assert [(s.cause, s.points, s.places) for s in found.steps] == [
        (Cause.RULES, 0, 0),
        (Cause.NOT_APPLICABLE, 0, 0),
        (Cause.OWN, grid(40), 1),
        (Cause.APPRAISAL, grid(-25), 0),
        (Cause.RIVALS, 0, -1),
    ]


def test_what_is_newly_due_belongs_to_the_units_own_figures() -> None:
    old, new = figures(OLD, x=(50, 0), y=(40, 0)), figures(OLD, x=(50, 90), y=(40, 10))
    early = Standing(old.inputs.without_due(np.array([False, True])), old.reference, old.rows)
    found = explained(early, new, "x")
    # Only A counts at first: 50; then 30 + 36 = 66 against y still judged by A alone: 40.
    assert [s.total for s in found.states] == [grid(50), grid(50), grid(50), grid(66), grid(66)]
    assert [s.rank for s in found.states] == [1] * 5


def test_a_penalty_is_part_of_what_the_unit_brought() -> None:
    penalty = group("P", criterion("P.1", -5, {"type": "count", "full_at": 5}), kind="adjustment", cap={"penalty": 2})
    ready = compiled(group("A", criterion("A.1", 100, RATIO)), penalty, scale=100, rank_precision=2)

    def with_incidents(count: int) -> Standing:
        return standing(inputs_of(ready, {"x": {"A.1": {"a": 50, "b": 100}, "P.1": {"value": count}}}))

    # Four incidents would take 4 points, the cap lets 2.
    found = explained(with_incidents(0), with_incidents(4), "x")
    before, after = found.moved(Cause.OWN)
    assert (after.contribution - before.contribution).tolist() == [0, grid(-2)]
    assert [s.points for s in found.steps] == [0, 0, grid(-2), 0]


def test_rivals_that_join_or_leave_the_list_belong_to_the_rivals() -> None:
    old, new = figures(OLD, x=(50, 50), gone=(90, 90)), figures(OLD, x=(50, 50), a=(80, 80), b=(70, 70))
    assert [(s.cause, s.places) for s in explained(old, new, "x").steps][-1] == (Cause.RIVALS, -1)


def test_a_unit_without_a_score_somewhere_has_no_waterfall() -> None:
    old, new = figures(OLD, x=("n/a", "n/a"), y=(1, 1)), figures(OLD, x=(50, 50), y=(1, 1))
    assert explain(old, carried(old, OLD), new, "x") is None


def test_a_unit_of_only_one_list_and_inputs_of_another_set_are_refused() -> None:
    old, new = figures(OLD, x=(50, 50)), figures(NEW, x=(50, 50), y=(1, 1))
    with pytest.raises(KeyError, match="y"):
        explain(old, carried(old, NEW), new, "y")
    with pytest.raises(ValueError, match="carried"):
        explain(old, old, new, "x")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 6), st.booleans())
def test_the_steps_add_up_exactly(seed: int, units: int, relative: bool) -> None:
    old_set, new_set = every_rule(relative=relative), every_rule(relative=relative, version="2.0", rank_precision=1)
    old, new = standing(random_inputs(old_set, units, seed)), standing(random_inputs(new_set, units + 1, seed + 1))
    early = Standing(old.inputs.without_due(np.arange(len(old_set.codes)) % 5 == 0), old.reference, old.rows)
    carried_over = carried(early, new_set)
    late = new.inputs.without_due(np.zeros(len(new_set.codes), bool))
    now = Standing(late, new.reference, new.rows)
    for row, unit in enumerate(early.listed):
        found = explain(early, carried_over, now, unit)
        if found is None:
            continue
        assert sum(s.points for s in found.steps) == int(now.book.total[row] - early.book.total[row])
        ranks = early.book.ranks(early.rows)[row], now.book.ranks(now.rows)[row]
        assert sum(s.places for s in found.steps) == ranks[0] - ranks[1]
        assert (found.start.rank, found.end.rank) == ranks


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_without_relative_rules_rivals_never_change_the_own_total(seed: int) -> None:
    ready = every_rule(relative=False)
    old, new = standing(random_inputs(ready, 4, seed)), standing(random_inputs(ready, 4, seed + 1))
    for unit in old.listed:
        found = explain(old, old, new, unit)
        assert found is None or found.steps[-1].points == 0


DRAWS = 2_000
QUESTION = Question(published_history(), 2023, 2024)


@pytest.fixture(scope="module")
def still() -> Rivals:
    """The others as they were in 2023."""
    return draw_rivals(replace(QUESTION, pace=FROZEN), OURS, DRAWS, 1, variant_draws=0)


@pytest.fixture(scope="module")
def moving() -> Rivals:
    """The others as the outlook moves them."""
    return draw_rivals(QUESTION, OURS, DRAWS, 1, variant_draws=0)


def test_the_national_waterfall_adds_up_and_starts_from_what_is_published(still: Rivals, moving: Rivals) -> None:
    ours = OwnScore(0.03, cut=AppraisalCut(0.5, 0.5, 0.5))
    found = national_waterfall(
        [
            NationalState(None, still, OwnScore(noise=0.0)),
            NationalState(Cause.OWN, still, OwnScore(0.03, noise=0.0)),
            NationalState(Cause.APPRAISAL, still, replace(ours, noise=0.0)),
            NationalState(Cause.RIVALS, moving, ours),
        ]
    )
    assert found.start == 10 * DRAWS
    assert [s.cause for s in found.steps] == [Cause.OWN, Cause.APPRAISAL, Cause.RIVALS]
    share = moving.outlook(ours).rank_share
    assert found.end == round(sum(rank * part for rank, part in enumerate(share, 1)) * DRAWS)
    assert found.start - sum(s.places_in_draws for s in found.steps) == found.end
    own, cut, _rivals = (s.places_in_draws for s in found.steps)
    assert own > 0
    assert -own < cut < 0
    assert found.places(found.steps[0]) == own / DRAWS


def test_the_cut_takes_as_many_places_as_half_the_gain_would_have_won_fewer(still: Rivals) -> None:
    """A cut of exactly one half of a gain of 0.02 leaves what a gain of 0.01 gives."""
    half = AppraisalCut(0.5, 0.5, 0.5)
    cut = [
        NationalState(None, still, OwnScore(noise=0.0)),
        NationalState(Cause.OWN, still, OwnScore(0.02, noise=0.0)),
        NationalState(Cause.APPRAISAL, still, OwnScore(0.02, cut=half, noise=0.0)),
    ]
    less = [cut[0], NationalState(Cause.OWN, still, OwnScore(0.01, noise=0.0))]
    assert national_waterfall(cut).end == national_waterfall(less).end


def test_states_without_common_draws_are_refused(still: Rivals) -> None:
    fewer = draw_rivals(QUESTION, OURS, 100, 1, variant_draws=0)
    first = NationalState(None, still, OwnScore())
    with pytest.raises(ValueError, match="share their draws"):
        national_waterfall([first, NationalState(Cause.RIVALS, fewer, OwnScore())])
    with pytest.raises(ValueError, match="without a cause"):
        national_waterfall([first, first])
