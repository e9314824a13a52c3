"""The reference sets of 2024 against the plan, the official weights and each other."""

import re
from collections import Counter
from pathlib import Path

import pytest

from criteria.__main__ import main
from criteria.catalogue import (
    LEVELS,
    agencies,
    agency_named,
    catalogue_faults,
    plan_bullets,
    plan_targets,
    reference_sets,
)
from criteria.coverage import coverage_table
from criteria.loader import read_file
from criteria.model import CriteriaSet, Criterion, Level, RollUp, Text, input_keys
from scoring.compiled import InputKind, compile_set

ROOT = Path(__file__).resolve().parents[2]
SETS = reference_sets()
BY_LEVEL: dict[Level, CriteriaSet] = {criteria_set.level: criteria_set for criteria_set in SETS.values()}

MAIN_INDEX_WEIGHTS = {"NT": 100, "TC": 100, "HT": 100, "NL": 100, "AT": 100, "CQ": 200, "KT": 150, "XH": 150}
"""Decision 922/QĐ-BTTTT of 20/5/2022."""
GROUP_MAXIMA: dict[Level, dict[str, float]] = {
    "province": dict(MAIN_INDEX_WEIGHTS),
    "department": {"NT": 10, "TC": 15, "HT": 10, "NL": 15, "AT": 15, "CQ": 25, "KT": 5, "XH": 5},
    "district": {"NT": 10, "TC": 10, "HT": 10, "NL": 10, "AT": 10, "CQ": 20, "KT": 15, "XH": 15},
    "commune": {"NT": 10, "TC": 10, "HT": 10, "NL": 10, "AT": 10, "CQ": 20, "KT": 15, "XH": 15},
}
LEAST_SCORED: dict[Level, int] = {"province": 45, "department": 38, "district": 48, "commune": 30}
BULLETS_PER_HEADING = {
    "II.1": 6,
    "II.2": 3,
    "II.3": 4,
    "II.4": 3,
    "II.5": 2,
    "II.6": 10,
    "II.7": 4,
    "II.8": 5,
    "II.9": 3,
    "II.10": 8,
    "II.11-CQ": 25,
    "II.11-KT": 9,
    "II.12": 14,
    "II.13": 6,
    "IV.1": 7,
    "IV.2": 6,
    "IV.3": 3,
    "IV.4": 3,
    "IV.5": 2,
    "IV.6": 2,
}
"""Counted in the plan (102 in part II, 23 in part IV)."""

every_level = pytest.mark.parametrize("level", LEVELS)


def scored(criteria_set: CriteriaSet) -> list[Criterion]:
    return [c for group in criteria_set.groups if group.kind == "scored" for c in group.criteria]


@every_level
def test_is_a_reference_set_without_faults_or_remarks(level: Level) -> None:
    reading = read_file(ROOT / "criteria" / "sets" / f"{level}-2024.yaml")
    assert reading.faults == ()
    assert reading.remarks == ()
    assert reading.criteria_set is not None
    assert reading.criteria_set.status == "reference"
    assert reading.criteria_set.id == f"{level}-2024"


@every_level
def test_has_enough_scored_criteria(level: Level) -> None:
    assert len(scored(BY_LEVEL[level])) >= LEAST_SCORED[level]


@every_level
def test_main_indices_stand_in_order_with_their_maxima(level: Level) -> None:
    groups = [group for group in BY_LEVEL[level].groups if group.kind == "scored"]
    maxima = {group.code: sum(c.max_points for c in group.criteria) for group in groups}
    assert list(maxima) == list(MAIN_INDEX_WEIGHTS)
    assert maxima == pytest.approx(GROUP_MAXIMA[level], abs=1e-9)


def test_the_province_is_scored_like_the_national_index() -> None:
    province = BY_LEVEL["province"]
    assert (province.scale, province.rank_precision, province.bands) == (1, 4, ())
    assert [group.code for group in province.groups if group.kind != "scored"] == ["DT"]
    assert all(criterion.max_points == 0 for criterion in province.groups[-1].criteria)


@pytest.mark.parametrize("level", ["department", "district", "commune"])
def test_units_are_scored_on_100_with_five_bands_and_capped_adjustments(level: Level) -> None:
    criteria_set = BY_LEVEL[level]
    adjustments = [group for group in criteria_set.groups if group.kind == "adjustment"]
    assert (criteria_set.scale, criteria_set.rank_precision) == (100, 2)
    assert [band.reached for band in criteria_set.bands] == [90, 80, 65, 50, 0]
    assert [group.code for group in adjustments] == ["TP"]
    assert adjustments[0].cap is not None
    assert (adjustments[0].cap.bonus, adjustments[0].cap.penalty) == (5, 5)


