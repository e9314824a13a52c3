"""The overview against places, ties and orders worked out by hand (units and points: tests/reports/examples.py)."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from assessment.overview import (
    MOST_ITEMS,
    Asked,
    Attention,
    AttentionKind,
    ComponentLacking,
    FaultFound,
    FiguresDue,
    NationalPlace,
    TargetAtRisk,
    UnitFallen,
    UnitMissing,
    attention,
    national_places,
    overview,
    podium,
    shortfall,
)
from assessment.ranking import RankingTable, ranking
from assessment.snapshots import ScoreStage
from assessment.targets import TargetState, TargetStatus
from criteria.catalogue import plan_targets
from criteria.model import RollUp
from data.database import read_session
from scoring.rollup import Coverage, RolledUp
from tests.assessment.test_targets import COMPILED
from tests.assessment.test_targets import snapshot as province_at
from tests.data.databases import Databases, reference_alone
from tests.reports.examples import DECEMBER, NAMES, NOTHING_APPLIES, NOVEMBER, Row, december_ranking, snapshot

NOTHING = (None,) * 8


@pytest.fixture(scope="module")
def engine(new_database: Databases) -> Iterator[Engine]:
    """A database with the published results."""
    engine = new_database.opened(reference_alone)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def places(engine: Engine) -> dict[int, NationalPlace]:
    """The province's place by year."""
    with read_session(engine) as session:
        return {place.year: place for place in national_places(session)}


# The national place


def test_the_published_place_of_2023_and_2022(places: dict[int, NationalPlace]) -> None:
    # baobariavungtau.com.vn 1033878 (9/2/2025): 2023 rank 10 with 0.7353, 2022 rank 28 with 0.5878.
    assert [(places[y].rank, places[y].total, places[y].units) for y in (2023, 2022)] == [
        (10, 0.7353, 63),
        (28, 0.5878, 63),
    ]
    assert places[2023].published_on == dt.date(2025, 2, 9)
    assert places[2022].published_on is None
    assert "1033878" in places[2023].source


def test_the_distance_to_rank_15_is_a_pair_of_bounds(places: dict[int, NationalPlace]) -> None:
    # 2023: rank 15 lies in 0.6783-0.7353, so the lead is 0 to 0.0570; 2022: 0.6077-0.6383, so 0.0199 to 0.0505 lack.
    now, before = places[2023], places[2022]
    assert (now.goal_low, now.goal_high) == (0.6783, 0.7353)
    assert (now.missing_low, now.missing_high) == pytest.approx((-0.057, 0))
    assert (before.missing_low, before.missing_high) == pytest.approx((0.0199, 0.0505))
    assert (now.among_the_first, before.among_the_first) == (True, False)


@pytest.mark.parametrize("year", [2020, 2021])
def test_a_year_in_which_the_province_is_not_published_has_bounds_and_no_figure(
    places: dict[int, NationalPlace], year: int
) -> None:
    place = places[year]
    assert (place.rank, place.total, place.published_on) == (None, None, None)
    assert place.best_rank < 15 < place.worst_rank
    assert place.low < place.high
    assert place.among_the_first is None


# Leaders and risers


def test_leaders_and_risers_of_a_list() -> None:
    found = podium(december_ranking())
    assert [(r.unit.code, r.rank) for r in found.leaders] == [("001", 1), ("002", 2), ("003", 3)]
    # In November the second and third shared place 1 and the first stood at 3: only the first rose.
    assert [(r.unit.code, r.movement) for r in found.risers] == [("001", 2)]
    assert (found.reporting, found.leaders_more, found.risers_more) == (3, 0, 0)


def test_a_tie_at_the_third_place_is_not_cut() -> None:
    # Two lead, and two more share place 3: four leaders, and nobody after them.
    figures = {**DECEMBER, "004": DECEMBER["003"]}
    assert [(r.unit.code, r.rank) for r in podium(_ranked(figures)).leaders] == [
        ("001", 1),
        ("002", 2),
        ("003", 3),
        ("004", 3),
    ]


def test_a_long_tie_is_shown_in_part_and_the_others_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(10, 19):
        monkeypatch.setitem(NAMES, f"0{n}", f"Huyện {n}")
    found = podium(_ranked({f"0{n}": DECEMBER["001"] for n in range(10, 19)}))
    assert (len(found.leaders), found.leaders_more) == (6, 3)
    assert {r.rank for r in found.leaders} == {1}


