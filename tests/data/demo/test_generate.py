"""What must hold of the demonstration data whatever the constants are, on the small sets and on the packaged ones."""

import datetime as dt
import hashlib
import itertools
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

import pytest

from criteria import CriteriaSet, read_text
from criteria.model import DUE_MONTHS, Deadline, Level, Parts
from data.demo import GeneratedInput, generate
from data.demo.facts import is_ratio, leaves
from data.demo.tuning import TUNING
from data.reference import reference_units
from data.seeding import packaged_sets
from tests.data.databases import LEVELS, SETS

YEAR = tuple(range(1, 13))
Sets = Mapping[Level, CriteriaSet]
Rows = list[GeneratedInput]
Generated = tuple[Sets, Rows]


def _read(texts: Mapping[Level, str]) -> Sets:
    sets: dict[Level, CriteriaSet] = {}
    for level, text in texts.items():
        reading = read_text(text, level)
        assert reading.criteria_set is not None, reading.faults
        sets[level] = reading.criteria_set
    return sets


@pytest.fixture(scope="module", params=["small", "packaged"])
def generated(request: pytest.FixtureRequest) -> Generated:
    """Criteria sets and the inputs of 2024 made from them."""
    small: dict[Level, str] = {level: (SETS / f"{level}.yaml").read_text(encoding="utf-8") for level in LEVELS}
    sets = _read(small if request.param == "small" else packaged_sets())
    return sets, generate(sets, reference_units(), 2024, YEAR)


def _digest(rows: Rows) -> str:
    lines = (repr((row.unit.code, *row[1:])) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _facts(sets: Sets, rows: Rows) -> dict[tuple[str, str, int], set[float]]:
    """Numbers by unit, fact and month; inputs without a named fact are facts of their own."""
    names = {
        (level, leaf.criterion.code, leaf.prefix + key): leaf.fact(key)
        for level, criteria_set in sets.items()
        for criterion in criteria_set.criteria
        for leaf in leaves(criterion)
        for key in (("a", "b") if is_ratio(leaf.rule) else ("value",))
    }
    found: dict[tuple[str, str, int], set[float]] = defaultdict(set)
    for row in rows:
        if row.number is not None:
            fact = names[row.unit.level, row.criterion, row.input_key]
            found[row.unit.code, fact, row.month].add(row.number)
    return found


def test_same_seed_same_data_and_another_seed_other_data(generated: Generated) -> None:
    sets, rows = generated
    again = generate(sets, reference_units()[::-1], 2024, YEAR)
    assert _digest(again) == _digest(rows)
    assert _digest(generate(sets, reference_units(), 2024, YEAR, replace(TUNING, seed=1))) != _digest(rows)


def test_a_criterion_does_not_depend_on_its_neighbours(generated: Generated) -> None:
    sets, rows = generated
    only: Sets = {"commune": sets["commune"]}
    assert _digest(generate(only, reference_units(), 2024, YEAR)) == _digest(
        [row for row in rows if row.unit.level == "commune"]
    )


def test_a_part_is_never_larger_than_its_whole(generated: Generated) -> None:
    _, rows = generated
    numbers = {(r.unit.code, r.criterion, r.input_key, r.month): r.number for r in rows if r.number is not None}
    checked = 0
    for (unit, criterion, key, month), number in numbers.items():
        if key == "a" or key.endswith(".a"):
            whole = numbers[unit, criterion, key[:-1] + "b", month]
            assert 0 <= number <= whole, (unit, criterion, month)
            assert whole >= 1
            checked += 1
    assert checked > 1000


def test_one_fact_has_one_value(generated: Generated) -> None:
    facts = _facts(*generated)
    assert [place for place, values in facts.items() if len(values) > 1] == []


def test_an_area_contains_its_communes(generated: Generated) -> None:
    sets, rows = generated
    facts = {place: next(iter(values)) for place, values in _facts(sets, rows).items()}
    area = {
        leaf.fact(key)
        for criterion in sets["district"].criteria
        if criterion.coverage == "area"
        for leaf in leaves(criterion)
        if is_ratio(leaf.rule)
        for key in ("a", "b")
    }
    parent = {unit.code: unit.parent_code for unit in reference_units() if unit.level == "commune"}
    inside: dict[tuple[str, str, int], float] = defaultdict(float)
    for (unit, fact, month), number in facts.items():
        if unit in parent and fact in area:
            inside[parent[unit] or "", fact, month] += number
    compared = {place: (facts[place], total) for place, total in inside.items() if place in facts}
    assert len(compared) > 100
    assert [place for place, (district, total) in compared.items() if district < total] == []


def test_flows_never_fall_within_the_year(generated: Generated) -> None:
    sets, rows = generated
    series: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.month):
        level = row.unit.level
        if row.number is not None and sets[level].by_code[row.criterion].measure == "flow":
            series[row.unit.code, row.criterion, row.input_key].append(row.number)
    assert len(series) > 100
    falling = [key for key, values in series.items() if any(b < a for a, b in itertools.pairwise(values))]
    assert falling == []


