"""The base: the engine scores it again after steps, and refuses what does not fit."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.path.base import Base, changed
from scoring.steps import Change
from tests.scoring.builders import grid, inputs_of
from tests.scoring.path.worlds import everything, hand_step, random_base, random_steps, simple_base


def test_rescored_by_hand() -> None:
    base = simple_base({"type": "ratio", "full_at": 0.5}, [10, 20], [100, 100])
    assert base.total == grid(3)
    book = base.rescored([hand_step("U1", 15, changes=(Change("a", 20.0, 35.0),))])
    # 45 of 200 is 22,5 %, of 50 %: 4,5 of 10 points.
    assert book.total[0] == grid(4.5)
    assert base.total == grid(3)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_components_say_what_a_full_score_says(seed: int) -> None:
    base = random_base(seed)
    tried = everything(base, random_steps(base, seed))
    for own in random.Random(seed).sample(tried, min(8, len(tried))):
        assert int(base.rescored(own.steps).total[0]) == own.total


def test_figures_that_are_not_the_units_sums_are_refused() -> None:
    base = simple_base({"type": "ratio"}, [10, 20], [100, 100])
    other = inputs_of(base.province.compiled, {"P": {"C": {"a": 31, "b": 200}}})
    with pytest.raises(ValueError, match=r"C\.a of the province is 31\.0, but its units add up to 30\.0"):
        Base(other, base.sources)


def test_more_than_one_province_is_refused() -> None:
    base = simple_base({"type": "ratio"}, [10, 20], [100, 100])
    with pytest.raises(ValueError, match="2 rows for the province"):
        Base(base.sources["test"].inputs, base.sources)


def test_a_step_of_an_unknown_unit_or_beyond_the_rule_is_refused() -> None:
    base = simple_base({"type": "ratio"}, [10, 20], [100, 100])
    with pytest.raises(KeyError, match="U9"):
        base.rescored([hand_step("U9", 1, changes=(Change("a", 10.0, 11.0),))])
    with pytest.raises(ValueError, match="U0, C, a"):
        base.rescored([hand_step("U0", 91, changes=(Change("a", 10.0, 101.0),))])


def test_nothing_to_change_gives_the_same_inputs() -> None:
    base = simple_base({"type": "ratio"}, [10, 20], [100, 100])
    units = base.sources["test"].inputs
    assert changed(units, ()) is units
    after = changed(units, [replace(hand_step("U0", 5), changes=(Change("a", 10.0, 15.0),))])
    assert np.flatnonzero(after.values != units.values).tolist() == [0]
