"""Scenarios on a small world that can be worked out by hand: two districts, two communes, the province above them."""

import hashlib
from collections.abc import Callable
from dataclasses import fields
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.model import Level
from scoring.compiled import CompiledSet, compile_set
from scoring.engine import score
from scoring.grid import in_points
from scoring.inputs import Inputs
from scoring.outlook import AppraisalCut
from scoring.outlook.assumptions import FROZEN
from scoring.rollup import Scored, provincial_cells, roll_up_set
from scoring.scenarios import (
    Applied,
    ComponentShare,
    IndexScore,
    InputChange,
    LevelBase,
    Override,
    Scenario,
    ScenarioBase,
    ScenarioRefusedError,
    TargetChange,
    WeightFactor,
    apply_scenario,
)
from tests.scoring.builders import build, criterion, group, inputs_of

RATIO = {"type": "ratio"}
DOWN = {"type": "ratio", "direction": "down"}
STEPS = [{"from": 0.8, "fraction": 1}, {"from": 0.5, "fraction": 0.4}]
SUMS = {"how": "ratio_of_sums", "from": ["huyen/H.1", "xa/X.1"]}

DISTRICTS = {
    "H1": {"H.1": {"a": 30, "b": 100}, "H.2": {"value": 2}, "H.3": {"a": 10, "b": 50}, "H.4": {"value": "deputy"}},
    "H2": {"H.1": {"a": 70, "b": 90}, "H.2": {"value": 5}, "H.3": {"a": 5, "b": 50}, "H.4": {"value": "head"}},
    "H3": {"H.1": {"a": "n/a"}, "H.2": {"value": 1}, "H.3": {"a": 5, "b": 10}, "H.4": {"value": "none"}},
}
COMMUNES = {"X1": {"X.1": {"a": 3, "b": 7}}, "X2": {"X.1": {"a": 3, "b": 3}}}


def districts() -> CompiledSet:
    """10 points a share, 10 a count, 5 for less, 5 for a choice; scale 100 over 30 points."""
    head = {"type": "choice", "options": {"head": 1, "deputy": 0.5, "none": 0}}
    return compile_set(
        build(
            group("CQ", criterion("H.1", 10, RATIO), criterion("H.2", 10, {"type": "count", "full_at": 10})),
            group("NT", criterion("H.3", 5, DOWN), criterion("H.4", 5, head)),
            id="huyen",
            level="district",
            scale=100,
        )
    )


@cache
def world() -> ScenarioBase:
    """The province: CQ from sums of both levels and a typed share, NT from typed figures."""
    ready = districts(), compile_set(build(group("CQ", criterion("X.1", 10, RATIO)), id="xa", level="commune"))
    levels: dict[Level, LevelBase] = {}
    for level, own, cells in zip(("district", "commune"), ready, (DISTRICTS, COMMUNES), strict=True):
        inputs = inputs_of(own, cells)
        rows = np.arange(len(cells))
        levels[level] = LevelBase(inputs, score(inputs), np.ones(len(cells), bool), {f"{level}-all": rows})
    province = compile_set(
        build(
            group(
                "CQ",
                criterion("T.1", 60, RATIO, rollup=SUMS),
                criterion("T.2", 40, {"type": "bands", "of": "ratio", "steps": STEPS}, rollup={"how": "entry"}),
            ),
            group("NT", criterion("T.3", 100, {"type": "count", "full_at": 8}, rollup={"how": "entry"})),
            id="tinh",
            level="province",
            scale=1,
        )
    )
    sources = {b.book.criteria_set.id: Scored(b.inputs, b.book) for b in levels.values()}
    rolled = provincial_cells("77", roll_up_set(province.criteria_set, sources))
    given = {"T.1": {c.key: c.value for c in rolled}, "T.2": {"a": 6, "b": 10}, "T.3": {"value": 2}}
    inputs = inputs_of(province, {"77": given})
    return ScenarioBase(levels, inputs, score(inputs))


def applied(*overrides: Override) -> Applied:
    return apply_scenario(world(), Scenario(overrides))


def figures(inputs: Inputs, unit: str, code: str) -> dict[str, object]:
    row = inputs.units.index(unit)
    return {key: inputs.value(row, i) for (own, key), i in inputs.compiled.column_of.items() if own == code}


