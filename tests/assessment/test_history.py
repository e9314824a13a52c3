"""Years beside each other, worked by hand from tests/assessment/years.py: same rules, other rules, merged units."""

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from assessment.history import (
    LevelHistory,
    Rescored,
    UnitHistory,
    level_history,
    month_end,
    rescored,
    unit_history,
)
from assessment.publishing import published_snapshot
from assessment.snapshots import LevelSnapshot, level_snapshot, same_rules
from assessment.units_in_time import UnitsInTime
from criteria.crosswalk import CrosswalkError, Rename
from criteria.loader import read_text
from criteria.model import CriteriaSet
from data.database import read_session, write_session
from data.internal_totals import OfficeTotal, TotalRecord, internal_totals, store_internal_totals
from data.lineage import UnitKey, successions, unit_spans
from data.repositories import periods
from tests.assessment.appraising import office_period, official, published_office
from tests.assessment.reporting import SET
from tests.assessment.years import MONTHS, NEW_SET, OLD_SET, bring_in
from tests.data.databases import Databases, reference_alone

FIRST, NEW_YEAR = dt.date(2020, 1, 1), dt.date(2025, 1, 1)
LONG_DIEN, DAT_DO, PHU_MY = UnitKey("752", FIRST), UnitKey("753", FIRST), UnitKey("754", FIRST)


@pytest.fixture(scope="module")
def engine(new_database: Databases) -> Iterator[Engine]:
    """A database with three years of an office, brought in as files are, and a published total of a merged unit."""
    engine = new_database.opened(reference_alone)
    for year in MONTHS:
        bring_in(engine, year)
    with write_session(engine) as session:
        own = OfficeTotal(2022, "district", DAT_DO, 61 * 10**9, "Quyết định số 1", rank=4)
        means = [OfficeTotal(2022, level, None, 70 * 10**9, "Quyết định số 1") for level in ("district", "commune")]
        store_internal_totals(session, [own, *means])
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def snapshots(engine: Engine) -> tuple[LevelSnapshot, ...]:
    """The districts of 2023, 2024 and March 2025."""
    with read_session(engine) as session:
        found = sorted(periods(session), key=lambda p: p.year)
        return tuple(level_snapshot(session, p, "district", MONTHS[p.year]) for p in found)


@pytest.fixture(scope="module")
def units(engine: Engine) -> UnitsInTime:
    """All units of all times."""
    with read_session(engine) as session:
        return UnitsInTime(unit_spans(session), successions(session))


@pytest.fixture(scope="module")
def totals(engine: Engine) -> tuple[TotalRecord, ...]:
    """Results without inputs."""
    with read_session(engine) as session:
        return internal_totals(session)


def _history(
    snapshots: tuple[LevelSnapshot, ...], units: UnitsInTime, year: int, totals: tuple[TotalRecord, ...] = ()
) -> LevelHistory:
    chosen = next(s.period for s in snapshots if s.period.year == year)
    return level_history(chosen, "districts", snapshots, units, totals)


def _row(history: LevelHistory, code: str) -> list[tuple[float | None, int | None] | None]:
    """Total and rank of a unit's own place in each year; None where it was another unit."""
    (row,) = (r for r in history.rows if r.unit.code == code)
    return [None if c.own is None else (c.own.row.total, c.own.row.rank) for c in row.cells]


def _unit(snapshots: tuple[LevelSnapshot, ...], units: UnitsInTime, year: int, code: str) -> UnitHistory:
    snapshot = next(s for s in snapshots if s.period.year == year)
    return unit_history(snapshot.units[snapshot.row_of[code]], snapshot.period.unit_date, "districts", snapshots, units)


def _set(text: str) -> CriteriaSet:
    found = read_text(text, "set.yaml").criteria_set
    assert found is not None
    return found


def _again(snapshots: tuple[LevelSnapshot, ...], year: int) -> Rescored:
    snapshot = next(s for s in snapshots if s.period.year == year)
    return rescored(snapshot, snapshots[-1].criteria_set, "districts")


# Same rules


def test_rules_are_the_same_only_with_id_version_and_content() -> None:
    old = _set(OLD_SET)
    assert same_rules(old, _set(OLD_SET))
    assert not same_rules(old, _set(OLD_SET.replace('version: "1.0"', 'version: "1.1"')))
    assert not same_rules(old, _set(OLD_SET.replace("id: rieng", "id: khac")))
    assert not same_rules(old, _set(OLD_SET.replace("full_at: 10", "full_at: 11")))


