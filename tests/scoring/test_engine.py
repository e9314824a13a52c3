"""The engine: states, conversion, adjustments and ranks by hand, against a slow exact rebuild, and its properties."""

import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.model import Choice, Deadline
from scoring import engine
from scoring.compiled import CompiledSet, compile_set
from scoring.engine import CellState, Fractions, ScoreBook, score, score_fractions, totals, totals_of_fractions
from scoring.grid import in_points, on_grid
from scoring.inputs import Cell as InputCell
from scoring.inputs import Inputs, read_cells
from tests.scoring.builders import book_of, build, compiled, criterion, grid, group, inputs_of, simple
from tests.scoring.samples import every_rule, keep_within_b, random_inputs, random_value, rows_of

bounded = settings(max_examples=60, deadline=None)
seeds = st.integers(0, 10**9)
COUNT5 = {"type": "count", "full_at": 5}


def two_groups(**more: Any) -> CompiledSet:
    """A: 48 and 2 points; B: 50 points."""
    return compiled(
        group("A", criterion("A.1", 48, {"type": "judged"}), criterion("A.2", 2, {"type": "yes_no"})),
        group("B", criterion("B.1", 50, {"type": "judged"})),
        **more,
    )


# Missing, not applicable, not due


def test_not_applicable_leaves_the_maximum_and_converts_back() -> None:
    # 42,63 of 48 applicable = 44,40625 of 50; TOTAL (42,63 + 25) of 98 x 100 = 69,010204082 on the grid.
    book = book_of(
        two_groups(scale=100), {"U": {"A.1": {"value": 42.63}, "A.2": {"value": "n/a"}, "B.1": {"value": 25}}}
    )
    assert book.group_converted[0].tolist() == [grid(44.40625), grid(25)]
    assert book.total[0] == 69_010_204_082
    assert book.maxima[0].tolist() == [grid(48), 0, grid(50)]
    assert book.complete[0]


def test_missing_earns_nothing_and_keeps_its_maximum() -> None:
    book = book_of(two_groups(scale=100), {"U": {"A.1": {"value": 42.63}, "B.1": {"value": 25}}})
    assert book.state[0].tolist() == [CellState.SCORED, CellState.MISSING, CellState.SCORED]
    assert book.group_converted[0].tolist() == [grid(42.63), grid(25)]
    assert book.total[0] == grid(67.63)
    assert book.group_complete[0].tolist() == [False, True]
    assert not book.complete[0]


def test_before_appraisal_a_judged_criterion_lacks_nothing_and_keeps_its_maximum() -> None:
    # A.2 is missing in V: 2 points are open there, the 98 judged ones are nobody's to report.
    ready = two_groups(scale=100)
    inputs = inputs_of(ready, {"U": {"A.2": {"value": "yes"}}, "V": {}})
    own = score(inputs, before_appraisal=True)
    unjudged = int(CellState.UNJUDGED)
    assert own.state.tolist() == [[unjudged, CellState.SCORED, unjudged], [unjudged, CellState.MISSING, unjudged]]
    assert own.total.tolist() == [grid(2), 0]
    assert own.complete.tolist() == [True, False]
    assert [bound.tolist() for bound in own.total_bounds] == [[grid(2), 0], [grid(2), grid(2)]]
    assert [ranks.tolist() for ranks in own.rank_bounds([0, 1])] == [[1, 1], [1, 2]]
    later = score(inputs)
    assert later.state[0].tolist() == [CellState.MISSING, CellState.SCORED, CellState.MISSING]
    assert later.total_bounds[1].tolist() == [grid(100), grid(100)]


def test_what_is_asked_to_be_not_applicable_lacks_nothing_unless_figures_are_there() -> None:
    # Of U the 2 points of A.2 are missing and asked to be waived, the 40 of 98 points of A.1 are there all the same.
    inputs = inputs_of(two_groups(scale=100), {"U": {"A.1": {"value": 40}, "B.1": {"value": "n/a"}}})
    requested = np.array([[True, True, True]])
    book = score(inputs, before_appraisal=True, requested=requested)
    assert book.state[0].tolist() == [CellState.SCORED, CellState.REQUESTED, CellState.NOT_APPLICABLE]
    assert (book.total[0], book.complete[0]) == (grid(80), True)
    assert [bound[0] for bound in book.total_bounds] == [grid(80), grid(80)]
    assert score(inputs).total_bounds[1][0] > grid(80)