def outcome(result: Applied, unit: str) -> tuple[float, float, int, int]:
    found = next(u for u in result.units if u.unit == unit)
    before, after = (round(float(in_points(x)), 6) for x in (found.total_before, found.total_after))
    return before, after, found.rank_before, found.rank_after


def refused(*overrides: Override) -> list[tuple[int, str]]:
    with pytest.raises(ScenarioRefusedError) as caught:
        applied(*overrides)
    return [(fault.row, fault.message) for fault in caught.value.faults]


def test_the_base_by_hand() -> None:
    # T.1: (30 + 70 + 3 + 3) / (100 + 90 + 7 + 3) = 106/200 = 0.53 -> 31.8; T.2: 0.6 -> 0.4 x 40 = 16; 47.8 of 100.
    # T.3: 2/8 -> 25 of 100.
    assert world().main_indices == pytest.approx({"CQ": 0.478, "NT": 0.25})


def test_doing_nothing_changes_nothing() -> None:
    result = applied()
    assert result.indices == world().main_indices
    assert len(result.units) == 5
    assert result.changed_units == ()


def test_one_input_moves_its_unit_and_the_province() -> None:
    result = applied(InputChange("district", "H1", "H.1", "a", 90))
    # H1: 9 + 2 + 4 + 2.5 = 17.5 of 30 = 58.333; before 3 + 2 + 4 + 2.5 = 11.5 = 38.333.
    assert outcome(result, "H1") == (38.333333, 58.333333, 2, 2)
    # T.1: 166/200 = 0.83 -> 49.8; with 16 that is 65.8.
    assert result.indices == pytest.approx({"CQ": 0.658, "NT": 0.25})
    assert [u.unit for u in result.changed_units] == ["H1"]


def test_a_level_for_a_whole_list_raises_who_is_below_and_lowers_nobody() -> None:
    result = applied(TargetChange("district", "list", "district-all", "H.1", 0.6))
    district = result.levels["district"].inputs
    assert figures(district, "H1", "H.1") == {"a": 60, "b": 100}
    assert figures(district, "H2", "H.1") == {"a": 70, "b": 90}
    assert figures(district, "H3", "H.1") == {"a": None, "b": None}
    assert result.indices["CQ"] == pytest.approx(0.6 * 136 / 200 + 0.16)


def test_parts_of_a_whole_are_whole() -> None:
    # 0.6 x 7 = 4.2: five dossiers are needed; 0.07 x 100 is 7.000000000000001 in binary and still seven.
    communes = applied(TargetChange("commune", "list", "commune-all", "X.1", 0.6)).levels["commune"].inputs
    assert figures(communes, "X1", "X.1") == {"a": 5, "b": 7}
    exact = applied(TargetChange("district", "unit", "H1", "H.1", 0.07, exact=True)).levels["district"].inputs
    assert figures(exact, "H1", "H.1") == {"a": 7, "b": 100}


def test_where_less_is_better_a_level_lowers() -> None:
    district = applied(TargetChange("district", "list", "district-all", "H.3", 0.15)).levels["district"].inputs
    # 0.15 x 50 = 7.5: at most seven; H2 stands at 5; 0.15 x 10 = 1.5: at most one.
    assert [figures(district, u, "H.3")["a"] for u in ("H1", "H2", "H3")] == [7, 5, 1]


def test_counts_are_raised_to_the_level() -> None:
    district = applied(TargetChange("district", "list", "district-all", "H.2", 4)).levels["district"].inputs
    assert [figures(district, u, "H.2")["value"] for u in ("H1", "H2", "H3")] == [4, 5, 4]


def test_ranks_move_within_the_list() -> None:
    # H2 stands at 7.7778 + 5 + 4.5 + 5 = 22.2778 of 30; H1 with everything at 10 + 10 + 4 + 5 = 29.
    result = applied(
        InputChange("district", "H1", "H.1", "a", 100),
        InputChange("district", "H1", "H.2", "value", 10),
        InputChange("district", "H1", "H.4", "value", "head"),
    )
    assert outcome(result, "H1")[2:] == (2, 1)
    assert outcome(result, "H2")[2:] == (1, 2)