def test_two_years_of_the_same_rules_are_compared(snapshots: tuple[LevelSnapshot, ...], units: UnitsInTime) -> None:
    history = _history(snapshots, units, 2024)
    assert [(y.snapshot.name, y.breaks) for y in history.years] == [("12/2023", False), ("12/2024", False)]
    assert history.other_rules == ()
    assert _row(history, "752") == [(50.0, 3), (80.0, 1)]
    assert _row(history, "753") == [(100.0, 1), (70.0, 2)]
    assert _row(history, "754") == [(70.0, 2), (40.0, 3)]
    moved = {r.unit.code: r.cells[-1].movement for r in history.rows}
    assert (moved["752"], moved["753"], moved["754"]) == (2, -1, -1)
    assert all(r.cells[0].movement is None for r in history.rows)
    # One line: no rule changed between December 2023 and December 2024. Units without figures are not counted as 0.
    (segment,) = history.segments[:-1] or history.segments
    assert [(p.snapshot.name, p.mean, p.least, p.most) for p in segment] == [
        ("12/2023", pytest.approx(220 / 3), 50.0, 100.0),
        ("12/2024", pytest.approx(190 / 3), 40.0, 80.0),
    ]


def test_a_unit_without_any_figure_is_known_as_such(snapshots: tuple[LevelSnapshot, ...], units: UnitsInTime) -> None:
    history = _history(snapshots, units, 2024)
    row = next(r for r in history.rows if r.unit.code == "755")
    assert [c.own.reported if c.own else None for c in row.cells] == [False, False]
    line = _unit(snapshots, units, 2024, "755").lines[0]
    assert {p.total for segment in line.segments for p in segment} == {None}


# Other rules


def test_other_rules_break_the_line_and_the_movement(snapshots: tuple[LevelSnapshot, ...], units: UnitsInTime) -> None:
    history = _history(snapshots, units, 2025)
    assert [y.breaks for y in history.years] == [False, False, True]
    assert [y.snapshot.period.year for y in history.other_rules] == [2023, 2024]
    assert [[p.snapshot.name for p in run] for run in history.segments] == [["12/2023", "12/2024"], ["03/2025"]]
    # Phú Mỹ went from 3 of 8 to 1 of 7 under other rules: no movement is claimed.
    assert _row(history, "754") == [(70.0, 2), (40.0, 3), (100.0, 1)]
    phu_my = next(r for r in history.rows if r.unit.code == "754")
    assert [c.movement for c in phu_my.cells] == [None, -1, None]
    own = _unit(snapshots, units, 2025, "754").lines[0]
    assert [[p.total for p in run] for run in own.segments] == [[70.0, 40.0], [100.0]]


def test_a_year_is_scored_again_by_the_new_rules(snapshots: tuple[LevelSnapshot, ...]) -> None:
    again = _again(snapshots, 2024)
    found = {
        c.unit.code: (c.old_total, c.old_rank, c.new_total, c.new_rank, again.limits[UnitKey(c.unit.code, FIRST)])
        for c in again.by_key.values()
    }
    assert found == {
        "752": (80.0, 1, 70.0, 1, (70.0, 100.0)),
        "753": (70.0, 2, 70.0, 1, (70.0, 100.0)),
        "754": (40.0, 3, 25.0, 3, (25.0, 55.0)),
    }
    # The year itself stays as it was scored.
    assert again.snapshot.criteria_set.version == "1.0"
    assert again.snapshot.book.total[again.snapshot.row_of["752"]] == 80e9


def test_what_an_appraiser_rejected_earns_nothing_by_the_new_rules_either(sqlite: Databases) -> None:
    engine = sqlite.opened(published_office)
    with read_session(engine) as session:
        then = published_snapshot(session, office_period(session), "district")
    engine.dispose()
    # CQ.1 has 50 points and CQ.2 10: 18.75 + 8 + 35; (50 + 5) of 90; 0 + 10 + 37, the evidence of CQ.1 was rejected.
    ratio = "max_points: {}, rule: {{type: ratio}}"
    moved = SET.replace("max_points: 40", "max_points: 50").replace(ratio.format(20), ratio.format(10))
    again = rescored(then, _set(official(moved, "2.0")), "districts")
    assert {key.code: limits for key, limits in again.limits.items()} == {
        "747": (61.75, 61.75),
        "748": (61.111111111, 61.111111111),
        "750": (47, 47),
    }
    assert [(c.unit.code, c.missing, c.best_rank, c.worst_rank) for c in again.by_key.values()] == [
        ("747", 0, 1, 1),
        ("748", 0, 2, 2),
        ("750", 0, 3, 3),
    ]


def test_what_goes_over_and_what_is_lost_is_told(snapshots: tuple[LevelSnapshot, ...]) -> None:
    again = _again(snapshots, 2024)
    # 50 + 20 of 100 points are fed by old figures; the 30 points of CQ.2 by none.
    assert (again.coverage.whole, again.coverage.part, again.coverage.none) == (70.0, 0.0, 30.0)
    assert again.coverage.share == 0.7
    assert [c.code for c in again.carried] == ["NT.1", "NT.2"]
    (lost,) = again.lost
    assert (lost.criterion.code, lost.wholly) == ("CQ.2", True)
    assert [(x.place, x.reason) for x in lost.inputs] == [(("CQ.2", "value"), "bộ cũ không có")]
    assert [c.code for c in again.dropped] == ["CQ.1"]


