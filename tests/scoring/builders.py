"""Small criteria sets and inputs for tests, in one line each."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from criteria import CriteriaSet, read_text
from scoring.compiled import CompiledSet, compile_set
from scoring.csv_files import read_inputs
from scoring.engine import ScoreBook, score
from scoring.inputs import Inputs

Rule = Mapping[str, Any]


def criterion(code: str, max_points: float, rule: Rule, **more: Any) -> dict[str, Any]:
    """A criterion as it stands in a file."""
    return {"code": code, "name": code, "max_points": max_points, "rule": dict(rule), **more}


def group(code: str, *criteria: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A group as it stands in a file."""
    return {"code": code, "name": code, "criteria": list(criteria), **more}


def build(*groups: dict[str, Any], **more: Any) -> CriteriaSet:
    """The set that the checker reads from these groups; fails with its faults."""
    data = {"id": "test", "level": "department", "year": 2024, **more, "groups": list(groups)}
    reading = read_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "set.yaml")
    assert reading.criteria_set is not None, "\n".join(map(str, reading.faults))
    return reading.criteria_set


def compiled(*groups: dict[str, Any], **more: Any) -> CompiledSet:
    """Like build, made ready for scoring."""
    return compile_set(build(*groups, **more))


def simple(rule: Rule, max_points: float = 10, **more: Any) -> CompiledSet:
    """A set of one group G with one criterion C."""
    return compiled(group("G", criterion("C", max_points, rule)), **more)


def csv_bytes(rows: Sequence[tuple[str, str, str, str]]) -> bytes:
    """INPUTS.csv with these rows."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([("unit", "criterion", "input", "value"), *rows])
    return text.getvalue().encode()


def inputs_of(
    ready: CompiledSet, units: Mapping[str, Mapping[str, Mapping[str, object]]], order: Sequence[str] | None = None
) -> Inputs:
    """Inputs by way of the CSV reader. units: unit -> criterion -> input -> value."""
    rows = [
        (unit, code, key, str(value))
        for unit, criteria in units.items()
        for code, values in criteria.items()
        for key, value in values.items()
    ]
    return read_inputs(ready, csv_bytes(rows), "inputs.csv", tuple(order or units))


def book_of(ready: CompiledSet, units: Mapping[str, Mapping[str, Mapping[str, object]]]) -> ScoreBook:
    """The ScoreBook of these inputs."""
    return score(inputs_of(ready, units))


def grid(points: float) -> int:
    """Points written in decimals as whole grid steps."""
    return round(points * 10**9)