def test_points_that_are_there_stand_before_appraisal_too() -> None:
    inputs = inputs_of(two_groups(scale=100), {"U": {"A.1": {"value": 40}, "B.1": {"value": "n/a"}}})
    book = score(inputs, before_appraisal=True)
    assert book.state[0].tolist() == [CellState.SCORED, CellState.MISSING, CellState.NOT_APPLICABLE]
    assert book.total[0] == grid(80)


def test_of_a_closed_unit_nothing_is_open_and_it_stands_in_nobodys_way() -> None:
    # Of 10 points: U has 6 and misses 4, V has all 10 as the best of C.2 so far, W sent nothing.
    ready = compiled(
        group(
            "C",
            criterion("C.1", 6, {"type": "yes_no"}),
            criterion("C.2", 4, {"type": "best_relative"}),
        )
    )
    inputs = inputs_of(
        ready, {"U": {"C.1": {"value": "yes"}}, "V": {"C.1": {"value": "yes"}, "C.2": {"value": 3}}, "W": {}}
    )
    everything = score(inputs)
    assert [bound.tolist() for bound in everything.total_bounds] == [
        [grid(6), grid(6), 0],
        [grid(10), grid(10), grid(10)],
    ]
    without = score(inputs, closed=np.array([False, False, True]))
    # V may still fall to 6 and less than 4 of 4 while U's figure may be the best.
    assert [bound.tolist() for bound in without.total_bounds] == [[grid(6), grid(6), 0], [grid(10), grid(10), 0]]
    assert without.rank_bounds([0, 1])[1].tolist() == [2, 2]
    settled = score(inputs, closed=np.ones(3, bool))
    assert settled.total_bounds[0].tolist() == settled.total_bounds[1].tolist() == [grid(6), grid(10), 0]
    assert settled.rank_bounds([0, 1, 2])[0].tolist() == settled.rank_bounds([0, 1, 2])[1].tolist() == [2, 1, 3]
    # What is missing stays so: only nothing more is expected.
    assert settled.complete.tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("treatment", "total", "maximum"),
    [("rescale", 69_010_204_082, 98), ("full", grid(69.63), 100), ("zero", grid(67.63), 100)],
)
def test_treatments_of_what_does_not_apply(treatment: str, total: int, maximum: int) -> None:
    ready = two_groups(scale=100, not_applicable=treatment)
    book = book_of(ready, {"U": {"A.1": {"value": 42.63}, "A.2": {"value": "n/a"}, "B.1": {"value": 25}}})
    assert book.total[0] == total
    assert book.total_maxima[0] == grid(maximum)
    assert book.state[0, 1] == CellState.NOT_APPLICABLE
    assert book.complete[0]


def test_group_that_is_wholly_not_applicable_has_no_score_and_no_rank() -> None:
    ready = two_groups(scale=100)
    book = book_of(
        ready,
        {
            "U": {"A.1": {"value": 24}, "A.2": {"value": "no"}, "B.1": {"value": "n/a"}},
            "T": {"A.1": {"value": 12}, "A.2": {"value": "no"}, "B.1": {"value": 0}},
        },
    )
    assert np.isnan(book.group_converted[0, 1])
    assert book.group_complete[0].tolist() == [True, False]
    assert book.group_ranks([0, 1]).tolist() == [[1, 0], [2, 1]]
    assert book.complete.tolist() == [True, True]
    # 24 of 50 applicable = 48 of 100; 12 of 100.
    assert book.total.tolist() == [grid(48), grid(12)]


