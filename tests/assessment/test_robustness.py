"""A ranking list under other choices, worked by hand on the small set of tests/reports/examples.py.

Its scored maxima are NT.1 10, NT.2 10, CQ.1 20, CQ.2 10, CQ.3 10, so NT weighs 20 and CQ 40.
"""

from collections.abc import Mapping

import pytest

from assessment.appraised import appraised_snapshot, rulings_in_force
from assessment.publishing import published_snapshot
from assessment.referee import referee_table
from assessment.robustness import Choice, ListStability, UnitStability, stability
from assessment.snapshots import LevelSnapshot, ScoreStage, level_snapshot
from data.database import read_session
from data.repositories import RankingListRecord
from scoring.grid import in_points
from scoring.inputs import NOT_APPLICABLE
from tests.assessment.appraising import office_period, published_office
from tests.data.databases import Databases
from tests.reports.examples import DECEMBER, LATE, NOTHING_APPLIES, ON_TIME, Row, snapshot

REFEREE: Mapping[str, Row] = {
    # 2 of 20 and 40 of 40: 70 of 100 under every treatment. Geometric: 0.1^(20/60) x 1.
    "001": (12, 100, 0, ON_TIME, "yes", 10, 10, 0),
    # 10 of 20 and 24 of 30, CQ.3 does not apply: 34 of 50 = 68, 44 of 60 = 73.33, 34 of 60 = 56.67.
    # Geometric: 0.5^(20/50) x 0.8^(30/50).
    "002": (30, 100, 2, LATE, "yes", NOT_APPLICABLE, None, 0),
    # 12 of 20 and 24 of 40: 60 under every treatment, and 60 as a geometric mean.
    "003": (42, 100, 2, ON_TIME, "no", 4, 10, 0),
}
TIED: Mapping[str, Row] = {
    # 20 of 20 and 20 of 40.
    "001": (60, 100, 4, ON_TIME, "no", 0, 10, 0),
    # 14 of 20 and 26 of 40: between the others in both main indices.
    "002": (54, 100, 2, LATE, "yes", 2, 10, 0),
    # 8 of 20 and 32 of 40.
    "003": (18, 100, 2, ON_TIME, "yes", 2, 10, 0),
}


def units(stable: ListStability) -> dict[str, UnitStability]:
    return {u.unit.code: u for u in stable.units}


def test_units_that_lead_by_more_than_any_weights_can_take_keep_their_places() -> None:
    # Before the penalty the first has at least 0.9 of everything but CQ.3 (0.8). The second has at most 0.75 of what
    # applies to it. The third leads in NT.1 alone: at the weights that suit it best (NT.1 and CQ.3 x 1.25, NT.2 and
    # CQ.2 x 0.75, CQ.1 x 1.25) it has 36.25 of 65 = 0.56, the second then 36.25 of 52.5 = 0.69 - 0.02 at worst.
    stable = stability(snapshot(), "districts")
    assert [(u.unit.code, u.rank, u.low, u.middle, u.high, u.best, u.worst) for u in stable.units] == [
        ("001", 1, 1, 1, 1, 1, 1),
        ("002", 2, 2, 2, 2, 2, 2),
        ("003", 3, 3, 3, 3, 3, 3),
    ]
    assert [(u.width, u.held, u.overtakes) for u in stable.units] == [(1, 1, None), (1, 1, 0), (1, 1, 0)]
    assert (stable.draws, stable.spread, stable.scope) == (1_000, 0.25, "criterion")


def test_every_unit_names_the_one_before_it_and_keeps_its_total() -> None:
    stable = stability(snapshot(), "districts")
    assert [(u.total, u.above.code if u.above else None) for u in stable.units] == [
        (93, None),
        (68, "001"),
        (48.333333333, "002"),
    ]


def test_the_chance_of_a_place_is_the_area_of_the_weights_that_give_it() -> None:
    # With NT x f and CQ x g, both from 0.75 to 1.25: the second stands before the first where
    # (10f + 24g) / (20f + 30g) > (2f + 40g) / (20f + 40g), that is 160 f^2 + 20 fg > 240 g^2, f > 1.16384 g:
    # a triangle of 0.32403 x 0.37712 / 2 out of 0.25 = 24.4 %. The third (0.6) stands before the first where
    # f > 1.6 g: 0.03125 x 0.05 / 2 out of 0.25 = 0.3 %; never before the second.
    found = units(stability(snapshot(REFEREE), "districts", "group"))
    assert found["002"].overtakes == pytest.approx(0.244, abs=0.04)
    assert found["001"].held == pytest.approx(1 - 0.244, abs=0.04)
    assert found["003"].overtakes == 0
    assert [(u.low, u.middle, u.high) for u in found.values()] == [(1, 1, 2), (1, 2, 2), (3, 3, 3)]
    assert [(u.best, u.worst) for u in found.values()] == [(1, 3), (1, 2), (2, 3)]
    assert not any(Choice.WEIGHTS in u.choices for u in found.values())


