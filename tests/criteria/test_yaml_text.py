"""A set written as YAML: it reads back equal, and a person can read it."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from criteria import CriteriaSet, load, read_text
from criteria.catalogue import reference_sets
from criteria.loader import read_tree
from criteria.yaml_text import to_yaml
from criteria.yaml_tree import YamlTree
from tests.scoring.builders import criterion, group

RULEBOOK = Path(__file__).parent.parent / "rulebook"


def _set(**more: Any) -> CriteriaSet:
    groups = [group("G", criterion("4.10", 10, {"type": "yes_no"}, **more))]
    data = {"id": "test", "level": "department", "year": 2024, "groups": groups}
    found = read_tree(YamlTree(data, {}, ()), "set").criteria_set
    assert found is not None
    return found


def _back(criteria_set: CriteriaSet) -> CriteriaSet | None:
    return read_text(to_yaml(criteria_set), "set.yaml").criteria_set


@pytest.mark.parametrize("name", ["every_rule", "every_rollup"])
def test_a_set_comes_back_equal_and_is_written_the_same_again(name: str) -> None:
    before = load(RULEBOOK / f"{name}.yaml")
    after = _back(before)
    assert after is not None
    assert after.model_dump_json() == before.model_dump_json()
    assert to_yaml(after) == to_yaml(before)


@pytest.mark.parametrize("level", ["province", "department", "district", "commune"])
def test_the_reference_sets_come_back_equal(level: str) -> None:
    before = reference_sets()[f"{level}-2024"]
    assert _back(before) == before


@pytest.mark.parametrize(
    "text",
    ["4.10", "1e3", "true", "có", "null", "~", "2024-01-01", "- x", "# x", "a: b", "n/a", "=1+1", '"', "'", "x "],
)
def test_a_text_that_looks_like_something_else_stays_a_text(text: str) -> None:
    after = _back(_set(note=text))
    assert after is not None
    assert str(after.by_code["4.10"].note) == text


def test_defaults_are_left_out_and_version_and_status_are_always_told() -> None:
    data = yaml.safe_load(to_yaml(_set()))
    assert data == {
        "id": "test",
        "level": "department",
        "year": 2024,
        "version": "1.0",
        "status": "reference",
        "groups": [
            {
                "code": "G",
                "name": "G",
                "criteria": [{"code": "4.10", "name": "4.10", "max_points": 10, "rule": {"type": "yes_no"}}],
            }
        ],
    }


def test_codes_stand_in_quotes_and_rules_on_one_line() -> None:
    text = to_yaml(_set())
    assert '      - code: "4.10"\n' in text
    assert "        rule: {type: yes_no}\n" in text
    assert "\n\ngroups:\n  - code: G\n" in text


def test_vietnamese_stays_readable_and_long_texts_are_folded() -> None:
    long = "Chỉ đếm hồ sơ đã tiếp nhận trong kỳ, không đếm hồ sơ chuyển từ kỳ trước sang " * 4
    text = to_yaml(_set(note=long.strip()))
    assert "        note: >-\n" in text
    assert "không đếm hồ sơ" in text
    assert "\\u" not in text
    assert max(map(len, text.splitlines())) <= 120


def test_a_text_of_several_lines_comes_back() -> None:
    for note in ("dòng một\ndòng hai", "dòng một\n\n  dòng hai\n", "x" * 300 + "\n" + "y" * 300):
        after = _back(_set(note=note))
        assert after is not None
        assert str(after.by_code["4.10"].note) == note
