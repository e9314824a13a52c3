"""Figures that Vietnamese authorities published, recomputed by the engine."""

import csv
from pathlib import Path

import pytest

from scoring.engine import score
from scoring.grid import in_points, rounded
from tests.scoring.builders import compiled, criterion, group, inputs_of

DATA = Path(__file__).parent


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", _rows("na_conversion_hue_2020.csv"), ids=lambda row: row["published_converted"])
def test_conversion_without_parts_that_do_not_apply(row: dict[str, str]) -> None:
    full, left_out = float(row["max_points"]), float(row["left_out"])
    criteria = [criterion("G.1", full - left_out, {"type": "judged"})]
    given = {"G.1": {"value": row["achieved"]}}
    if left_out:
        criteria.append(criterion("G.2", left_out, {"type": "yes_no"}))
        given["G.2"] = {"value": "n/a"}
    ready = compiled(group("G", *criteria), scale=full)
    book = score(inputs_of(ready, {"Huế": given}))
    for value in (book.total, book.group_converted[:, 0]):
        assert in_points(rounded(value, 2))[0] == float(row["published_converted"])


WEIGHTS = {
    "nhan_thuc_so": 100, "the_che_so": 100, "ha_tang_so": 100, "nhan_luc_so": 100, "an_toan_ttm": 100,
    "chinh_quyen_so": 200, "kinh_te_so": 150, "xa_hoi_so": 150,
}  # fmt: skip


def test_national_table_of_2022() -> None:
    provinces = _rows("national_2022.csv")
    assert len(provinces) >= 5
    groups = [group(code, criterion(f"{code}.1", w, {"type": "count", "full_at": 1})) for code, w in WEIGHTS.items()]
    ready = compiled(*groups, scale=1, rank_precision=4)
    cells = {p["province"]: {f"{code}.1": {"value": p[code]} for code in WEIGHTS} for p in provinces}
    book = score(inputs_of(ready, cells))
    for p, total in zip(provinces, in_points(book.total), strict=True):
        assert total == pytest.approx(float(p["dti"]), abs=1e-4), p["province"]
    assert book.ranks(range(len(provinces))).tolist() == [int(p["rank"]) for p in provinces]


def test_hand_worked_total_of_the_leading_province() -> None:
    # Đà Nẵng 2022: 100 x (1 + 0,9 + 0,8253 + 0,8487 + 0,7578) + 200 x 0,8575 + 150 x (0,7836 + 0,5197)
    # = 433,18 + 171,5 + 195,495 = 800,175; / 1000 = 0,800175, published 0,8002.
    (first,) = [p for p in _rows("national_2022.csv") if p["rank"] == "1"]
    groups = [group(code, criterion(f"{code}.1", w, {"type": "count", "full_at": 1})) for code, w in WEIGHTS.items()]
    ready = compiled(*groups, scale=1, rank_precision=4)
    book = score(inputs_of(ready, {"U": {f"{code}.1": {"value": first[code]} for code in WEIGHTS}}))
    assert in_points(book.total)[0] == 0.800175
    assert in_points(book.deciding_total)[0] == 0.8002
    assert book.total_points[0] == 800_175_000_000