def test_a_unit_tied_at_the_top_that_is_never_first_depends_on_the_weights() -> None:
    # All three have 40 of 60. Whatever the weights, who is better in the heavier main index leads, and the unit
    # between them stands second.
    stable = stability(snapshot(TIED), "districts", "group")
    assert [(u.unit.code, u.rank) for u in stable.units] == [("001", 1), ("002", 1), ("003", 1)]
    found = units(stable)
    assert (found["002"].low, found["002"].middle, found["002"].high, found["002"].width) == (2, 2, 2, 1)
    assert found["002"].held < 0.01
    assert stable.moved_by(Choice.WEIGHTS) == tuple(u for u in stable.units if u.held < 0.5)
    assert found["002"] in stable.moved_by(Choice.WEIGHTS)
    for code in ("001", "003"):
        assert found[code].held == pytest.approx(0.5, abs=0.05)
        assert (found[code].low, found[code].high) == (1, 3)


def test_each_treatment_of_what_is_not_applicable_moves_whom_it_moves() -> None:
    stable = stability(snapshot(REFEREE), "districts")
    assert stable.referee == referee_table(stable.snapshot, "districts")
    assert [u.unit.code for u in stable.moved_by(Choice.FULL)] == ["001", "002"]
    assert [u.unit.code for u in stable.moved_by(Choice.ZERO)] == ["002", "003"]
    assert stable.moved_by(Choice.RESCALE) == ()


def test_a_geometric_mean_moves_who_is_weak_somewhere() -> None:
    stable = stability(snapshot(REFEREE), "districts")
    assert [(u.unit.code, u.total, u.geometric_total, u.geometric_rank) for u in stable.units] == [
        ("001", 70, 46.42, 3),
        ("002", 68, 66.29, 1),
        ("003", 60, 60, 2),
    ]
    assert len(stable.moved_by(Choice.GEOMETRIC)) == 3


def test_the_floor_is_the_least_that_a_main_index_counts_with() -> None:
    # 0.1 of NT counts as 0.5: 100 x 0.5^(1/3).
    found = units(stability(snapshot(REFEREE), "districts", floor=0.5))
    assert (found["001"].geometric_total, found["001"].geometric_rank) == (79.37, 1)
    assert Choice.GEOMETRIC not in found["001"].choices
    nothing_in_nt = {"001": (0, 100, 0, ON_TIME, "yes", 10, 10, 0)}
    (alone,) = stability(snapshot(nothing_in_nt), "districts").units
    assert alone.geometric_total == round(100 * 0.01 ** (1 / 3), 2) == 21.54


def test_penalties_are_taken_from_the_geometric_mean_as_they_are() -> None:
    # 0.95^(1/3) x 0.95^(2/3) of 100, less 2 for an incident.
    first = stability(snapshot(), "districts").units[0]
    assert (first.unit.code, first.total, first.geometric_total) == ("001", 93, 93)


def test_who_depends_on_nothing_is_not_named() -> None:
    assert stability(snapshot(), "districts").dependent == ()
    assert [u.unit.code for u in stability(snapshot(REFEREE), "districts").dependent] == ["001", "002", "003"]


def test_a_unit_to_which_nothing_applies_has_no_place_and_hinders_nobody() -> None:
    stable = stability(snapshot({"004": NOTHING_APPLIES, **REFEREE}), "districts")
    assert [u.code for u in stable.without_score] == ["004"]
    without = stability(snapshot(REFEREE), "districts")
    assert stable.units == without.units


def test_a_list_without_any_score_is_empty() -> None:
    stable = stability(snapshot({"004": NOTHING_APPLIES}), "districts")
    assert (stable.units, stable.dependent) == ((), ())
    assert [u.code for u in stable.without_score] == ["004"]


def test_a_single_unit_is_always_first() -> None:
    (alone,) = stability(snapshot({"002": DECEMBER["002"]}), "districts").units
    assert (alone.rank, alone.low, alone.high, alone.held, alone.above, alone.choices) == (1, 1, 1, 1, None, ())


def test_only_the_members_of_the_list_meet_each_other() -> None:
    pair = RankingListRecord("pair", "district", "Hai đơn vị", None, ("002", "003"))
    stable = stability(snapshot(REFEREE, lists=[pair]), "pair")
    assert stable.list_name == "Hai đơn vị"
    assert {code: (u.rank, u.choices) for code, u in units(stable).items()} == {
        "002": (1, (Choice.ZERO,)),
        "003": (2, (Choice.ZERO,)),
    }


def test_the_same_list_is_answered_alike_every_time() -> None:
    now = snapshot(REFEREE)
    assert stability(now, "districts") == stability(now, "districts")


