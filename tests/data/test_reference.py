"""The unit tables against what is known of the province's units."""

import datetime as dt
from collections import Counter

import pytest

from data.reference import ReferenceUnit, english_name, reference_units, unit_history, unit_successions


def _level(level: str) -> list[ReferenceUnit]:
    return [unit for unit in reference_units() if unit.level == level]


def test_numbers_of_units_of_2024() -> None:
    assert Counter(unit.level for unit in reference_units()) == {
        "province": 1,
        "department": 21,
        "district": 8,
        "commune": 82,
    }
    assert Counter(unit.type_vi for unit in _level("commune")) == {"Phường": 29, "Thị trấn": 6, "Xã": 47}


@pytest.mark.parametrize(
    ("day", "districts", "types"),
    [
        (dt.date(2023, 1, 1), 8, {"Phường": 29, "Thị trấn": 6, "Xã": 47}),
        (dt.date(2024, 12, 31), 8, {"Phường": 29, "Thị trấn": 6, "Xã": 47}),
        (dt.date(2025, 1, 1), 7, {"Phường": 28, "Thị trấn": 7, "Xã": 42}),
        (dt.date(2025, 3, 1), 7, {"Phường": 30, "Thị trấn": 7, "Xã": 40}),
    ],
)
def test_numbers_of_units_in_time(day: dt.date, districts: int, types: dict[str, int]) -> None:
    units = reference_units(day)
    assert sum(unit.level == "district" for unit in units) == districts
    assert Counter(unit.type_vi for unit in units if unit.level == "commune") == types
    assert len({unit.code for unit in units}) == len(units)


def test_communes_always_lie_in_a_district_of_their_time() -> None:
    for day in {unit.valid_from for unit in unit_history()}:
        units = reference_units(day)
        districts = {unit.code for unit in units if unit.level == "district"}
        assert {unit.parent_code for unit in units if unit.level == "commune"} == districts - {"755"}


def test_phu_my_and_long_dat() -> None:
    names = {(unit.code, unit.valid_from): (unit.type_vi, unit.name_vi, unit.name_en) for unit in unit_history()}
    assert names["753", dt.date(2020, 1, 1)][1] == "Huyện Đất Đỏ"
    assert names["753", dt.date(2025, 1, 1)] == ("Huyện", "Huyện Long Đất", "Long Đất District")
    assert names["754", dt.date(2025, 3, 1)] == ("Thành phố", "Thành phố Phú Mỹ", "Phú Mỹ City")


def test_what_ended_is_followed_and_what_began_has_come_from_somewhere() -> None:
    units = {(unit.code, unit.valid_from): unit for unit in unit_history()}
    successions = unit_successions()
    starts = {(s.to_code, s.to_valid_from) for s in successions}
    ends = {(s.from_code, s.from_valid_from): s.date for s in successions}
    assert {key for key, unit in units.items() if unit.valid_to} == set(ends)
    assert {key for key, unit in units.items() if unit.valid_from > dt.date(2020, 1, 1)} <= starts
    for key, day in ends.items():
        assert units[key].valid_to == day - dt.timedelta(days=1)
    for succession in successions:
        assert units[succession.to_code, succession.to_valid_from].valid_from <= succession.date
        assert (
            units[succession.to_code, succession.to_valid_from].level
            == units[succession.from_code, succession.from_valid_from].level
        )
    assert Counter(s.kind for s in successions) == {"merged": 9, "renamed": 4, "moved": 4}


def test_every_unit_of_2024_is_valid_throughout_both_years() -> None:
    for unit in reference_units():
        assert unit.valid_from == dt.date(2020, 1, 1)
        assert unit.valid_to is None or unit.valid_to >= dt.date(2024, 12, 31)


def test_ends_follow_the_resolutions() -> None:
    ends = {unit.code: unit.valid_to for unit in reference_units()}
    assert (ends["752"], ends["753"]) == (dt.date(2024, 12, 31), dt.date(2024, 12, 31))
    assert ends["754"] == dt.date(2025, 2, 28)
    assert ends["747"] is None
    # Its district's code changes, so its row ends too.
    assert ends["26662"] == dt.date(2024, 12, 31)


def test_communes_lie_in_districts_and_con_dao_has_none() -> None:
    districts = {unit.code for unit in _level("district")}
    parents = Counter(unit.parent_code for unit in _level("commune"))
    assert set(parents) == districts - {"755"}
    assert parents["747"] == 17


def test_keys_are_unique_and_names_need_not_be() -> None:
    keys = [(unit.code, unit.valid_from) for unit in unit_history()]
    assert len(set(keys)) == len(keys)
    assert sum(unit.name_vi.endswith("Phước Hưng") for unit in _level("commune")) == 2


def test_departments_without_services_and_unconfirmed_ones() -> None:
    departments = _level("department")
    assert {unit.code for unit in departments if not unit.has_public_services} == {"VPUBND", "TTT", "BDT"}
    assert {unit.code for unit in departments if unit.attested == "expected"} == {"SGDDT", "SYT", "TTT", "BDT"}


def test_every_row_names_its_source() -> None:
    assert all(unit.source for unit in unit_history())


@pytest.mark.parametrize(
    ("type_vi", "name_vi", "expected"),
    [
        ("Phường", "Phường 1", "Ward 1"),
        ("Phường", "Phường Thắng Tam", "Thắng Tam Ward"),
        ("Xã", "Xã Long Sơn", "Long Sơn Commune"),
        ("Thị trấn", "Thị trấn Long Hải", "Long Hải Township"),
        ("Thị xã", "Thị xã Phú Mỹ", "Phú Mỹ Town"),
        ("Thành phố", "Thành phố Bà Rịa", "Bà Rịa City"),
        ("Huyện", "Huyện Côn Đảo", "Côn Đảo District"),
    ],
)
def test_english_names_follow_the_rule(type_vi: str, name_vi: str, expected: str) -> None:
    assert english_name(type_vi, name_vi) == expected
