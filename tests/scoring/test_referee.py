"""Who would stand where under each treatment of what is not applicable: by hand, and as properties on random sets."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.model import NotApplicable
from scoring.engine import score
from scoring.inputs import Inputs
from scoring.referee import TREATMENTS, referee, treatment_books
from tests.scoring.builders import compiled, criterion, grid, group, inputs_of
from tests.scoring.samples import every_rule, random_inputs

RATIO = {"type": "ratio"}


def two(treatment: NotApplicable = "rescale", **units: tuple[object, object]) -> Inputs:
    """Units with so many of 100 in A.1 (60 points) and B.1 (40 points); n/a where not applicable."""
    ready = compiled(
        group("A", criterion("A.1", 60, RATIO)),
        group("B", criterion("B.1", 40, RATIO)),
        scale=100,
        rank_precision=2,
        not_applicable=treatment,
    )

    def cell(value: object) -> dict[str, object]:
        return {"a": value, "b": 100 if value != "n/a" else "n/a"}

    return inputs_of(ready, {u: {"A.1": cell(a), "B.1": cell(b)} for u, (a, b) in units.items()})


# x has 30 of 60 and B does not apply: 50 rescaled, 30 + 40 in full, 30 with 0. y has 48 of 60 and 4 of 40: 52 always.
X_AND_Y = {"x": (50, "n/a"), "y": (80, 10)}


def everyone(inputs: Inputs) -> np.ndarray:
    return np.ones(len(inputs.units), bool)


def test_the_three_treatments_by_hand() -> None:
    inputs = two(**X_AND_Y)
    found = referee(inputs, everyone(inputs), [0, 1])
    assert TREATMENTS == ("rescale", "full", "zero")
    assert {t: found.totals[t].tolist() for t in TREATMENTS} == {
        "rescale": [grid(50), grid(52)],
        "full": [grid(70), grid(52)],
        "zero": [grid(30), grid(52)],
    }
    assert {t: found.ranks[t].tolist() for t in TREATMENTS} == {"rescale": [2, 1], "full": [1, 2], "zero": [2, 1]}
    assert found.not_applicable.tolist() == [[False, True], [False, False]]
    assert inputs.compiled.criteria_set.not_applicable == "rescale"


@pytest.mark.parametrize(
    ("own", "gained", "moved"),
    [
        ("rescale", {"rescale": [0, 0], "full": [20, 0], "zero": [-20, 0]}, {"full"}),
        ("full", {"rescale": [-20, 0], "full": [0, 0], "zero": [-40, 0]}, {"rescale", "zero"}),
        ("zero", {"rescale": [20, 0], "full": [40, 0], "zero": [0, 0]}, {"full"}),
    ],
)
def test_what_moves_is_measured_from_the_sets_own_treatment(
    own: NotApplicable, gained: dict[NotApplicable, list[int]], moved: set[NotApplicable]
) -> None:
    inputs = two(own, **X_AND_Y)
    found = referee(inputs, everyone(inputs), [0, 1])
    assert found.own == own
    assert {t: found.gained(t).tolist() for t in TREATMENTS} == {t: [grid(p) for p in ps] for t, ps in gained.items()}
    assert {t for t in TREATMENTS if found.moved(t).any()} == moved
    for t in moved:
        assert found.moved(t).tolist() == [True, True]


def test_only_the_rows_asked_for_meet_each_other() -> None:
    inputs = two(z=(100, 100), **X_AND_Y)
    found = referee(inputs, everyone(inputs), [2, 1])
    assert found.ranks["rescale"].tolist() == [1, 2]
    assert found.totals["full"].tolist() == [grid(52), grid(70)]


def test_a_unit_to_which_nothing_applies_has_a_score_only_where_it_is_counted() -> None:
    inputs = two(x=("n/a", "n/a"), y=(50, 50))
    found = referee(inputs, everyone(inputs), [0, 1])
    assert np.isnan(found.totals["rescale"][0])
    assert [int(found.ranks[t][0]) for t in TREATMENTS] == [0, 1, 2]
    assert (found.totals["full"][0], found.totals["zero"][0]) == (grid(100), 0)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 8), st.sampled_from(TREATMENTS))
def test_the_sets_own_treatment_is_the_engines_and_full_is_never_below_the_others(
    seed: int, units: int, own: NotApplicable
) -> None:
    inputs = random_inputs(every_rule(not_applicable=own, rank_precision=4), units, seed)
    rows = np.arange(units)
    found, book = referee(inputs, everyone(inputs), rows), score(inputs)
    assert np.array_equal(found.totals[own], book.total, equal_nan=True)
    assert found.ranks[own].tolist() == book.ranks(rows).tolist()
    scored = ~np.isnan(found.totals["rescale"])
    assert (found.totals["full"][scored] >= found.totals["rescale"][scored]).all()
    assert (found.totals["rescale"][scored] >= found.totals["zero"][scored]).all()
    untouched = scored & ~found.not_applicable.any(axis=1)
    assert (found.totals["full"][untouched] == found.totals["zero"][untouched]).all()


def test_scoring_under_other_treatments_leaves_the_inputs_as_they_are() -> None:
    inputs = two(**X_AND_Y)
    before = score(inputs).total.tolist()
    books = treatment_books(inputs, everyone(inputs))
    assert [books[t].criteria_set.not_applicable for t in TREATMENTS] == list(TREATMENTS)
    assert score(inputs).total.tolist() == before