def test_a_component_of_the_province_is_set_after_the_roll_up() -> None:
    result = applied(InputChange("district", "H1", "H.1", "a", 90), TargetChange("province", "unit", "77", "T.1", 0.9))
    assert figures(result.province, "77", "T.1") == {"a": 180, "b": 200}
    assert result.indices["CQ"] == pytest.approx(0.54 + 0.16)


def test_a_typed_component_takes_a_level_and_a_share() -> None:
    assert applied(TargetChange("province", "unit", "77", "T.2", 0.8)).indices["CQ"] == pytest.approx(0.318 + 0.4)
    assert applied(TargetChange("province", "unit", "77", "T.3", 6)).indices["NT"] == pytest.approx(0.75)
    assert applied(ComponentShare("T.2", 0.7)).indices["CQ"] == pytest.approx(0.318 + 0.28)


def test_a_main_index_set_directly_is_handed_on_as_it_is() -> None:
    result = applied(IndexScore("XH", 0.9))
    assert result.direct == {"XH": 0.9}
    assert result.indices == world().main_indices


def test_other_weights_change_totals_and_not_the_scale() -> None:
    result = applied(WeightFactor("district", "H.2", 0))
    # H1 without H.2: (3 + 4 + 2.5) of 20 = 47.5; H2: (7.7778 + 4.5 + 5) of 20 = 86.3889.
    assert outcome(result, "H1")[:2] == (38.333333, 47.5)
    assert outcome(result, "H2")[1] == pytest.approx(86.388889)
    # A group's factor reaches all its criteria: (5 x 2 = 10 each) -> (3 + 2 + 8 + 5) of 40.
    assert outcome(applied(WeightFactor("district", "NT", 2)), "H1")[1] == pytest.approx(45)
    # The roll-up takes figures, not points.
    assert result.indices == world().main_indices


def test_weights_of_provincial_components() -> None:
    # T.2 away: CQ is T.1 alone.
    assert applied(WeightFactor("province", "T.2", 0)).indices["CQ"] == pytest.approx(0.53)


def test_rows_without_effect_are_named() -> None:
    result = applied(
        TargetChange("district", "unit", "H2", "H.1", 0.1),
        InputChange("district", "H1", "H.2", "value", 2),
        InputChange("district", "H3", "H.2", "value", 3),
    )
    assert result.without_effect == (1, 2)


def _digest(base: ScenarioBase) -> str:
    """Every byte of every array of the base."""
    found = hashlib.sha256()
    owners: list[object] = [base.province, base.book]
    for own in base.levels.values():
        owners += [own.inputs, own.book, own]
    for owner in owners:
        for field in fields(owner):  # pyright: ignore[reportArgumentType]
            value = getattr(owner, field.name)
            if isinstance(value, np.ndarray):
                found.update(field.name.encode() + value.tobytes())
    return found.hexdigest()


EVERY_KIND: tuple[Override, ...] = (
    InputChange("district", "H1", "H.1", "a", 90),
    InputChange("district", "H1", "H.4", "value", "head"),
    TargetChange("district", "list", "district-all", "H.3", 0.1),
    TargetChange("commune", "unit", "X1", "X.1", 1),
    TargetChange("province", "unit", "77", "T.3", 7),
    ComponentShare("T.2", 0.5),
    IndexScore("AT", 0.4),
    WeightFactor("district", "CQ", 3),
    WeightFactor("province", "T.1", 0.5),
)


@settings(deadline=None)
@given(st.sets(st.sampled_from(EVERY_KIND)))
def test_the_base_stays_byte_for_byte_the_same(overrides: set[Override]) -> None:
    base = world()
    before = _digest(base)
    ordered = tuple(o for o in EVERY_KIND if o in overrides)
    first = apply_scenario(base, Scenario(ordered))
    assert _digest(base) == before
    # And the same scenario on the same base says the same again.
    second = apply_scenario(base, Scenario(ordered))
    assert (first.indices, first.units, first.direct) == (second.indices, second.units, second.direct)


def test_the_digest_sees_a_changed_figure() -> None:
    base = world()
    values = base.levels["commune"].inputs.values.copy()
    values[0, 0] += 1
    inputs = Inputs.from_arrays(base.levels["commune"].inputs.compiled, ("X1", "X2"), values)
    level = LevelBase(inputs, base.levels["commune"].book, base.levels["commune"].reference, {})
    assert _digest(ScenarioBase({**base.levels, "commune": level}, base.province, base.book)) != _digest(base)