@pytest.mark.parametrize(("treatment", "total"), [("full", 100), ("zero", 0)])
def test_group_wholly_not_applicable_under_full_and_zero_is_scored(treatment: str, total: int) -> None:
    ready = two_groups(scale=100, not_applicable=treatment)
    book = book_of(ready, {"U": {code: {"value": "n/a"} for code in ("A.1", "A.2", "B.1")}})
    assert book.total[0] == grid(total)
    assert book.group_converted[0].tolist() == [grid(total / 2), grid(total / 2)]
    assert book.ranks([0]).tolist() == [1]


def test_everything_missing_is_zero_incomplete_and_ranked() -> None:
    ready = two_groups(scale=100)
    book = score(inputs_of(ready, {"U": {"A.1": {"value": 1}}}, ("U", "T")))
    assert book.total[1] == 0
    assert book.group_converted[1].tolist() == [0, 0]
    assert not book.complete[1]
    assert not book.group_complete[1].any()
    assert book.ranks([0, 1]).tolist() == [1, 2]
    assert [bound[1] for bound in book.total_bounds] == [0, grid(100)]


def test_nothing_applicable_has_no_total_no_band_and_no_rank() -> None:
    ready = two_groups(scale=100, bands=[{"name": "Yếu", "from": 0}])
    book = book_of(ready, {"U": {code: {"value": "n/a"} for code in ("A.1", "A.2", "B.1")}, "T": {"A.1": {"value": 0}}})
    assert np.isnan(book.total[0])
    assert not book.complete[0]
    assert book.ranks([0, 1]).tolist() == [0, 1]
    assert book.band.tolist() == [-1, 0]
    assert [b.tolist() for b in book.rank_bounds([0, 1])] == [[0, 1], [0, 1]]


def test_not_due_is_neither_missing_nor_zero() -> None:
    ready = two_groups(scale=100)
    inputs = inputs_of(ready, {"U": {"A.1": {"value": 24}, "A.2": {"value": "yes"}}})
    book = score(inputs.without_due(np.array([False, False, True])))
    assert book.state[0, 2] == CellState.NOT_DUE
    # (24 + 2) of 50 that are due = 52 of 100.
    assert book.total[0] == grid(52)
    assert book.complete[0]
    assert np.isnan(book.group_converted[0, 1])
    assert book.total_bounds[0][0] == book.total_bounds[1][0] == grid(52)


def test_figure_that_came_before_it_was_due_does_not_count_yet() -> None:
    ready = two_groups(scale=100)
    inputs = inputs_of(ready, {"U": {"A.1": {"value": 24}, "A.2": {"value": "yes"}, "B.1": {"value": 50}}})
    assert score(inputs.without_due(np.array([False, False, True]))).total[0] == grid(52)


# Scale, adjustments, unscored groups


def test_without_scale_the_total_keeps_the_sum_of_maxima() -> None:
    ready = compiled(group("G", criterion("A", 7.5, {"type": "judged"}), criterion("B", 2, {"type": "judged"})))
    book = book_of(
        ready, {"U": {"A": {"value": 7.5}, "B": {"value": 1}}, "T": {"A": {"value": 3.75}, "B": {"value": "n/a"}}}
    )
    # T: 3,75 of 7,5 = half of 9,5.
    assert in_points(book.total).tolist() == [8.5, 4.75]


def with_adjustments(**more: Any) -> CompiledSet:
    """100 judged points, bonus up to 4 cut at 3, penalties up to 6 and 4 cut at 5."""
    return compiled(
        group("G", criterion("G.1", 100, {"type": "judged"})),
        group(
            "P",
            criterion("P.1", 4, {"type": "judged"}),
            criterion("P.2", -6, {"type": "judged"}),
            criterion("P.3", -4, {"type": "count", "full_at": 1}),
            kind="adjustment",
            cap={"bonus": 3, "penalty": 5},
        ),
        scale=100,
        **more,
    )