@every_level
def test_every_criterion_tells_the_officer_what_to_count_and_where(level: Level) -> None:
    for criterion in BY_LEVEL[level].criteria:
        place = f"{level} {criterion.code}"
        assert criterion.name.vi != criterion.name.en, place
        for text in (criterion.name.en, criterion.source, criterion.verifier, criterion.frequency):
            assert text, place
        for text in (criterion.measure, criterion.found_in, criterion.coverage, criterion.evidence_documents):
            assert text, place
        assert set(criterion.inputs) == set(input_keys(criterion.rule)), place
        for key, note in criterion.inputs.items():
            assert note.name.en, f"{place}.{key}"
            assert note.unit, f"{place}.{key}"
            assert note.explain, f"{place}.{key}"
            assert len(note.explain.vi) > 30, f"{place}.{key}"


@every_level
def test_what_is_counted_is_whole_and_what_is_measured_is_not(level: Level) -> None:
    numbers = [
        column for column in compile_set(BY_LEVEL[level]).columns if column.kind in (InputKind.NUMBER, InputKind.SIGNED)
    ]
    units = {
        (column.code, column.key): BY_LEVEL[level].by_code[column.code].inputs[column.key].unit for column in numbers
    }
    measured = {
        column: str(unit) for column, unit in units.items() if re.search("triệu đồng|Mbps|trên 1.000", str(unit))
    }
    assert {(column.code, column.key) for column in numbers if not column.whole} == set(measured)
    assert 0 < len(measured) < len(numbers) / 10


def test_only_the_province_rolls_up_and_it_says_how_for_each_criterion() -> None:
    assert all(criterion.rollup is not None for criterion in BY_LEVEL["province"].criteria)


def test_the_plan_has_39_targets_and_125_bullets() -> None:
    assert [target.code for target in plan_targets()] == [f"T{i:02d}" for i in range(1, 40)]
    assert Counter(b.id.rpartition("/")[0] for b in plan_bullets()) == BULLETS_PER_HEADING
    assert all(bullet.id.endswith(f"/{bullet.number}") for bullet in plan_bullets())
    assert all(len(bullet.summary) <= 120 for bullet in plan_bullets())


def test_targets_and_bullets_know_each_other() -> None:
    ids = {bullet.id for bullet in plan_bullets()}
    named = Counter(code for bullet in plan_bullets() for code in bullet.targets)
    clauses = {code: bullet.clause for bullet in plan_bullets() for code in bullet.targets}
    assert named == {target.code: 1 for target in plan_targets() if target.code != "T39"}
    assert clauses == {target.code: target.clause for target in plan_targets() if target.code != "T39"}
    assert {bullet.repeats for bullet in plan_bullets()} - {None} <= ids


def test_every_target_has_one_provincial_criterion_in_its_main_index() -> None:
    province = BY_LEVEL["province"]
    found = {c.plan_target: province.group_of(c.code).code for c in province.criteria if c.plan_target}
    assert found == {target.code: target.main_index for target in plan_targets() if target.code != "T39"}
    assert len([c for c in province.criteria if c.plan_target]) == len(found)


def test_a_provincial_target_is_full_where_the_plan_sets_it() -> None:
    full_at = {c.plan_target: getattr(c.rule, "full_at", None) for c in BY_LEVEL["province"].criteria}
    for target in plan_targets():
        if target.code != "T39":
            expected = target.target / 100 if target.unit == "%" else target.target
            assert full_at[target.code] == pytest.approx(expected), target.code


@every_level
def test_every_bullet_is_answered_where_the_plan_has_it_done(level: Level) -> None:
    covered = {bullet for criterion in BY_LEVEL[level].criteria for bullet in criterion.covers}
    asked = {bullet.id for bullet in plan_bullets() if level in bullet.levels}
    assert asked - covered == set()


def test_the_province_answers_every_bullet() -> None:
    assert all("province" in bullet.levels for bullet in plan_bullets())


def test_agencies_are_named_once_in_both_languages() -> None:
    assert len({agency.code for agency in agencies()}) == len(agencies()) == 27
    assert all(agency.name.en for agency in agencies())


@pytest.mark.parametrize("text", ["CAT", "cat", "Công an tỉnh", "  cong an  TINH ", "Provincial Police"])
def test_an_agency_is_found_by_its_code_or_its_name(text: str) -> None:
    found = agency_named(text)
    assert found is not None
    assert found.code == "CAT"


@pytest.mark.parametrize("text", ["", " ", "Công an", "Công an tỉnh khác", "CATX"])
def test_a_text_that_only_resembles_an_agency_names_none(text: str) -> None:
    assert agency_named(text) is None


def test_the_sets_agree_with_each_other() -> None:
    assert catalogue_faults(SETS) == ()