def test_the_third_largest_rise_takes_all_that_share_it() -> None:
    table = december_ranking()
    own = table.rows[0]
    rises = [5, 4, 2, 2, 1, 0, -3, None]
    rows = []
    for n, rise in enumerate(rises, 1):
        unit = replace(own.unit, code=f"0{n}")
        rows.append(replace(own, unit=unit, rank=n, previous_rank=None if rise is None else n + rise))
    assert [r.movement for r in podium(replace(table, rows=tuple(rows))).risers] == [5, 4, 2, 2]


def test_a_unit_that_reported_nothing_is_no_leader() -> None:
    found = podium(_ranked({"001": NOTHING, "002": NOTHING}))
    assert [r.rank for r in found.table.rows] == [None, None]
    assert (found.reporting, found.leaders, found.risers) == (0, (), ())
    mixed = podium(_ranked({"001": NOTHING, "002": DECEMBER["002"], "003": NOTHING_APPLIES}))
    assert [r.unit.code for r in mixed.leaders] == ["002"]


def test_without_an_earlier_month_nobody_rises() -> None:
    assert podium(_ranked(DECEMBER)).risers == ()


def _ranked(figures: Mapping[str, Row]) -> RankingTable:
    return ranking(snapshot(figures), "districts")


# What needs attention


def _status(code: str, state: TargetState, value: float | None) -> TargetStatus:
    target = next(t for t in plan_targets() if t.code == code)
    return TargetStatus(target, state, value, None, None, None, complete=True)


RISK = (
    _status("T01", TargetState.AT_RISK, 90),  # a tenth of 100 is lacking
    _status("T28", TargetState.AT_RISK, 5),  # three quarters of 20 are lacking
    _status("T02", TargetState.MET, 100),
    _status("T03", TargetState.ON_TRACK, 60),
)


def _kinds(items: Iterable[Attention]) -> list[AttentionKind]:
    return [item.kind for item in items]


def test_nothing_to_say_when_nothing_is_wrong() -> None:
    whole = ranking(snapshot({"001": DECEMBER["001"]}), "districts")
    assert attention(province_at(2024, 12, 60), [whole], ()) == ()


def test_a_unit_with_missing_figures_says_how_much_may_still_come() -> None:
    # The third unit misses NT.2 (10 of 60 points): 29 of 60 may become 39 of 60, 16.67 more on the scale of 100.
    (item,) = attention(province_at(2024, 12, 60), [ranking(snapshot(), "districts")], ())
    assert isinstance(item.found, UnitMissing)
    assert (item.kind, item.found.row.unit.code, item.others) == (AttentionKind.MISSING, "003", 0)
    assert item.found.points == pytest.approx(10 / 60 * 100)


def test_targets_at_risk_stand_by_the_share_that_is_lacking() -> None:
    items = attention(province_at(2024, 12, 60), [], RISK)
    found = [item.found for item in items]
    assert all(isinstance(f, TargetAtRisk) for f in found)
    assert [(f.status.target.code, f.shortfall) for f in found if isinstance(f, TargetAtRisk)] == [
        ("T28", pytest.approx(0.75)),
        ("T01", pytest.approx(0.1)),
    ]
    assert shortfall(_status("T01", TargetState.MISSING, None)) == 0


def test_of_what_was_published_there_is_nothing_that_is_work_of_the_office() -> None:
    # The third unit misses figures, a component is refused, and figures fall due; a target is at risk, and two fell.
    now = replace(december_ranking().snapshot, stage=ScoreStage.PUBLISHED)
    province = replace(province_at(2024, 11, 60), levels={"district": now}, faults=("Thành phần A: sai.",))
    items = attention(province, [december_ranking()], RISK)
    assert set(_kinds(items)) == {AttentionKind.AT_RISK, AttentionKind.FALLEN}
    assert overview(province, [december_ranking()], RISK).published


def test_falls_stand_by_places_lost() -> None:
    # From 1 to 2 and from 1 to 3 of three.
    items = attention(province_at(2024, 12, 60), [december_ranking()], ())
    falls = [item.found for item in items if isinstance(item.found, UnitFallen)]
    assert [(f.row.unit.code, f.places) for f in falls] == [("003", 2), ("002", 1)]