@pytest.mark.parametrize(
    ("base", "bonus", "penalty", "incidents", "group_points", "total"),
    [
        (50, 2, 0, 0, 2, 52),  # below the cap
        (50, 4, 0, 0, 3, 53),  # bonus cut at 3
        (50, 0, -6, 1, -5, 45),  # -6 - 4 cut at -5
        (50, 4, -1, 1, -2, 48),  # 3 - 5, each cut by itself
        (99, 4, 0, 0, 3, 100),  # never above the scale
        (2, 0, -6, 0, -5, 0),  # never below 0
        (50, "", "", "", 0, 50),  # nothing reported adds nothing
        (50, "n/a", "n/a", "n/a", 0, 50),
    ],
)
def test_adjustments_are_cut_added_and_clamped(
    base: float, bonus: object, penalty: object, incidents: object, group_points: float, total: float
) -> None:
    given = {"G.1": {"value": base}, "P.1": {"value": bonus}, "P.2": {"value": penalty}, "P.3": {"value": incidents}}
    for treatment in ("rescale", "full", "zero"):
        book = book_of(with_adjustments(not_applicable=treatment), {"U": given})
        assert book.group_points[0, 1] == grid(group_points)
        assert book.total[0] == grid(total)
        assert book.base[0] == book.total_points[0] == grid(base)
        assert book.total_maxima[0] == grid(100)
        assert np.isnan(book.group_converted[0, 1])
        assert book.complete[0]


def test_two_adjustment_groups_are_cut_each_by_its_own_cap() -> None:
    bonus = {"type": "judged"}
    ready = compiled(
        group("G", criterion("G.1", 100, bonus)),
        group("P", criterion("P.1", 5, bonus), kind="adjustment", cap={"bonus": 2}),
        group("Q", criterion("Q.1", 5, bonus), kind="adjustment"),
    )
    book = book_of(ready, {"U": {"G.1": {"value": 10}, "P.1": {"value": 5}, "Q.1": {"value": 5}}})
    assert book.total[0] == grid(17)


def test_adjustments_are_added_after_conversion() -> None:
    # 20 of 40 applicable = 50 of 100; + 3 = 53, not (20 + 3) / 40.
    ready = compiled(
        group("G", criterion("G.1", 40, {"type": "judged"}), criterion("G.2", 60, {"type": "judged"})),
        group("P", criterion("P.1", 3, {"type": "judged"}), kind="adjustment"),
        scale=100,
    )
    book = book_of(ready, {"U": {"G.1": {"value": 20}, "G.2": {"value": "n/a"}, "P.1": {"value": 3}}})
    assert book.total[0] == grid(53)


def test_unscored_groups_never_count() -> None:
    ready = compiled(
        group("G", criterion("G.1", 10, COUNT5)),
        group("D", criterion("D.1", 20, {"type": "judged"}), criterion("D.2", 0, {"type": "yes_no"}), kind="unscored"),
        scale=100,
    )
    plain = book_of(ready, {"U": {"G.1": {"value": 3}}, "T": {"G.1": {"value": 3}, "D.1": {"value": 20}}})
    assert plain.total.tolist() == [grid(60), grid(60)]
    assert plain.complete.all()
    assert plain.state[:, 1].tolist() == [CellState.MISSING, CellState.SCORED]
    assert plain.contribution[:, 1:].tolist() == [[0, 0], [0, 0]]
    assert [bound.tolist() for bound in plain.total_bounds] == [[grid(60)] * 2, [grid(60)] * 2]


def test_ranks_and_bands_are_decided_on_the_rounded_total() -> None:
    ready = compiled(
        group("G", criterion("G.1", 100, {"type": "judged"})),
        rank_precision=2,
        bands=[{"name": "Tốt", "from": 80}, {"name": "Khá", "from": 65}],
    )
    values = {"U": 79.996, "T": 80.0, "S": 79.994, "R": 64.99}
    book = book_of(ready, {unit: {"G.1": {"value": v}} for unit, v in values.items()})
    assert book.ranks(range(4)).tolist() == [1, 1, 3, 4]
    assert book.band.tolist() == [0, 0, 1, -1]
    exact = book_of(compile_set(build(group("G", criterion("G.1", 100, {"type": "judged"})))), {
        unit: {"G.1": {"value": v}} for unit, v in values.items()
    })  # fmt: skip
    assert exact.ranks(range(4)).tolist() == [2, 1, 3, 4]