def test_a_scenario_is_copied_not_changed() -> None:
    first = Scenario((IndexScore("XH", 0.9),))
    second = first.replace(pace=FROZEN, cut=AppraisalCut(0, 0, 0))
    assert first == Scenario((IndexScore("XH", 0.9),))
    assert (second.pace, second.overrides) == (FROZEN, first.overrides)


@pytest.mark.parametrize(
    ("override", "words"),
    [
        (InputChange("district", "H9", "H.1", "a", 1), "không có đơn vị mang mã H9"),
        (InputChange("district", "H1", "H.9", "a", 1), "không có chỉ số thành phần H.9"),
        (InputChange("district", "H1", "H.1", "c", 1), "không có số liệu «c», chỉ có: a, b"),
        (InputChange("district", "H1", "H.1", "a", 101), "lớn hơn b = 100"),
        (InputChange("district", "H1", "H.1", "a", -1), "số âm"),
        (InputChange("district", "H1", "H.1", "a", float("nan")), "hữu hạn"),
        (InputChange("district", "H1", "H.4", "value", "boss"), "không có trong các lựa chọn"),
        (InputChange("district", "H3", "H.1", "a", 1), "không áp dụng cho đơn vị H3"),
        (InputChange("department", "S1", "S.1", "a", 1), "không có số liệu của cấp"),
        (TargetChange("district", "list", "xa-all", "H.1", 0.5), "không có khối xếp hạng mang mã xa-all"),
        (TargetChange("district", "unit", "H9", "H.1", 0.5), "không có đơn vị mang mã H9"),
        (TargetChange("district", "unit", "H1", "H.1", 1.2), "ngoài khoảng từ 0 % đến 100 %"),
        (TargetChange("district", "unit", "H1", "H.2", -1), "số âm"),
        (TargetChange("district", "unit", "H1", "H.2", float("inf")), "hữu hạn"),
        (TargetChange("district", "unit", "H1", "H.4", 1), "không đo bằng một con số"),
        (TargetChange("province", "unit", "77", "T.9", 1), "không có chỉ số thành phần T.9"),
        (ComponentShare("T.9", 0.5), "không có chỉ số thành phần T.9"),
        (ComponentShare("T.1", 1.5), "ngoài khoảng"),
        (IndexScore("DT", 0.5), "không có chỉ số chính DT"),
        (IndexScore("NT", 1.01), "ngoài khoảng từ 0 đến 1"),
        (IndexScore("NT", float("nan")), "ngoài khoảng từ 0 đến 1"),
        (WeightFactor("district", "Z", 2), "không có chỉ số chính hay chỉ số thành phần Z"),
        (WeightFactor("district", "CQ", -1), "hệ số"),
        (WeightFactor("province", "CQ", 2), "do Bộ quy định"),
        (WeightFactor("commune", "CQ", 0), "mọi điểm tối đa"),
    ],
)
def test_an_impossible_override_is_refused_by_row(override: Override, words: str) -> None:
    ((row, message),) = refused(IndexScore("XH", 0.5), override)
    assert row == 2
    assert words in message.replace("\N{NO-BREAK SPACE}", " ")


def test_every_fault_is_told_at_once_and_twice_the_same_place_is_one() -> None:
    found = refused(
        InputChange("district", "H9", "H.1", "a", 1),
        InputChange("district", "H1", "H.1", "a", 500),
        WeightFactor("district", "Z", 2),
    )
    assert [row for row, _message in found] == [1, 2, 3]
    assert refused(IndexScore("XH", 0.5), IndexScore("XH", 0.6)) == [
        (2, "trùng nội dung với dòng 1; hãy giữ lại một dòng.")
    ]


@pytest.mark.parametrize("change", [lambda o: o, lambda o: tuple(reversed(o))], ids=["as given", "reversed"])
def test_the_order_of_rows_does_not_matter(
    change: Callable[[tuple[Override, ...]], tuple[Override, ...]],
) -> None:
    result = applied(*change(EVERY_KIND))
    assert result.indices == pytest.approx(applied(*EVERY_KIND).indices, abs=1e-12)
