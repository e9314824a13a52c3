"""What decisions published of a unit: worked by hand, Vũng Tàu 66, Châu Đức 57, Bà Rịa 55,56; amended 71, 57, 77,78."""

from sqlalchemy import Engine

from assessment.publishing import editions, published_results
from assessment.unit_publications import ScorePlace, UnitPublication, score_place, unit_publication
from data.database import read_session
from data.lineage import UnitKey
from tests.assessment.appraisal_office import BA_RIA, CHAU_DUC, VUNG_TAU, districts
from tests.assessment.appraising import SINCE, amended_office, office_period
from tests.data.databases import Databases


def of_editions(engine: Engine, unit: UnitKey) -> list[UnitPublication]:
    with read_session(engine) as session:
        period = office_period(session)
        return [
            unit_publication(edition, published_results(session, period, edition.number), "district", unit)
            for edition in editions(session, period.id)
        ]


def totals_and_ranks(engine: Engine, unit: UnitKey) -> list[tuple[int, float | None, int | None, int]]:
    """Edition, total, rank and how many have a rank."""
    found = [(x.edition.number, x.place) for x in of_editions(engine, unit)]
    return [(n, None if p.total is None else round(p.total, 2), p.rank, p.ranked) for n, p in found if p is not None]


def test_every_edition_has_the_total_and_the_rank_that_it_published(new_database: Databases) -> None:
    engine = new_database.opened(amended_office)
    assert totals_and_ranks(engine, VUNG_TAU) == [(2, 71, 2, 3), (1, 66, 1, 3)]
    assert totals_and_ranks(engine, BA_RIA) == [(2, 77.78, 1, 3), (1, 55.56, 3, 3)]
    assert totals_and_ranks(engine, CHAU_DUC) == [(2, 57, 3, 3), (1, 57, 2, 3)]
    # Never sent: in the list, without a place.
    assert totals_and_ranks(engine, UnitKey("755", SINCE)) == [(2, None, None, 3), (1, None, None, 3)]
    assert [x.place for x in of_editions(engine, UnitKey("999", SINCE))] == [None, None]
    engine.dispose()


def test_beside_it_stands_what_the_unit_assessed_itself(published: Engine) -> None:
    """Vũng Tàu reported 15 points, Bà Rịa a «no» that brings none; nobody else reported."""
    with read_session(published) as session:
        snapshot = districts(session)
    own, other = score_place(snapshot, VUNG_TAU), score_place(snapshot, BA_RIA)
    assert isinstance(own, ScorePlace)
    assert isinstance(other, ScorePlace)
    assert (own.total, own.rank, own.ranked) == (15, 1, 2)
    assert (other.total, other.rank) == (0, 2)