def test_an_unknown_list_and_a_floor_that_is_none_are_refused() -> None:
    with pytest.raises(KeyError, match="communes"):
        stability(snapshot(), "communes")
    with pytest.raises(ValueError, match="floor"):
        stability(snapshot(), "districts", floor=0)


def test_who_has_no_figure_is_not_ranked_and_not_counted_as_firm() -> None:
    nothing = (None,) * 8
    nobody = stability(snapshot({"001": nothing, "002": nothing}), "districts")
    assert (nobody.units, nobody.without_score) == ((), ())
    assert [u.code for u in nobody.without_figures] == ["001", "002"]
    mixed = stability(snapshot({**DECEMBER, "004": nothing}), "districts")
    assert [u.unit.code for u in mixed.units] == ["001", "002", "003"]
    assert [u.code for u in mixed.without_figures] == ["004"]


@pytest.fixture(scope="module")
def books(sqlite: Databases) -> Mapping[ScoreStage, LevelSnapshot]:
    """The districts of tests/assessment/appraising.py as they are appraised and as they were published."""
    engine = sqlite.opened(published_office)
    with read_session(engine) as session:
        period = office_period(session)
        own = appraised_snapshot(level_snapshot(session, period, "district", 12), rulings_in_force(session, period.id))
        both = {ScoreStage.APPRAISED: own, ScoreStage.PUBLISHED: published_snapshot(session, period, "district")}
    engine.dispose()
    return both


@pytest.mark.parametrize("stage", [ScoreStage.APPRAISED, ScoreStage.PUBLISHED])
def test_what_an_appraiser_decided_stands_under_every_other_choice(
    books: Mapping[ScoreStage, LevelSnapshot], stage: ScoreStage
) -> None:
    # CQ 31 of 60 and TC 35 of 40; CQ 20 of 60, its evidence rejected at CQ.1, and TC 37 of 40; CQ 50 of 60, TC 0 of the
    # 30 that apply, of which 0.01 is counted.
    stable = stability(books[stage], "districts")
    assert [(u.unit.code, u.rank, u.total) for u in stable.units] == [
        ("747", 1, 66),
        ("750", 2, 57),
        ("748", 3, 55.555555556),
    ]
    assert [(u.geometric_rank, u.geometric_total) for u in stable.units] == [
        (1, pytest.approx(100 * (31 / 60) ** 0.6 * (35 / 40) ** 0.4, abs=1e-6)),
        (2, pytest.approx(100 * (20 / 60) ** 0.6 * (37 / 40) ** 0.4, abs=1e-6)),
        (3, pytest.approx(100 * (50 / 60) ** (2 / 3) * 0.01 ** (1 / 3), abs=1e-6)),
    ]
    # Counted in full, TC.2 gives Bà Rịa 60 of 100, more than the 57 of Châu Đức; with nothing, 50.
    treated = {row.unit.code: row for row in stable.referee.rows}
    assert (treated["748"].codes, treated["748"].totals) == (
        ("TC.2",),
        {"rescale": 55.555555556, "full": 60, "zero": 50},
    )
    assert treated["748"].ranks == {"rescale": 3, "full": 2, "zero": 3}
    assert treated["750"].totals == {"rescale": 57, "full": 57, "zero": 57}
    assert [u.unit.code for u in stable.moved_by(Choice.FULL)] == ["750", "748"]
    assert (stable.unfinished, len(stable.without_figures)) == ((), 5)


def test_the_treatment_of_the_set_gives_the_points_that_were_published(
    books: Mapping[ScoreStage, LevelSnapshot],
) -> None:
    for now in books.values():
        own = referee_table(now, "districts")
        totals = {u.code: float(in_points(t)) for u, t in zip(now.units, now.book.total, strict=True)}
        assert {row.unit.code: row.total for row in own.rows} == {
            row.unit.code: totals[row.unit.code] for row in own.rows
        }


def test_weights_are_drawn_on_the_points_that_were_published(books: Mapping[ScoreStage, LevelSnapshot]) -> None:
    # With CQ x f and TC x g: Vũng Tàu has (31f + 35g) / (60f + 40g), Châu Đức (20f + 37g) / (60f + 40g), less as long as
    # 11f > 2g, which is always. Bà Rịa has 50f / (60f + 30g), more than Châu Đức where
    # 50f (60f + 40g) > (20f + 37g)(60f + 30g), that is 1800 f^2 - 820 fg - 1110 g^2 > 0, f > 1.04534 g:
    # from g = 0.75 to 1.25 / 1.04534 = 1.19578, of 0.25 the area of a triangle of 0.44578 x 0.46599 / 2, 41.5 %.
    stable = stability(books[ScoreStage.PUBLISHED], "districts", "group")
    assert [stable.units[0].unit.code, stable.units[1].unit.code, stable.units[2].unit.code] == ["747", "750", "748"]
    assert stable.units[1].overtakes == 0
    assert stable.units[2].overtakes == pytest.approx(0.415, abs=0.04)
