"""The invented appraisal of the earlier demonstration year: every criterion ruled on, the same each time, nothing raised."""

from collections import Counter

import pytest
from sqlalchemy import func, select

from assessment.appraised import appraised_snapshot, rulings_in_force
from assessment.snapshots import level_snapshot
from criteria.model import CriteriaSet, Level
from data.database import read_session, write_session
from data.demo import GeneratedRuling, generate, generate_rulings
from data.demonstration import switch_off
from data.models import Period, PeriodStep, Ruling, RulingKind, Submission
from data.reference import reference_units
from data.repositories import periods
from data.seeding import packaged_set, packaged_sets
from scoring.grid import in_points
from tests.data.databases import Databases, small_demonstration

UNIT_LEVELS: tuple[Level, ...] = ("department", "district", "commune")


def rulings(*, turned: bool = False) -> list[GeneratedRuling]:
    sets: dict[Level, CriteriaSet] = {level: packaged_set(level) for level in packaged_sets()}
    units = reference_units()[::-1] if turned else reference_units()
    return generate_rulings(sets, units, generate(sets, units, 2023, (12,)))


@pytest.fixture(scope="module")
def made() -> list[GeneratedRuling]:
    return rulings()


def test_the_same_seed_gives_the_same_rulings_whatever_the_order_of_the_units(made: list[GeneratedRuling]) -> None:
    assert rulings(turned=True) == made


def test_every_criterion_with_points_of_every_unit_is_ruled_on_once(made: list[GeneratedRuling]) -> None:
    assert max(Counter((r.unit, r.criterion) for r in made).values()) == 1
    assert Counter(u.level for u in {r.unit for r in made}) == {"department": 21, "district": 8, "commune": 82}
    by_unit = Counter(r.unit.code for r in made if r.unit.level == "commune")
    points = [c for g in packaged_set("commune").groups if g.kind != "unscored" for c in g.criteria]
    assert set(by_unit.values()) == {len(points)}


def test_some_claims_fail_more_are_lowered_and_most_stand(made: list[GeneratedRuling]) -> None:
    kinds = Counter(r.kind for r in made)
    assert kinds[RulingKind.AGREE] > 0.7 * len(made)
    assert kinds[RulingKind.CORRECT] > 200
    assert kinds[RulingKind.REJECT_EVIDENCE] > 200
    assert all(not r.content for r in made if r.kind is RulingKind.REJECT_EVIDENCE)


def test_every_reason_says_that_it_is_invented(made: list[GeneratedRuling]) -> None:
    assert {"trình diễn" in r.reason for r in made} == {True}


def test_the_year_before_is_appraised_as_a_trial_and_the_present_one_is_not(new_database: Databases) -> None:
    engine = new_database.opened(small_demonstration)
    with read_session(engine) as session:
        present, earlier = periods(session)
        ruled = dict(session.execute(select(Ruling.period_id, func.count()).group_by(Ruling.period_id)).all())
        assert set(ruled) == {earlier.id}
        ended = session.execute(select(PeriodStep.period_id, PeriodStep.kind)).all()
        assert ended == [(earlier.id, "trial_closed")]
        assert present.year == earlier.year + 1
        for level in UNIT_LEVELS:
            own = level_snapshot(session, earlier, level, 12)
            after = appraised_snapshot(own, rulings_in_force(session, earlier.id))
            assert after.book.complete.all()
            scored = own.book.compiled.of_kind("scored")
            cut = in_points(own.book.points[:, scored] - after.book.points[:, scored])
            assert cut.sum() > 0
    engine.dispose()


def test_it_goes_with_the_demonstration(new_database: Databases) -> None:
    engine = new_database.opened(small_demonstration)
    with write_session(engine) as session:
        switch_off(session)
    with read_session(engine) as session:
        assert [session.scalar(select(func.count()).select_from(t)) for t in (Period, Ruling, Submission, PeriodStep)] == [
            0, 0, 0, 0,
        ]  # fmt: skip
    engine.dispose()