def test_a_component_that_lacks_units_names_them() -> None:
    levels = {"district": snapshot()}
    criterion = COMPILED.criteria_set.by_code["CQ.1"]
    rollup = RollUp.model_validate({"how": "sum", "from": ["nho-2024/NT.2"]})
    lacking = RolledUp(criterion, rollup, {}, (Coverage("nho-2024/NT.2", 3, 2, 0, ("003",)),), None)
    whole = RolledUp(criterion, rollup, {}, (Coverage("nho-2024/NT.2", 3, 3, 0, ()),), None)
    province = replace(province_at(2024, 12, 60), levels=levels, components=(whole, lacking))
    (item,) = attention(province, [], ())
    assert isinstance(item.found, ComponentLacking)
    found = item.found
    assert (found.code, found.level, found.unit_codes, found.units) == ("CQ.1", "district", ("003",), 3)
    assert found.unit_names == (NAMES["003"],)


def test_figures_that_fall_due_next_are_those_that_are_not_monthly() -> None:
    # CQ.3 of the small set is yearly: due in December, and only it is not monthly or without a frequency.
    november = replace(province_at(2024, 11, 60), levels={"district": snapshot(NOVEMBER, 11)})
    (item,) = attention(november, [], ())
    assert item.found == FiguresDue(12, {"district": 1})
    assert attention(replace(november, month=12), [], ()) == ()


def test_refused_figures_come_first_and_every_kind_is_named() -> None:
    province = replace(
        province_at(2024, 11, 60),
        levels={"district": snapshot(NOVEMBER, 11)},
        faults=("Thành phần A: sai.", "Thành phần B: sai.", "Thành phần C: sai."),
    )
    many = RISK[:2] * 20
    items = attention(province, [december_ranking()], many)
    assert len(items) == MOST_ITEMS
    kinds = _kinds(items)
    assert kinds == sorted(kinds, key=list(AttentionKind).index)
    assert set(kinds) == set(AttentionKind) - {AttentionKind.COVERAGE}
    assert items[0].found == FaultFound("Thành phần A: sai.")
    # Every one that is not listed is counted once, behind the last of its kind.
    shown = {kind: kinds.count(kind) for kind in kinds}
    others = {kind: sum(i.others for i in items if i.kind is kind) for kind in kinds}
    assert shown[AttentionKind.FAULT] + others[AttentionKind.FAULT] == 3
    assert shown[AttentionKind.AT_RISK] + others[AttentionKind.AT_RISK] == 40
    assert shown[AttentionKind.FALLEN] + others[AttentionKind.FALLEN] == 2


def test_the_overview_holds_one_podium_a_list() -> None:
    found = overview(province_at(2024, 12, 60), [december_ranking(), december_ranking()], RISK)
    assert len(found.podiums) == 2
    assert found.statuses == RISK
    assert AttentionKind.AT_RISK in _kinds(found.attention)


def test_only_what_units_can_still_do_is_asked_of_them() -> None:
    """Of the small set 002 and 003 miss figures; 003 is missing behind a component of the province."""
    levels = {"district": snapshot()}
    criterion = COMPILED.criteria_set.by_code["CQ.1"]
    rollup = RollUp.model_validate({"how": "sum", "from": ["nho-2024/NT.2"]})
    lacking = RolledUp(criterion, rollup, {}, (Coverage("nho-2024/NT.2", 3, 2, 0, ("003",)),), None)
    province = replace(province_at(2024, 11, 60), levels=levels, components=(lacking,), faults=("Sai.",))
    table = december_ranking()
    keys = {unit.code: unit.key for unit in table.snapshot.units}

    def left(asked: Asked | None) -> tuple[set[AttentionKind], dict[str, bool]]:
        """The kinds that are left, and the units that miss figures, with whether they have sent."""
        items = attention(province, [table], RISK, asked)
        missing = [item.found for item in items if isinstance(item.found, UnitMissing)]
        return set(_kinds(items)), {f.row.unit.code: f.sent for f in missing}

    everything, lacks = left(None)
    assert everything >= {AttentionKind.FAULT, AttentionKind.MISSING, AttentionKind.COVERAGE, AttentionKind.DUE}
    assert lacks
    code = next(iter(lacks))
    # Nobody: what nobody can give any more is asked of nobody; what is at risk and who fell stays.
    assert left(Asked(frozenset(), frozenset())) == ({AttentionKind.AT_RISK, AttentionKind.FALLEN}, {})
    # Only one: it is asked, and where it has sent its report that must go back first.
    assert left(Asked(frozenset({keys[code]}), frozenset()))[1] == {code: False}
    assert left(Asked(frozenset(), frozenset({keys[code]})))[1] == {code: True}
    assert AttentionKind.COVERAGE in left(Asked(frozenset({keys["003"]}), frozenset()))[0]
    assert AttentionKind.COVERAGE not in left(Asked(frozenset({keys["001"]}), frozenset()))[0]
