"""What our national rank is most sensitive to, on the published results."""

import pytest

from assessment.sensitivity import our_rank_sensitivity
from scoring.outlook import FROZEN, Question
from scoring.sensitivity import Factor, runs_needed
from tests.scoring.outlook.facts import published_history


def test_among_rivals_that_stand_still_only_what_we_do_ourselves_counts() -> None:
    seen: list[int] = []
    found = our_rank_sensitivity(Question(published_history(), 2023, 2024, pace=FROZEN), seen.append)
    rivals = (Factor.SHOCK, Factor.PRIOR_PAIRS, Factor.CATCHING_UP)
    assert [found.total[f].value for f in rivals] == pytest.approx([0, 0, 0], abs=1e-12)
    # Luck moves our score by 0.02 to 0.045, the change (0 to 0.1) by 0.1 / sqrt(12) = 0.029 less the cut; the size of
    # luck and the cut only make more or less of these two.
    order = sorted(Factor, key=lambda f: -found.total[f].value)[:4]
    assert order == [Factor.LUCK, Factor.CHANGE, Factor.OWN_NOISE, Factor.CUT]
    assert found.first[Factor.LUCK].value > found.first[Factor.CHANGE].value > 0.1
    # We held place 10 in 2023, and nobody else moves while we add 0.05 on average.
    assert 1 < found.mean < 10
    assert found.runs == runs_needed()
    assert seen == sorted(seen)
    assert (seen[0], found.runs - seen[-1]) == (0, 64)


def test_intervals_are_narrow_enough_for_whole_percents() -> None:
    found = our_rank_sensitivity(Question(published_history(), 2023, 2024))
    assert max(i.high - i.low for i in (*found.first.values(), *found.total.values())) < 0.012
    assert max(Factor, key=lambda f: found.total[f].value) is Factor.SHOCK