def test_true_ties_tie_however_their_points_come_together() -> None:
    # 0,1 + 0,2 and 0,3 differ in binary, not on the grid.
    criteria = [criterion(f"C.{i}", top, {"type": "yes_no"}) for i, top in enumerate((0.1, 0.2, 0.3))]
    book = book_of(
        compiled(group("G", *criteria)),
        {
            "U": {"C.0": {"value": "yes"}, "C.1": {"value": "yes"}, "C.2": {"value": "no"}},
            "T": {"C.0": {"value": "no"}, "C.1": {"value": "no"}, "C.2": {"value": "yes"}},
        },
    )
    assert book.ranks([0, 1]).tolist() == [1, 1]


def test_reference_list_gives_best_lowest_and_highest() -> None:
    ready = compiled(
        group("G", criterion("B", 10, {"type": "best_relative"}), criterion("M", 10, {"type": "min_max"})), scale=20
    )
    cells = {u: {"B": {"value": v}, "M": {"value": v}} for u, v in (("X", 10), ("Y", 20), ("W", 40), ("Z", 5))}
    book = score(inputs_of(ready, cells), np.array([True, True, False, False]))
    # Compared with X and Y only: best 20, lowest 10, highest 20; W and Z are cut at 1 and 0.
    assert in_points(book.points).tolist() == [[5, 0], [10, 10], [10, 10], [2.5, 0]]


# Against a slow exact rebuild

Cell = tuple[str, int]
"""('value', eighths of the maximum), ('missing', 0) or ('n/a', 0)."""


def _half_even(value: Fraction) -> int:
    return round(value)


def _slow_total(
    sets: list[tuple[str, list[Fraction], tuple[Fraction, Fraction] | None]],
    cells: list[list[Cell]],
    scale: Fraction,
    treatment: str,
) -> tuple[int | None, list[int | None], bool]:
    """TOTAL and scored groups in grid steps, and whether the TOTAL is complete: everything in fractions."""
    got = full = Fraction(0)
    extra = Fraction(0)
    groups: list[int | None] = []
    complete = True
    for (kind, maxima, cap), row in zip(sets, cells, strict=True):
        own = top = bonus = penalty = Fraction(0)
        for maximum, (state, eighths) in zip(maxima, row, strict=True):
            points = maximum * eighths / 8 if state == "value" else Fraction(0)
            if kind == "adjustment":
                bonus, penalty = bonus + max(points, Fraction(0)), penalty + min(points, Fraction(0))
                continue
            if kind == "scored":
                complete = complete and state != "missing"
            if state != "n/a" or treatment != "rescale":
                top += maximum
            own += maximum if state == "n/a" and treatment == "full" else points
        if kind == "scored":
            got, full = got + own, full + top
            groups.append(_half_even(own / top * sum(maxima) * 10**9) if top else None)
        elif kind == "adjustment":
            assert cap is not None
            extra += min(bonus, cap[0]) + max(penalty, -cap[1])
    if not full:
        return None, groups, False
    base = _half_even(got / full * scale * 10**9)
    return min(max(base + int(extra * 10**9), 0), int(scale * 10**9)), groups, complete


