"""ASEM through YAML, CSV and the command line: within 1e-6 of COINr on the 0-100 scale, ranks exactly."""

import csv
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from scoring.__main__ import main
from scoring.grid import on_grid
from scoring.ranking import competition_rank

DATA = Path(__file__).parent / "asem"
TOLERANCE = 1e-6
TRUE_TIES = {("TolMin", "GRC"): 24}
"""Greece's raw value is 5.1 like Bulgaria's and Czechia's, written 5.1000000000000005: on the grid the three tie at 24,
in plain floating point Greece falls to 26."""

Table = Mapping[tuple[str, str], Mapping[str, str]]


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


STRUCTURE = {row["iCode"]: row for row in _rows("structure.csv")}
RAW = _rows("raw.csv")
COUNTRIES = [row["uCode"] for row in RAW]
SCORES = {row["uCode"]: row for row in _rows("expected_scores.csv")}
RANKS = {row["uCode"]: row for row in _rows("expected_ranks.csv")}
INDICATORS = [code for code, row in STRUCTURE.items() if row["Level"] == "1"]
PILLARS = [code for code, row in STRUCTURE.items() if row["Level"] == "2"]


def _share(code: str, top: str) -> Fraction:
    """Effective weight of a node below `top`: its share among its siblings times its parent's."""
    if code == top:
        return Fraction(1)
    parent = STRUCTURE[code]["Parent"]
    siblings = sum(Fraction(row["Weight"]) for row in STRUCTURE.values() if row["Parent"] == parent)
    return Fraction(STRUCTURE[code]["Weight"]) / siblings * _share(parent, top)


def _above(code: str) -> set[str]:
    chain = set()
    while code:
        chain.add(code)
        code = STRUCTURE[code]["Parent"]
    return chain


def _set_text(top: str) -> str:
    lines = ["id: asem", "level: department", "year: 2018", "scale: 100", "groups:"]
    for pillar in PILLARS:
        if top not in _above(pillar):
            continue
        lines += [f"  - code: {pillar}", f"    name: {pillar}", "    criteria:"]
        for code in INDICATORS:
            if STRUCTURE[code]["Parent"] != pillar:
                continue
            direction = "up" if STRUCTURE[code]["Direction"] == "1" else "down"
            lines += [
                f"      - code: {code}",
                f"        name: {code}",
                f"        max_points: {float(100 * _share(code, top))!r}",
                f"        rule: {{type: min_max, direction: {direction}}}",
            ]
    return "\n".join(lines) + "\n"


def _cells(top: str) -> list[tuple[str, str, str, str]]:
    cells = []
    for code in INDICATORS:
        if top not in _above(code):
            continue
        known = [float(row[code]) for row in RAW if row[code]]
        mean = repr(sum(known) / len(known))
        cells += [(row["uCode"], code, "value", row[code] or mean) for row in RAW]
    return cells


def _scored(top: str, folder: Path) -> Table:
    (folder / "set.yaml").write_text(_set_text(top), encoding="utf-8")
    with (folder / "inputs.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("unit", "criterion", "input", "value"), *_cells(top)])
    files = {"--criteria": "set.yaml", "--inputs": "inputs.csv", "--out": "scores.csv"}
    assert main(["score", *(part for key, name in files.items() for part in (key, str(folder / name)))]) == 0
    with (folder / "scores.csv").open(encoding="utf-8", newline="") as file:
        return {(row["unit"], row["node"]): row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Table:
    return _scored("Index", tmp_path_factory.mktemp("asem"))


def test_data_is_what_its_readme_says() -> None:
    assert (len(COUNTRIES), len(INDICATORS), len(PILLARS)) == (51, 49, 8)
    assert sum(not row[code] for row in RAW for code in INDICATORS) == 63


def test_index(whole: Table) -> None:
    for country in COUNTRIES:
        row = whole[country, "TOTAL"]
        assert float(row["converted"]) == pytest.approx(float(SCORES[country]["Index"]), abs=TOLERANCE)
        assert row["rank"] == RANKS[country]["Index"]
        assert row["state"] == "complete"


@pytest.mark.parametrize("pillar", PILLARS)
def test_pillar(whole: Table, pillar: str) -> None:
    for country in COUNTRIES:
        row = whole[country, pillar]
        score = float(row["converted"]) / float(row["max_points"]) * 100
        assert score == pytest.approx(float(SCORES[country][pillar]), abs=TOLERANCE)
        assert row["rank"] == RANKS[country][pillar]


@pytest.mark.parametrize("code", INDICATORS)
def test_indicator(whole: Table, code: str) -> None:
    rows = [whole[country, code] for country in COUNTRIES]
    scores = np.array([float(row["points"]) / float(row["max_points"]) * 100 for row in rows])
    assert scores == pytest.approx([float(SCORES[country][code]) for country in COUNTRIES], abs=TOLERANCE)
    points = np.array([float(row["points"]) for row in rows])
    expected = [TRUE_TIES.get((code, country), int(RANKS[country][code])) for country in COUNTRIES]
    assert competition_rank(on_grid(points)).tolist() == expected


@pytest.mark.parametrize("top", ["Conn", "Sust"])
def test_sub_index(top: str, tmp_path: Path) -> None:
    table = _scored(top, tmp_path)
    for country in COUNTRIES:
        row = table[country, "TOTAL"]
        assert float(row["converted"]) == pytest.approx(float(SCORES[country][top]), abs=TOLERANCE)
        assert row["rank"] == RANKS[country][top]
