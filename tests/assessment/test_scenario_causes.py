"""Why a scenario brings another national rank: each change alone moves its own step, and the steps add up."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from assessment.province import ProvincialSnapshot, provincial_snapshot
from assessment.rivals import RivalField, outlook_question, rival_field, stored_history
from assessment.scenario_causes import comparable, why_apart, why_ranked
from assessment.scenarios import ScenarioResult, run_scenario
from data.database import read_session
from reports.scenario_causes import waterfall_rows
from scoring.baseline import BaseLine
from scoring.outlook import FROZEN, MOVING, AppraisalCut, Pace
from scoring.scenarios import IndexScore, Scenario, WeightFactor
from scoring.waterfall import Cause, NationalWaterfall

DRAWS = 2_000
NO_CUT, HALF = AppraisalCut(0, 0, 0), AppraisalCut(0.5, 0.5, 0.5)


@pytest.fixture(scope="module")
def fields(engine: Engine) -> dict[Pace, RivalField]:
    """Rivals from 2023, in few draws."""
    with read_session(engine) as session:
        history = stored_history(session)
    return {pace: rival_field(outlook_question(history, 2023, pace), DRAWS, 1) for pace in (MOVING, FROZEN)}


Run = Callable[[Scenario], ScenarioResult]


@pytest.fixture(scope="module")
def run(december: ProvincialSnapshot, base: BaseLine, fields: dict[Pace, RivalField]) -> Run:
    """Runs a scenario from December on the base year 2023."""
    return lambda scenario: run_scenario(december, base, scenario, fields[scenario.pace])


def steps(found: NationalWaterfall) -> dict[Cause, int]:
    return {step.cause: step.places_in_draws for step in found.steps}


def test_it_starts_from_the_published_rank_and_ends_at_the_scenario(run: Run, fields: dict[Pace, RivalField]) -> None:
    result = run(Scenario((IndexScore("XH", 1.0),), cut=HALF))
    found = why_ranked(result, fields[FROZEN], fields[MOVING])
    assert found.start == 10 * DRAWS
    mean = sum(rank * share for rank, share in enumerate(result.outlook.rank_share, 1))
    assert found.end / DRAWS == pytest.approx(mean)
    assert list(steps(found)) == [Cause.RULES, Cause.OWN, Cause.APPRAISAL, Cause.RIVALS]
    assert steps(found)[Cause.RULES] == 0
    assert -steps(found)[Cause.OWN] < steps(found)[Cause.APPRAISAL] < 0 < steps(found)[Cause.OWN]


def test_doing_nothing_only_the_others_move(run: Run, fields: dict[Pace, RivalField]) -> None:
    found = steps(why_ranked(run(Scenario()), fields[FROZEN], fields[MOVING]))
    assert [found[c] for c in (Cause.RULES, Cause.OWN, Cause.APPRAISAL)] == [0, 0, 0]
    assert found[Cause.RIVALS] < 0


def test_weights_alone_are_the_rules(run: Run, fields: dict[Pace, RivalField], december: ProvincialSnapshot) -> None:
    book, compiled = december.book, december.book.compiled
    main = december.criteria_set.groups[0]
    worst = min(main.criteria, key=lambda c: float(book.fraction[0, compiled.index_of[c.code]]))
    result = run(Scenario((WeightFactor("province", worst.code, 0.0),), cut=NO_CUT))
    assert result.change > 0
    found = steps(why_ranked(result, fields[FROZEN], fields[MOVING]))
    assert found[Cause.RULES] > 0
    assert found[Cause.OWN] == found[Cause.APPRAISAL] == 0


@pytest.mark.parametrize(
    ("second", "cause"),
    [
        (Scenario((IndexScore("XH", 1.0),), cut=HALF), None),
        (Scenario((IndexScore("XH", 1.0), IndexScore("NT", 0.9)), cut=HALF), Cause.OWN),
        (Scenario((IndexScore("XH", 1.0),), cut=NO_CUT), Cause.APPRAISAL),
        (Scenario((IndexScore("XH", 1.0),), FROZEN, HALF), Cause.RIVALS),
    ],
)
def test_between_two_scenarios_only_what_differs_has_a_step(
    run: Run, fields: dict[Pace, RivalField], second: Scenario, cause: Cause | None
) -> None:
    first = run(Scenario((IndexScore("XH", 1.0),), cut=HALF))
    after = run(second)
    found = why_apart(first, after, (fields[MOVING], fields[second.pace]))
    assert {c for c, places in steps(found).items() if places} == ({cause} if cause else set())
    for total, result in ((found.start, first), (found.end, after)):
        mean = sum(rank * share for rank, share in enumerate(result.outlook.rank_share, 1))
        assert total / DRAWS == pytest.approx(mean)


def test_scenarios_of_other_months_are_not_comparable(
    engine: Engine, run: Run, december: ProvincialSnapshot, base: BaseLine, fields: dict[Pace, RivalField]
) -> None:
    with read_session(engine) as session:
        june = provincial_snapshot(session, december.period, 6)
    other = run_scenario(june, base, Scenario(), fields[MOVING])
    own = run(Scenario())
    assert comparable(own, own)
    assert not comparable(own, other)
    with pytest.raises(ValueError, match="cannot be explained"):
        why_apart(own, other, (fields[MOVING], fields[MOVING]))


def test_the_rows_in_words_add_up(run: Run, fields: dict[Pace, RivalField]) -> None:
    found = why_ranked(run(Scenario()), fields[FROZEN], fields[MOVING])
    rows = waterfall_rows(found, between=False)
    assert [row[0] for row in rows] == [
        "Trọng số của bộ chỉ số",
        "Kết quả của tỉnh",
        "Cắt khi thẩm định",
        "Các tỉnh khác",
        "Cộng",
    ]
    assert rows[0][1:3] == ("0,0", "10,0")
    assert rows[-1][1:3] == rows[-2][1:3]
