"""The declared rule of units in time, on hand-made successions."""

import datetime as dt

from assessment.units_in_time import Stage, UnitsInTime
from data.lineage import SuccessionRecord, UnitKey, UnitSpan

FIRST, DAY, LATER = dt.date(2020, 1, 1), dt.date(2025, 1, 1), dt.date(2025, 3, 1)
BEFORE = DAY - dt.timedelta(days=1)


def _key(code: str, since: dt.date = FIRST) -> UnitKey:
    return UnitKey(code, since)


def _became(kind: str, old: UnitKey, new: UnitKey, day: dt.date = DAY) -> SuccessionRecord:
    return SuccessionRecord(old, new, day, kind, "Nghị quyết thử nghiệm")


def _units(*records: SuccessionRecord, kept: tuple[UnitKey, ...] = ()) -> UnitsInTime:
    """Units end on the day before they became another one, unless they are kept."""
    ends = {r.from_key: r.date - dt.timedelta(days=1) for r in records if r.from_key not in kept}
    keys = {key for r in records for key in (r.from_key, r.to_key)}
    return UnitsInTime({k: UnitSpan("commune", f"Xã {k.code}", ends.get(k)) for k in keys}, records)


def _shape(units: UnitsInTime, key: UnitKey, day: dt.date) -> list[list[Stage]]:
    return [list(strand.stages) for strand in units.strands(units.stage(key, day))]


def test_renamed_and_moved_units_continue_over_several_steps() -> None:
    units = _units(
        _became("moved", _key("1"), _key("1", DAY)),
        _became("renamed", _key("1", DAY), _key("1", LATER), LATER),
    )
    whole = [Stage(_key("1"), FIRST), Stage(_key("1", DAY), DAY), Stage(_key("1", LATER), LATER)]
    for key, day in ((_key("1"), FIRST), (_key("1", DAY), DAY), (_key("1", LATER), LATER)):
        assert _shape(units, key, day) == [whole]


def test_a_merged_unit_has_the_line_of_each_predecessor_beside_it() -> None:
    units = _units(_became("merged", _key("1"), _key("3", DAY)), _became("merged", _key("2"), _key("3", DAY)))
    assert _shape(units, _key("3", DAY), DAY) == [
        [Stage(_key("3", DAY), DAY)],
        [Stage(_key("1"), FIRST)],
        [Stage(_key("2"), FIRST)],
    ]


def test_a_unit_that_took_another_in_begins_anew_though_it_keeps_its_key() -> None:
    # As Phước Trung (26560) took Phước Hiệp (26551) in on 01/01/2025.
    units = _units(_became("merged", _key("26551"), _key("26560")))
    assert units.stage(_key("26560"), BEFORE) == Stage(_key("26560"), FIRST)
    assert units.stage(_key("26560"), DAY) == Stage(_key("26560"), DAY)
    assert _shape(units, _key("26560"), DAY) == [
        [Stage(_key("26560"), DAY)],
        [Stage(_key("26551"), FIRST)],
        [Stage(_key("26560"), FIRST)],
    ]
    # Seen from before, it ends there.
    assert _shape(units, _key("26560"), BEFORE) == [[Stage(_key("26560"), FIRST)]]


def test_a_merged_unit_that_is_renamed_later_keeps_its_predecessors() -> None:
    units = _units(
        _became("merged", _key("1"), _key("3", DAY)),
        _became("merged", _key("2"), _key("3", DAY)),
        _became("renamed", _key("3", DAY), _key("3", LATER), LATER),
    )
    own, *others = _shape(units, _key("3", LATER), LATER)
    assert own == [Stage(_key("3", DAY), DAY), Stage(_key("3", LATER), LATER)]
    assert others == [[Stage(_key("1"), FIRST)], [Stage(_key("2"), FIRST)]]


def test_a_split_unit_stands_beside_each_of_its_parts() -> None:
    units = _units(_became("split", _key("1"), _key("2", DAY)), _became("split", _key("1"), _key("3", DAY)))
    assert _shape(units, _key("2", DAY), DAY) == [[Stage(_key("2", DAY), DAY)], [Stage(_key("1"), FIRST)]]
    assert [units.name(c.after) for c in units.successors(Stage(_key("1"), FIRST))] == ["Xã 2", "Xã 3"]


def test_a_unit_that_gave_a_part_away_begins_anew_too() -> None:
    units = _units(_became("split", _key("1"), _key("2", DAY)), kept=(_key("1"),))
    assert _shape(units, _key("1"), DAY) == [[Stage(_key("1"), DAY)], [Stage(_key("1"), FIRST)]]


def test_a_unit_of_which_nothing_is_told_is_one_line() -> None:
    assert _shape(UnitsInTime({}, ()), _key("9"), DAY) == [[Stage(_key("9"), FIRST)]]
