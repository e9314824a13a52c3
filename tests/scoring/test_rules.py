"""Which rules look at other units."""

from scoring.rules import compares_units
from tests.scoring.builders import compiled, criterion, group


def test_a_unit_is_compared_with_others_unless_the_set_gives_the_goalposts() -> None:
    parts = [
        {"key": "p", "fraction": 0.5, "rule": {"type": "best_relative"}},
        {"key": "q", "fraction": 0.5, "rule": {"type": "min_max", "goalposts": [-5, 5]}},
    ]
    ready = compiled(
        group(
            "G",
            criterion("B", 10, {"type": "best_relative"}),
            criterion("M", 10, {"type": "min_max"}),
            criterion("N", 10, {"type": "min_max", "goalposts": [0, 200]}),
            criterion("P", 10, {"type": "parts", "parts": parts}),
            criterion("Y", 10, {"type": "yes_no"}),
        )
    )
    found = [(ready.codes[leaf.criterion], leaf.key) for leaf in ready.leaves if compares_units(leaf)]
    assert found == [("B", ""), ("M", ""), ("P", "p")]