def changed(set_id: str, code: str, **update: object) -> dict[str, CriteriaSet]:
    """The reference sets with one criterion changed."""
    before = SETS[set_id]
    groups = tuple(
        group.model_copy(
            update={"criteria": tuple(c.model_copy(update=update) if c.code == code else c for c in group.criteria)}
        )
        for group in before.groups
    )
    fields = {name: getattr(before, name) for name in CriteriaSet.model_fields}
    return {**SETS, set_id: CriteriaSet(**{**fields, "groups": groups})}


def code_of(level: Level, target: str) -> str:
    return next(c.code for c in BY_LEVEL[level].criteria if c.plan_target == target)


def rolled(target: str, how: str, *sources: str) -> dict[str, CriteriaSet]:
    rollup = RollUp.model_validate({"how": how, "from": sources})
    return changed("province-2024", code_of("province", target), rollup=rollup)


def test_an_unknown_verifier_target_or_bullet_is_a_fault() -> None:
    sets = changed("commune-2024", "NT.1", verifier="XYZ", plan_target="T40", covers=("II.1/9",))
    faults = catalogue_faults(sets)
    assert len(faults) == 3
    for word in ("'XYZ'", "'T40'", "'II.1/9'"):
        assert any(word in fault and fault.startswith("commune-2024/NT.1:") for fault in faults)


def test_a_source_that_is_not_there_is_a_fault() -> None:
    (fault,) = catalogue_faults(rolled("T25", "ratio_of_sums", "district-2024/HT.99"))
    assert "district-2024/HT.99" in fault


def test_a_source_without_the_inputs_of_the_rollup_is_a_fault() -> None:
    radio = code_of("commune", "T26")
    faults = catalogue_faults(rolled("T26", "ratio_of_sums", f"commune-2024/{radio}"))
    assert len(faults) == 2
    assert all("ratio_of_sums" in fault and f"commune-2024/{radio}" in fault for fault in faults)


def test_adding_two_different_facts_is_a_fault() -> None:
    faults = catalogue_faults(rolled("T25", "ratio_of_sums", f"district-2024/{code_of('district', 'T23')}"))
    assert any("'households_fibre'" in fault and "'adults_smartphone'" in fault for fault in faults)


def test_communes_beside_a_district_figure_that_contains_them_are_a_fault() -> None:
    district, commune = code_of("district", "T25"), code_of("commune", "T25")
    sources = (f"district-2024/{district}", f"commune-2024/{commune}")
    (fault,) = catalogue_faults(rolled("T25", "ratio_of_sums", *sources))
    assert "đã gồm xã" in fault
    assert catalogue_faults(rolled("T25", "ratio_of_sums", sources[0])) == ()


def test_one_level_added_twice_is_a_fault() -> None:
    source = f"district-2024/{code_of('district', 'T25')}"
    (fault,) = catalogue_faults(rolled("T25", "ratio_of_sums", source, source))
    assert "hai lần" in fault


def test_a_fact_that_is_counted_in_one_place_and_measured_in_another_is_a_fault() -> None:
    criterion = BY_LEVEL["commune"].by_code[code_of("commune", "T25")]
    note = criterion.inputs["a"].model_copy(update={"number": None})
    (fault,) = catalogue_faults(changed("commune-2024", criterion.code, inputs={**criterion.inputs, "a": note}))
    assert "hộ, số nguyên" in fault


def test_a_fact_in_two_units_or_two_measures_is_a_fault() -> None:
    criterion = BY_LEVEL["commune"].by_code[code_of("commune", "T25")]
    note = criterion.inputs["a"].model_copy(update={"unit": Text(vi="nghìn hộ")})
    inputs = {**criterion.inputs, "a": note}
    (fault,) = catalogue_faults(changed("commune-2024", criterion.code, inputs=inputs))
    assert "nghìn hộ" in fault
    assert "households_fibre" in fault
    faults = catalogue_faults(changed("commune-2024", criterion.code, measure="flow"))
    assert any("households_fibre" in fault for fault in faults)


def test_the_annex_is_up_to_date() -> None:
    written = (ROOT / "docs" / "phu-luc-doi-chieu.vi.md").read_text(encoding="utf-8")
    assert written == coverage_table(SETS)


def test_the_annex_shows_what_a_level_lacks() -> None:
    assert "| thiếu |" not in coverage_table(SETS)
    emptied = coverage_table(changed("commune-2024", "NT.6", covers=()))
    assert "| thiếu |" in next(line for line in emptied.splitlines() if line.startswith("| II.1/6 |"))


def test_the_command_writes_the_annex(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "annex.md"
    assert main(["coverage", "--out", str(out)]) == 0
    assert main(["coverage"]) == 0
    assert out.read_text(encoding="utf-8") == capsys.readouterr().out == coverage_table(SETS)


def test_the_command_says_when_it_cannot_write(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["coverage", "--out", str(tmp_path / "no" / "annex.md")]) == 1
    assert "Không ghi được tệp" in capsys.readouterr().err
