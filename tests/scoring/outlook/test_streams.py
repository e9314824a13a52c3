"""A stream goes on where it was left, and streams do not touch each other."""

import numpy as np
import pytest

from scoring.outlook.streams import Stream, Streams


def test_two_halves_are_the_whole_whatever_else_is_drawn() -> None:
    whole = Streams(7)[Stream.OWN].standard_normal((10, 3))
    halves = Streams(7)
    first = halves[Stream.OWN].standard_normal((4, 3))
    halves[Stream.SPACINGS].standard_exponential(100)
    second = halves[Stream.OWN].standard_normal((6, 3))
    np.testing.assert_array_equal(np.concatenate([first, second]), whole)


def test_purposes_years_and_seeds_differ() -> None:
    keys = (Stream.OWN, Stream.COMMON, (Stream.PLACES, 2021), (Stream.PLACES, 2022))
    values = [float(Streams(seed)[key].random()) for seed in (1, 2) for key in keys]
    assert len(set(values)) == len(values)


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(ValueError, match="seed = -1"):
        Streams(-1)
