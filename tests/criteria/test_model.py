"""The criteria set as a value."""

import pytest
from pydantic import ValidationError

from criteria import input_keys
from criteria.model import Text, input_word
from language import use_language
from tests.scoring.builders import build, criterion, group

SET = build(
    group("A", criterion("A.1", 5, {"type": "ratio"}), criterion("A.2", 5, {"type": "yes_no"})),
    group("B", criterion("B.1", 5, {"type": "count", "full_at": 2})),
)


def test_criteria_stand_in_display_order() -> None:
    assert [c.code for c in SET.criteria] == ["A.1", "A.2", "B.1"]
    assert SET.by_code["B.1"].max_points == 5


def test_group_of_a_criterion() -> None:
    assert SET.group_of("A.2").code == "A"
    with pytest.raises(KeyError, match=r"C\.1"):
        SET.group_of("C.1")


def test_set_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        SET.year = 2025  # type: ignore[misc]
    with pytest.raises(ValidationError):
        SET.criteria[0].max_points = 50  # type: ignore[misc]


def test_text_follows_the_language() -> None:
    text = Text(vi="Tốt", en="Good")
    assert str(text) == "Tốt"
    with use_language("en"):
        assert str(text) == "Good"
        assert str(Text(vi="Khá")) == "Khá"


@pytest.mark.parametrize(
    ("rule", "keys"),
    [
        ({"type": "ratio"}, ["a", "b"]),
        ({"type": "bands", "of": "ratio", "steps": [{"from": 0.5, "fraction": 1}]}, ["a", "b"]),
        ({"type": "bands", "of": "value", "steps": [{"from": 5, "fraction": 1}]}, ["value"]),
        ({"type": "checklist", "items": {"x": 0.5, "y": 0.5}}, ["x", "y"]),
        ({"type": "judged"}, ["value"]),
        (
            {
                "type": "parts",
                "parts": [
                    {"key": "p", "fraction": 0.5, "rule": {"type": "ratio"}},
                    {"key": "q", "fraction": 0.5, "rule": {"type": "checklist", "items": {"x": 1}}},
                ],
            },
            ["p.a", "p.b", "q.x"],
        ),
    ],
)
def test_names_of_inputs(rule: dict[str, object], keys: list[str]) -> None:
    criteria_set = build(group("G", criterion("C", 1, rule)))
    assert list(input_keys(criteria_set.criteria[0].rule)) == keys


def test_an_input_without_a_name_is_called_by_a_word_or_by_the_sets_own_key() -> None:
    assert [input_word(key) for key in ("value", "p.value", "x", "p.x", "a")] == ["Số liệu", "p", "x", "p.x", "a"]