def test_a_criterion_that_is_fed_in_part_counts_as_such(snapshots: tuple[LevelSnapshot, ...]) -> None:
    # b is now another thing than a of before: 50 points are fed in part, 20 wholly.
    text = NEW_SET.replace(
        "max_points: 50, rule: {type: ratio, full_at: 0.5}}",
        "max_points: 50, rule: {type: parts, parts: [{key: x, fraction: 0.5, rule: {type: count, full_at: 1}}, "
        "{key: y, fraction: 0.5, rule: {type: count, full_at: 1}}]}}",
    )
    snapshot = snapshots[1]
    table = [Rename("NT.2", "NT.1", "value", "x.value"), Rename("NT.2", "NT.2", "value", "value")]
    again = rescored(snapshot, _set(text), "districts", table)
    assert (again.coverage.whole, again.coverage.part, again.coverage.none) == (20.0, 50.0, 30.0)
    assert [(x.criterion.code, x.wholly) for x in again.lost] == [("NT.1", False), ("CQ.2", True)]
    with pytest.raises(CrosswalkError):
        rescored(snapshot, _set(text), "districts", [Rename("XX", "NT.1")])


# Units in time


def test_a_merged_unit_begins_anew_and_its_predecessors_stand_side_by_side(
    snapshots: tuple[LevelSnapshot, ...], units: UnitsInTime
) -> None:
    history = _history(snapshots, units, 2025)
    assert _row(history, "753") == [None, None, (75.0, 2)]
    long_dat = next(r for r in history.rows if r.unit.code == "753")
    assert [[(p.row.unit.name_vi, p.row.total, p.row.rank) for p in c.predecessors] for c in long_dat.cells] == [
        [("Huyện Long Điền", 50.0, 3), ("Huyện Đất Đỏ", 100.0, 1)],
        [("Huyện Long Điền", 80.0, 1), ("Huyện Đất Đỏ", 70.0, 2)],
        [],
    ]
    unit = _unit(snapshots, units, 2025, "753")
    assert [(line.name, line.into is None) for line in unit.lines] == [
        ("Huyện Long Đất", True),
        ("Huyện Long Điền", False),
        ("Huyện Đất Đỏ", False),
    ]
    assert [[p.total for run in line.segments for p in run] for line in unit.lines] == [
        [75.0],
        [50.0, 80.0],
        [100.0, 70.0],
    ]
    assert {(c.kind, c.date, "1256" in c.source) for c in unit.changes} == {("merged", NEW_YEAR, True)}


def test_a_unit_that_was_merged_away_ends_and_tells_what_it_became(
    snapshots: tuple[LevelSnapshot, ...], units: UnitsInTime
) -> None:
    unit = _unit(snapshots, units, 2024, "753")
    (line,) = unit.lines
    assert line.name == "Huyện Đất Đỏ"
    # The code 753 is used again in 2025: that is another unit, and its 75 points are not of this line.
    assert [p.total for run in line.segments for p in run] == [100.0, 70.0]
    assert [units.name(c.after) for c in unit.changes] == ["Huyện Long Đất"]


def test_changes_between_the_years_are_named_only_where_they_fall_into_them(
    snapshots: tuple[LevelSnapshot, ...], units: UnitsInTime
) -> None:
    assert _history(snapshots, units, 2024).changes == ()
    changes = _history(snapshots, units, 2025).changes
    assert [(c.before.key, c.kind) for c in changes] == [
        (LONG_DIEN, "merged"),
        (DAT_DO, "merged"),
        (PHU_MY, "renamed"),
    ]


# Results without inputs


def test_results_without_inputs_stand_apart(
    snapshots: tuple[LevelSnapshot, ...], units: UnitsInTime, totals: tuple[TotalRecord, ...]
) -> None:
    history = _history(snapshots, units, 2024, totals)
    # The mean of three levels is no mean of the districts.
    assert [(t.year, t.level, t.total) for t in history.of_all_levels] == [(2023, None, 80_100_000_000)]
    assert [(t.year, t.level, t.total) for t in history.published] == [(2022, "district", 70_000_000_000)]
    snapshot = snapshots[-1]
    unit = snapshot.units[snapshot.row_of["753"]]
    found = unit_history(unit, snapshot.period.unit_date, "districts", snapshots, units, totals)
    # What was published of Đất Đỏ is shown with the unit that it went into.
    assert [(t.year, t.unit, t.rank, t.source) for t in found.published] == [(2022, DAT_DO, 4, "Quyết định số 1")]


# Faults


def test_faults(snapshots: tuple[LevelSnapshot, ...], units: UnitsInTime) -> None:
    with pytest.raises(KeyError):
        level_history(snapshots[0].period, "communes", snapshots, units)
    with pytest.raises(ValueError, match="no snapshot"):
        level_history(snapshots[-1].period, "districts", snapshots[:1], units)
    assert month_end(snapshots[-1].period, 2) == dt.date(2025, 2, 28)