@bounded
@given(seeds, st.sampled_from(["rescale", "full", "zero"]), st.sampled_from([None, 0, 2, 4]))
def test_engine_against_a_slow_exact_rebuild(seed: int, treatment: str, precision: int | None) -> None:
    chance = random.Random(seed)
    kinds = (
        ["scored"] * chance.randint(1, 4) + ["adjustment"] * chance.randint(0, 1) + ["unscored"] * chance.randint(0, 1)
    )
    chance.shuffle(kinds)
    sets: list[tuple[str, list[Fraction], tuple[Fraction, Fraction] | None]] = []
    groups = []
    for g, kind in enumerate(kinds):
        signs = (1, -1) if kind == "adjustment" else (1,)
        maxima = [Fraction(chance.randint(1, 40_000) * chance.choice(signs), 1000) for _ in range(chance.randint(1, 5))]
        cap = (Fraction(chance.randint(0, 9)), Fraction(chance.randint(0, 9))) if kind == "adjustment" else None
        sets.append((kind, maxima, cap))
        criteria = [criterion(f"{g}.{i}", float(m), {"type": "count", "full_at": 8}) for i, m in enumerate(maxima)]
        more: dict[str, Any] = {"kind": kind}
        if cap:
            more["cap"] = {"bonus": float(cap[0]), "penalty": float(cap[1])}
        groups.append(group(f"G{g}", *criteria, **more))
    scale = Fraction(chance.choice([1, 100, 1000, 33]))
    set_options: dict[str, Any] = {"scale": float(scale), "not_applicable": treatment}
    if precision is not None:
        set_options["rank_precision"] = precision
    ready = compiled(*groups, **set_options)
    states = [("value", i) for i in range(9)] + [("missing", 0), ("n/a", 0), ("n/a", 0)]
    units = [[[chance.choice(states) for _ in maxima] for _k, maxima, _c in sets] for _ in range(6)]
    written = {"value": str, "missing": lambda _x: "", "n/a": lambda _x: "n/a"}
    book = book_of(
        ready,
        {
            f"U{u}": {
                f"{g}.{i}": {"value": written[state](eighths)}
                for g, row in enumerate(cells)
                for i, (state, eighths) in enumerate(row)
            }
            for u, cells in enumerate(units)
        },
    )
    expected = [_slow_total(sets, cells, scale, treatment) for cells in units]
    scored = [g for g, (kind, _m, _c) in enumerate(sets) if kind == "scored"]
    for u, (total, group_values, complete) in enumerate(expected):
        assert (None if np.isnan(book.total[u]) else int(book.total[u])) == total
        found = [book.group_converted[u, g] for g in scored]
        assert [None if np.isnan(x) else int(x) for x in found] == group_values
        assert bool(book.complete[u]) == complete
    unit = 10 ** (9 - (9 if precision is None else precision))
    deciding = [None if t is None else _half_even(Fraction(t, unit)) for t, _g, _c in expected]
    ranks = [0 if d is None else 1 + sum(e is not None and e > d for e in deciding) for d in deciding]
    assert book.ranks(range(len(units))).tolist() == ranks


# Properties


def same(left: ScoreBook, right: ScoreBook, rows: list[int] | slice = slice(None)) -> None:
    """Every figure of the right book equals the left book's rows bit for bit."""
    for name in ("fraction", "state", "points", "maxima", "low", "high", "group_points", "total", "contribution"):
        ours, theirs = getattr(left, name)[rows], getattr(right, name)
        assert ours.tobytes() == theirs.tobytes(), name


@bounded
@given(seeds, st.integers(1, 12))
def test_order_of_units_does_not_matter(seed: int, units: int) -> None:
    inputs = random_inputs(every_rule(), units, seed)
    order = random.Random(seed).sample(range(units), units)
    same(score(inputs), score(rows_of(inputs, order)), order)


@bounded
@given(seeds)
def test_order_of_rows_does_not_matter(seed: int) -> None:
    inputs = random_inputs(every_rule(), 4, seed)
    cells = [
        InputCell(unit, column.code, column.key, value)
        for u, unit in enumerate(inputs.units)
        for c, column in enumerate(inputs.compiled.columns)
        if (value := inputs.value(u, c)) is not None
    ] + [
        InputCell(inputs.units[u], inputs.compiled.codes[c], next(x.key for x in inputs.compiled.columns if x.criterion == c), "n/a")
        for u, c in np.argwhere(inputs.not_applicable)
    ]  # fmt: skip
    random.Random(seed).shuffle(cells)
    again, rejections = read_cells(inputs.compiled, inputs.units, cells)
    assert rejections == ()
    assert again is not None
    same(score(inputs), score(again))


