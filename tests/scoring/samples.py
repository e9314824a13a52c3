"""Random inputs of a compiled set, from a seed, for properties."""

import datetime as dt
import random

import numpy as np

from criteria.model import BandSteps, Ratio
from scoring.compiled import CompiledSet, InputKind
from scoring.inputs import Inputs
from tests.scoring.builders import compiled, criterion, group

STEPS = [{"from": 4, "fraction": 1}, {"from": 3, "fraction": 0.7}, {"from": 1, "fraction": 0.2}]
SHARES = [{"from": 0.8, "fraction": 1}, {"from": 0.5, "fraction": 0.4}]
DUE = dt.date(2024, 12, 15)


def rule_criteria(*, relative: bool = True) -> list[dict[str, object]]:
    """One criterion of every rule; maxima with decimals, so that nothing is round by accident."""
    rules: list[tuple[float, dict[str, object]]] = [
        (7.3, {"type": "ratio"}),
        (11, {"type": "ratio", "full_at": 0.6}),
        (4.7, {"type": "ratio", "direction": "down"}),
        (5, {"type": "bands", "of": "value", "steps": STEPS}),
        (3.1, {"type": "bands", "of": "ratio", "steps": SHARES}),
        (6, {"type": "choice", "options": {"head": 1, "deputy": 0.5, "none": 0}}),
        (9, {"type": "checklist", "items": {"x": 0.3, "y": 0.3, "z": 0.4}}),
        (5, {"type": "count", "full_at": 7}),
        (4, {"type": "min_max", "direction": "down", "goalposts": [-5, 5]}),
        (5, {"type": "deadline", "due": DUE, "lose_per_day": 0.1}),
        (2, {"type": "yes_no"}),
        (8, {"type": "judged"}),
        (
            10,
            {
                "type": "parts",
                "parts": [
                    {"key": "p", "fraction": 0.7, "rule": {"type": "ratio"}},
                    {"key": "q", "fraction": 0.3, "rule": {"type": "count", "full_at": 3}},
                ],
            },
        ),
    ]
    if relative:
        rules += [
            (5, {"type": "best_relative"}),
            (6, {"type": "min_max"}),
            (3, {"type": "min_max", "direction": "down"}),
            (
                4,
                {
                    "type": "parts",
                    "parts": [
                        {"key": "p", "fraction": 0.5, "rule": {"type": "best_relative"}},
                        {"key": "q", "fraction": 0.3, "rule": {"type": "min_max"}},
                        {"key": "r", "fraction": 0.2, "rule": {"type": "yes_no"}},
                    ],
                },
            ),
        ]
    return [criterion(f"C.{i}", top, rule) for i, (top, rule) in enumerate(rules)]


def every_rule(*, relative: bool = True, adjustments: bool = True, **more: object) -> CompiledSet:
    """A set with every rule in two scored groups, and with adjustments and an unscored group where wanted."""
    criteria = rule_criteria(relative=relative)
    groups = [group("A", *criteria[:5]), group("B", *criteria[5:])]
    if adjustments:
        groups += [
            group(
                "P",
                criterion("P.1", 3, {"type": "count", "full_at": 3}),
                criterion("P.2", -5, {"type": "count", "full_at": 2}),
                kind="adjustment",
                cap={"bonus": 2, "penalty": 4},
            ),
            group("D", criterion("D.1", 0, {"type": "yes_no"}), kind="unscored"),
        ]
    return compiled(*groups, **{"scale": 100, "rank_precision": 2, **more})


def random_value(ready: CompiledSet, column: int, chance: random.Random) -> float:
    """A value that the input can hold, as it stands in the arrays."""
    place = ready.columns[column]
    match place.kind:
        case InputKind.YES_NO:
            return float(chance.randrange(2))
        case InputKind.OPTION:
            return float(chance.randrange(len(place.options)))
        case InputKind.DATE:
            return float(DUE.toordinal() + chance.randrange(-10, 15))
        case InputKind.POINTS:
            return chance.uniform(0, place.limit)
        case InputKind.SIGNED:
            return float(chance.randrange(-6, 7))
        case _:
            return float(chance.choice([chance.randrange(0, 10), chance.randrange(0, 1000), chance.uniform(0, 9)]))


def keep_within_b(ready: CompiledSet, values: np.ndarray) -> None:
    """Cut a at b wherever the rule refuses a above b."""
    for leaf in ready.leaves:
        if leaf.b >= 0 and isinstance(leaf.rule, Ratio | BandSteps) and leaf.rule.over == "refuse":
            values[:, leaf.a] = np.minimum(values[:, leaf.a], values[:, leaf.b])


def random_inputs(
    ready: CompiledSet, units: int, seed: int, *, missing: float = 0.2, not_applicable: float = 0.1
) -> Inputs:
    """Inputs with so large a share of cells missing and of criteria not applicable."""
    chance = random.Random(seed)
    shape = (units, len(ready.columns))
    values = np.array([[random_value(ready, c, chance) for c in range(shape[1])] for _ in range(units)]).reshape(shape)
    keep_within_b(ready, values)
    given = np.array([[chance.random() >= missing for _ in range(shape[1])] for _ in range(units)]).reshape(shape)
    na = np.array([[chance.random() < not_applicable for _ in ready.codes] for _ in range(units)]).reshape(units, -1)
    own = np.array([column.criterion for column in ready.columns])
    return Inputs.from_arrays(ready, [f"U{i}" for i in range(units)], values, given & ~na[:, own], na)


def rows_of(inputs: Inputs, rows: list[int]) -> Inputs:
    """The same inputs of these units only, in this order."""
    return Inputs.from_arrays(
        inputs.compiled,
        [inputs.units[r] for r in rows],
        inputs.values[rows],
        inputs.given[rows],
        inputs.not_applicable[rows],
        inputs.not_due,
    )
