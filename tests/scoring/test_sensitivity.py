"""Sensitivity of our rank: known indices of a known function, held inputs without influence, the outlook's own mean."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from scoring.outlook import FROZEN, AppraisalCut, OwnScore, Question, draw_rivals
from scoring.outlook.assumptions import STATED
from scoring.sensitivity import Factor, Ranges, rank_sensitivity, runs_needed, sobol
from tests.scoring.outlook.facts import OURS, published_history

HELD = Ranges(
    change=(0.05, 0.05),
    cut=AppraisalCut(0, 0, 0),
    prior_pairs=(2, 2),
    own_noise=(0.03, 0.03),
    catching_up=(0.15, 0.15),
)


def question(**more: object) -> Question:
    return replace(Question(published_history(), 2023, 2024), **more)


def test_indices_of_a_function_whose_indices_are_known() -> None:
    # Ishigami and Homma 1990, a = 7, b = 0.1: first 0.3139, 0.4424, 0; total 0.5576, 0.4424, 0.2437.
    def ishigami(x: np.ndarray) -> np.ndarray:
        return np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])

    first, total = sobol(ishigami, [stats.uniform(-np.pi, 2 * np.pi)] * 3, 1024, 4, 1)
    assert first.mean(axis=0) == pytest.approx([0.3139, 0.4424, 0], abs=0.02)
    assert total.mean(axis=0) == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.02)
    assert first.shape == (4, 3)
    assert len(np.unique(first[:, 0])) == 4


def test_an_input_that_alone_varies_has_all_the_influence() -> None:
    found = rank_sensitivity(
        question(pace=FROZEN), OURS, replace(HELD, own_noise=(0, 0), change=(-0.1, 0.1)), points=64, replicates=2
    )
    assert found.first[Factor.CHANGE].value == pytest.approx(1, abs=0.05)
    assert found.total[Factor.CHANGE].value == pytest.approx(1, abs=0.05)
    for factor in set(Factor) - {Factor.CHANGE}:
        assert found.first[factor].value == pytest.approx(0, abs=1e-12)
        assert found.total[factor].value == pytest.approx(0, abs=1e-12)


def test_held_inputs_have_no_influence_and_the_mean_is_the_outlooks() -> None:
    found = rank_sensitivity(question(), OURS, HELD, points=128, replicates=4)
    for factor in (Factor.CHANGE, Factor.CUT, Factor.PRIOR_PAIRS, Factor.OWN_NOISE, Factor.CATCHING_UP):
        assert found.total[factor].value == pytest.approx(0, abs=1e-12)
    assert found.total[Factor.SHOCK].value > found.total[Factor.LUCK].value > 0
    drawn = draw_rivals(question(assumptions=STATED), OURS, 20_000, 1, variant_draws=0).outlook(OwnScore(0.05))
    expected = sum(rank * share for rank, share in enumerate(drawn.rank_share, 1))
    assert found.mean == pytest.approx(expected, abs=1.5)


def test_intervals_hold_their_estimate_and_runs_are_counted() -> None:
    seen: list[int] = []
    found = rank_sensitivity(question(), OURS, points=32, replicates=3, watch=seen.append)
    assert found.runs == runs_needed(32, 3) == 32 * 3 * 9
    assert seen == sorted(seen)
    assert seen[0] == 0
    assert found.runs > seen[-1] >= found.runs - 64
    for index in (*found.first.values(), *found.total.values()):
        assert index.low <= index.value <= index.high
        assert index.low < index.high


def test_the_same_seed_gives_the_same_and_the_watch_can_stop() -> None:
    same = [rank_sensitivity(question(), OURS, points=16, replicates=2, seed=s) for s in (5, 5, 6)]
    assert same[0] == same[1]
    assert same[0] != same[2]

    def stop(done: int) -> None:
        if done > 100:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        rank_sensitivity(question(), OURS, points=64, replicates=2, watch=stop)


def test_an_unknown_province_is_refused() -> None:
    with pytest.raises(KeyError, match="Nowhere"):
        rank_sensitivity(question(), "Nowhere", points=16, replicates=2)