def test_only_what_is_due_is_reported_and_a_little_is_missing(generated: Generated) -> None:
    sets, rows = generated
    for row in rows:
        level = row.unit.level
        assert row.month in DUE_MONTHS[sets[level].by_code[row.criterion].frequency]
    monthly = {c.code for c in sets["commune"].criteria if c.frequency == "monthly"}
    keys = {
        (r.unit.code, r.criterion, r.input_key) for r in rows if r.criterion in monthly and r.unit.level == "commune"
    }
    given = sum(r.criterion in monthly and r.unit.level == "commune" and r.month < 12 for r in rows)
    assert 0.005 < 1 - given / (len(keys) * 11) < 0.04
    lacking = _lacking(sets, rows)
    assert 3 <= len(lacking) <= 20


def _lacking(sets: Sets, rows: Rows) -> set[tuple[str, str]]:
    told = {(row.unit.code, row.criterion) for row in rows}
    return {
        (unit.code, criterion.code)
        for unit in reference_units()
        if unit.level != "province"
        for group in sets[unit.level].groups
        for criterion in group.criteria
        if (unit.code, criterion.code) not in told
    }


def test_not_applicable_follows_what_a_unit_has(generated: Generated) -> None:
    sets, rows = generated
    excused = {(row.unit.code, row.criterion) for row in rows if row.state == "not_applicable"}
    cases: tuple[tuple[Level, str, tuple[str, ...]], ...] = (
        ("department", "public_services", ("VPUBND", "TTT", "BDT")),
        ("district", "communes", ("755",)),
    )
    expected = {
        (unit, criterion.code)
        for level, trait, units in cases
        for criterion in sets[level].criteria
        if criterion.applies_to == trait
        for unit in units
    }
    assert excused == expected
    assert all(row.reason and row.approver for row in rows if row.state == "not_applicable")
    given = {(row.unit.code, row.criterion) for row in rows if row.state == "given"}
    assert not given & excused


def test_the_province_reports_only_what_is_entered_there(generated: Generated) -> None:
    sets, rows = generated
    entered = {c.code for c in sets["province"].criteria if c.rollup and c.rollup.how == "entry"}
    assert {row.criterion for row in rows if row.unit.level == "province"} == entered
    assert {row.unit.code for row in rows if row.unit.level == "province"} == {"77"}


def test_what_is_counted_has_no_decimals() -> None:
    sets = _read(packaged_sets())
    notes = {
        (level, criterion.code, key): note
        for level, criteria_set in sets.items()
        for criterion in criteria_set.criteria
        for key, note in criterion.inputs.items()
    }
    counted = [
        row.number
        for row in generate(sets, reference_units(), 2024, YEAR)
        if row.number is not None and notes[row.unit.level, row.criterion, row.input_key].number == "whole"
    ]
    assert len(counted) > 50_000
    assert all(float(number).is_integer() for number in counted)


def test_texts_are_what_their_rules_read(generated: Generated) -> None:
    sets, rows = generated
    for row in rows:
        if row.text is None:
            continue
        level = row.unit.level
        rule = sets[level].by_code[row.criterion].rule
        if isinstance(rule, Parts):
            rule = next(part.rule for part in rule.parts if row.input_key.startswith(f"{part.key}."))
        if isinstance(rule, Deadline):
            day = dt.date.fromisoformat(row.text)
            assert (day.year, day.month <= row.month) == (2024, True)
        elif rule.type == "choice":
            assert row.text in rule.options
        else:
            assert row.text in ("yes", "no")


def test_small_communes_have_small_denominators(generated: Generated) -> None:
    _, rows = generated
    wholes = [row.number for row in rows if row.unit.level == "commune" and row.input_key == "b" and row.number]
    assert min(wholes) < 30 < max(wholes)


def test_the_year_before_is_weaker() -> None:
    sets = _read(packaged_sets())
    older, newer = (
        {
            (r.unit.code, r.criterion, r.input_key): r.number
            for r in generate(sets, reference_units(), year, (12,))
            if r.number is not None
        }
        for year in (2023, 2024)
    )
    shares = [
        (
            older[unit, criterion, key] / older[unit, criterion, "b"],
            newer[unit, criterion, key] / newer[unit, criterion, "b"],
        )
        for unit, criterion, key in older.keys() & newer.keys()
        if key == "a"
    ]
    before, after = (sum(column) / len(shares) for column in zip(*shares, strict=True))
    assert 0.01 < after - before < 0.06
