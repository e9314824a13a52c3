"""The referee of what is not applicable on a list; the set and the figures are those of test_robustness.py."""

import pytest

from assessment.referee import RefereeRow, RefereeTable, referee_table
from data.repositories import RankingListRecord
from tests.assessment.test_robustness import REFEREE
from tests.reports.examples import NOTHING_APPLIES, snapshot


def by_code(found: RefereeTable) -> dict[str, RefereeRow]:
    return {row.unit.code: row for row in found.rows}


def test_totals_and_ranks_under_each_treatment_by_hand() -> None:
    # 42 of 60; 34 of 50, 44 of 60 or 34 of 60; 36 of 60.
    found = referee_table(snapshot(REFEREE), "districts")
    assert (found.treatment, found.others, found.list_name) == (
        "rescale",
        ("full", "zero"),
        "Ủy ban nhân dân cấp huyện",
    )
    assert {code: [round(t, 2) for t in row.totals.values()] for code, row in by_code(found).items()} == {
        "001": [70, 70, 70],
        "002": [68, 73.33, 56.67],
        "003": [60, 60, 60],
    }
    assert {code: dict(row.ranks) for code, row in by_code(found).items()} == {
        "001": {"rescale": 1, "full": 2, "zero": 1},
        "002": {"rescale": 2, "full": 1, "zero": 3},
        "003": {"rescale": 3, "full": 3, "zero": 2},
    }


def test_who_moves_by_how_much_and_what_is_not_applicable_to_it() -> None:
    found = referee_table(snapshot(REFEREE), "districts")
    assert [row.unit.code for row in found.rows] == ["001", "002", "003"]
    assert [row.unit.code for row in found.moved("full")] == ["001", "002"]
    assert [row.unit.code for row in found.moved("zero")] == ["002", "003"]
    assert found.moved("rescale") == ()
    row = by_code(found)["002"]
    assert (row.total, row.rank, row.codes) == (68, 2, ("CQ.3",))
    assert [row.places(t) for t in ("rescale", "full", "zero")] == [0, 1, -1]
    assert [round(row.gained(t), 2) for t in ("rescale", "full", "zero")] == [0, 5.33, -11.33]
    assert by_code(found)["001"].codes == ()


def test_who_neither_waives_nor_moves_is_not_touched() -> None:
    # 20 of 60 whatever the treatment, last in every case.
    last = {"004": (0, 100, 0, None, "yes", 10, 10, 0)}
    found = referee_table(snapshot({**REFEREE, **last}), "districts")
    assert [row.unit.code for row in found.rows] == ["001", "002", "003", "004"]
    assert [row.unit.code for row in found.touched] == ["001", "002", "003"]


def test_where_everything_applies_the_treatments_agree() -> None:
    found = referee_table(snapshot({code: REFEREE[code] for code in ("001", "003")}), "districts")
    assert (found.waived, found.touched) == (False, ())
    assert referee_table(snapshot(REFEREE), "districts").waived


def test_who_has_no_place_takes_none_from_others() -> None:
    # Counted in full a unit to which nothing applies would lead; one without figures would come last.
    nobody = {"004": NOTHING_APPLIES, "001": (None,) * 8}
    found = referee_table(snapshot({**REFEREE, **nobody}), "districts")
    assert {code: dict(row.ranks) for code, row in by_code(found).items()} == {
        "002": {"rescale": 1, "full": 1, "zero": 2},
        "003": {"rescale": 2, "full": 2, "zero": 1},
    }


def test_only_the_members_of_the_list_meet_each_other() -> None:
    pair = RankingListRecord("pair", "district", "Hai đơn vị", None, ("001", "003"))
    found = referee_table(snapshot(REFEREE, lists=[pair]), "pair")
    assert [dict(row.ranks) for row in found.rows] == [
        {"rescale": 1, "full": 1, "zero": 1},
        {"rescale": 2, "full": 2, "zero": 2},
    ]


def test_an_unknown_list_is_refused() -> None:
    with pytest.raises(KeyError, match="communes"):
        referee_table(snapshot(), "communes")
