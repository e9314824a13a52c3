"""The rule book: every case that a lawyer can read, through the CSV reader and the engine."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from scoring.csv_files import FileFaults, read_inputs
from scoring.engine import CellState, score
from scoring.grid import in_points
from tests.scoring.builders import compiled, criterion, csv_bytes, group

FOLDER = Path(__file__).parent.parent / "rulebook"
CASES = [
    pytest.param(case, id=f"{file.stem}: {case['name']}")
    for file in sorted(FOLDER.glob("*.yaml"))
    if not file.stem.startswith("every_")
    for case in yaml.safe_load(file.read_text(encoding="utf-8"))
]
STATES = {"missing": CellState.MISSING, "not_applicable": CellState.NOT_APPLICABLE}


@pytest.mark.parametrize("case", CASES)
def test_case_gives_what_the_book_says(case: dict[str, Any]) -> None:
    assert {"name", "rule", "max_points", "inputs", "why"} <= case.keys() <= {
        "name", "rule", "max_points", "inputs", "others", "points", "state", "refused", "why",
    }  # fmt: skip
    assert len({"points", "state", "refused"} & case.keys()) == 1
    kind = "adjustment" if case["max_points"] < 0 else "scored"
    ready = compiled(group("G", criterion("C", case["max_points"], case["rule"]), kind=kind))
    everyone = [case["inputs"], *case.get("others", [])]
    rows = [(f"U{i}", "C", key, value) for i, given in enumerate(everyone) for key, value in given.items()]
    units = tuple(f"U{i}" for i in range(len(everyone)))
    if "refused" in case:
        with pytest.raises(FileFaults) as caught:
            read_inputs(ready, csv_bytes(rows), "inputs.csv", units)
        (fault,) = caught.value.faults
        assert (fault.row, fault.column) == (2, "value")
        assert case["refused"] in fault.message
        return
    book = score(read_inputs(ready, csv_bytes(rows), "inputs.csv", units))
    state = CellState(int(book.state[0, 0]))
    if "state" in case:
        assert state == STATES[case["state"]]
        assert book.points[0, 0] == 0
    else:
        assert state == CellState.SCORED
        assert in_points(book.points[0, 0]) == float(case["points"])


def test_the_book_is_large_enough_and_covers_every_rule() -> None:
    cases = [case.values[0] for case in CASES]
    assert len(cases) >= 60
    assert {case["rule"]["type"] for case in cases} == {
        "ratio", "bands", "choice", "checklist", "count", "best_relative", "min_max", "deadline", "yes_no", "judged",
        "parts",
    }  # fmt: skip