@bounded
@given(seeds)
def test_units_scored_one_by_one_get_the_same(seed: int) -> None:
    inputs = random_inputs(every_rule(relative=False), 5, seed)
    together = score(inputs)
    for u in range(5):
        same(together, score(rows_of(inputs, [u])), [u])


@pytest.mark.parametrize("block", [1, 50, 333])
def test_size_of_blocks_does_not_matter(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = random_inputs(every_rule(relative=False), 40, 5)
    full = every_rule(relative=False, adjustments=False)
    fractions = np.random.default_rng(3).random((40, len(full.codes)))
    before, totals_before, drawn = score(inputs), totals(inputs), totals_of_fractions(full, fractions)
    monkeypatch.setattr(engine, "BLOCK_CELLS", block)
    same(before, score(inputs))
    assert totals(inputs).tobytes() == totals_before.tobytes()
    assert totals_of_fractions(full, fractions).tobytes() == drawn.tobytes()


@bounded
@given(seeds, st.booleans(), st.sampled_from(["rescale", "full", "zero"]))
def test_totals_alone_are_the_totals_of_the_book(seed: int, relative: bool, treatment: str) -> None:
    inputs = random_inputs(every_rule(relative=relative, not_applicable=treatment), 6, seed)
    assert totals(inputs).tobytes() == score(inputs).total.tobytes()


@bounded
@given(seeds, st.booleans(), st.sampled_from([100, 1, None]))
def test_totals_of_fractions_are_those_of_the_book(seed: int, adjustments: bool, scale: float | None) -> None:
    ready = every_rule(adjustments=adjustments, **({} if scale is None else {"scale": scale}))
    inputs = random_inputs(ready, 5, seed, missing=0, not_applicable=0)
    book = score(inputs)
    assert totals_of_fractions(ready, book.fraction).tobytes() == book.total.tobytes()
    again = score_fractions(ready, inputs.units, Fractions(book.fraction, book.state == CellState.SCORED))
    same(book, again)


@bounded
@given(seeds, st.sampled_from(["rescale", "full", "zero"]))
def test_contributions_add_up_to_the_total_before_adjustments(seed: int, treatment: str) -> None:
    book = score(random_inputs(every_rule(not_applicable=treatment), 6, seed))
    assert book.contribution.sum(axis=1) == pytest.approx(book.base, abs=1, nan_ok=True)


@bounded
@given(seeds)
def test_points_and_totals_stay_within_their_limits(seed: int) -> None:
    book = score(random_inputs(every_rule(), 6, seed, missing=0.1))
    maxima = book.compiled.maxima
    assert (book.points >= np.minimum(maxima, 0)).all()
    assert (book.points <= np.maximum(maxima, 0)).all()
    known = book.total[~np.isnan(book.total)]
    assert ((known >= 0) & (known <= on_grid(100.0))).all()
    assert np.array_equal(book.points, np.rint(book.points))


UP = {"ratio", "bands", "checklist", "count", "best_relative", "min_max", "yes_no", "judged"}


@bounded
@given(seeds)
def test_more_never_scores_less(seed: int) -> None:
    ready = every_rule()
    inputs = random_inputs(ready, 4, seed, missing=0, not_applicable=0)
    before = score(inputs)
    chance = random.Random(seed)
    for leaf in ready.leaves:
        if leaf.rule.type not in UP or getattr(leaf.rule, "direction", "up") == "down":
            continue
        if ready.max_points[leaf.criterion] < 0:
            continue
        values = inputs.values.copy()
        top = {"yes_no": 1.0, "judged": float(ready.max_points[leaf.criterion])}.get(leaf.rule.type, np.inf)
        if leaf.b >= 0:
            top = values[0, leaf.b]
        values[0, leaf.a] = min(values[0, leaf.a] + chance.choice([0.001, 1, 50]), top)
        after = score(Inputs.from_arrays(ready, inputs.units, values))
        assert after.points[0, leaf.criterion] >= before.points[0, leaf.criterion], ready.columns[leaf.a].code


@bounded
@given(seeds)
def test_less_never_scores_less_where_less_is_better(seed: int) -> None:
    ready = every_rule()
    inputs = random_inputs(ready, 4, seed, missing=0, not_applicable=0)
    before = score(inputs)
    for leaf in ready.leaves:
        if getattr(leaf.rule, "direction", "up") == "up" and not isinstance(leaf.rule, Deadline):
            continue
        values = inputs.values.copy()
        floor = -np.inf if leaf.rule.type == "min_max" else 0.0
        values[0, leaf.a] = max(values[0, leaf.a] - random.Random(seed).choice([1, 5]), floor)
        after = score(Inputs.from_arrays(ready, inputs.units, values))
        assert after.points[0, leaf.criterion] >= before.points[0, leaf.criterion], ready.columns[leaf.a].code


@bounded
@given(seeds)
def test_better_choice_never_scores_less(seed: int) -> None:
    ready = simple({"type": "choice", "options": {"none": 0, "head": 1, "deputy": 0.5}})
    book = score(random_inputs(ready, 12, seed, missing=0, not_applicable=0))
    rule = ready.leaves[0].rule
    assert isinstance(rule, Choice)
    assert set(book.fraction[:, 0]) <= set(rule.options.values())


def filled(inputs: Inputs, book: ScoreBook, seed: int) -> Inputs:
    """The same inputs with every missing scored criterion given some value."""
    ready, chance = inputs.compiled, random.Random(seed)
    scored = ready.of_kind("scored")
    values, given = inputs.values.copy(), inputs.given.copy()
    for u in range(len(inputs.units)):
        for c, column in enumerate(ready.columns):
            if scored[column.criterion] and book.state[u, column.criterion] == CellState.MISSING:
                values[u, c], given[u, c] = random_value(ready, c, chance), True
    keep_within_b(ready, values)
    return Inputs.from_arrays(ready, inputs.units, values, given, inputs.not_applicable)


@bounded
@given(seeds, st.booleans())
def test_missing_never_counts_more_than_any_value(seed: int, relative: bool) -> None:
    inputs = random_inputs(every_rule(relative=relative), 4, seed, missing=0.4)
    before = score(inputs)
    after = score(filled(inputs, before, seed))
    missing = before.state == CellState.MISSING
    assert (before.points[missing] == 0).all()
    assert (after.points[missing & before.compiled.of_kind("scored")] >= 0).all()
    if not relative:
        assert (np.nan_to_num(after.total) >= np.nan_to_num(before.total)).all()


@settings(max_examples=150, deadline=None)
@given(seeds, st.booleans(), st.sampled_from(["rescale", "full", "zero"]), st.integers(2, 6))
def test_bounds_hold_whatever_a_missing_cell_turns_out_to_be(
    seed: int, relative: bool, treatment: str, units: int
) -> None:
    inputs = random_inputs(every_rule(relative=relative, not_applicable=treatment), units, seed, missing=0.5)
    book = score(inputs)
    after = score(filled(inputs, book, seed + 1))
    low, high = book.total_bounds
    scored = ~np.isnan(book.total)
    assert (low[scored] <= after.total[scored] + 1).all()
    assert (after.total[scored] <= high[scored] + 1).all()
    best, worst = book.rank_bounds(range(units))
    ranks = after.ranks(range(units))
    assert ((best <= ranks) & (ranks <= worst)).all()


@bounded
@given(seeds)
def test_scoring_leaves_the_inputs_as_they_were(seed: int) -> None:
    inputs = random_inputs(every_rule(), 3, seed)
    before = [array.tobytes() for array in (inputs.values, inputs.given, inputs.not_applicable, inputs.not_due)]
    score(inputs)
    totals(inputs)
    assert [a.tobytes() for a in (inputs.values, inputs.given, inputs.not_applicable, inputs.not_due)] == before


def test_book_cannot_be_changed() -> None:
    book = book_of(simple(COUNT5), {"U": {"C": {"value": 3}}})
    with pytest.raises(ValueError, match="read-only"):
        book.points[0, 0] = 5
