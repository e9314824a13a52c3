"""Results stand in the order of names, whatever order they come in."""

import numpy as np
import pytest

from scoring.outlook.history import History, YearResults
from tests.scoring.outlook.facts import history, results


def test_provinces_and_years_are_put_in_order() -> None:
    years = [results(2022, [3, 1, 2], [0.1, 0.3, None]), results(2021, [1, 2, 3], [None, None, 0.2])]
    sorted_history = History.of(["Đà Nẵng", "An Giang", "Cà Mau"], years)
    assert sorted_history.provinces == ("An Giang", "Cà Mau", "Đà Nẵng")
    assert [y.year for y in sorted_history.years] == [2021, 2022]
    assert sorted_history.year(2022).ranks.tolist() == [1, 2, 3]
    np.testing.assert_array_equal(sorted_history.year(2022).scores, [0.3, np.nan, 0.1])
    assert sorted_history.index("Cà Mau") == 1


def test_up_to_leaves_later_years_out() -> None:
    kept = history(results(2021, [1, 2], [0.5, 0.4]), results(2022, [2, 1], [0.5, 0.6])).up_to(2021)
    assert [y.year for y in kept.years] == [2021]
    with pytest.raises(KeyError):
        kept.year(2022)


def test_unknown_names_are_refused() -> None:
    with pytest.raises(KeyError, match="Hà Tiên"):
        history(results(2021, [1, 2], [0.5, 0.4])).index("Hà Tiên")


@pytest.mark.parametrize(
    ("provinces", "years", "message"),
    [
        (("B", "A"), (results(2021, [1, 2], [0.5, 0.4]),), "order of their names"),
        (("A", "A"), (results(2021, [1, 2], [0.5, 0.4]),), "order of their names"),
        (("A", "B"), (results(2022, [1, 2], [0.5, 0.4]), results(2021, [1, 2], [0.5, 0.4])), "must rise"),
        (("A", "B"), (results(2021, [1, 2, 3], [0.5, 0.4, 0.3]),), "one rank and one score"),
    ],
)
def test_shapes_and_orders_are_held(provinces: tuple[str, ...], years: tuple[YearResults, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        History(provinces, years)
