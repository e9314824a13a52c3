"""Published tables: what is read, what is refused by row and column, and that later rows are not used."""

from pathlib import Path

import numpy as np
import pytest

from scoring.csv_files import FileFaults
from scoring.outlook.forecast import Question, forecast
from scoring.outlook.history import History
from scoring.outlook.ours import draw_rivals
from scoring.outlook.tables import (
    LINE_COLUMNS,
    PROVINCE_COLUMNS,
    basis,
    line_rows,
    province_rows,
    read_history,
    write_forecast,
)  # fmt: skip
from tests.scoring.outlook.facts import published_history

HEAD = "year,rank,province,dti\n"
NATIONAL_HEAD = "year,units,mean,minimum_at_least,units_above_mean\n"
SOUND = HEAD + "2021,1,An Giang,0.6\n2021,2,Cà Mau,\n2022,,An Giang,0.7\n2022,1,Bạc Liêu,\n"


def read(published: str, national: str | None = None, last_year: int | None = 2022) -> History:
    data = None if national is None else national.encode()
    return read_history(published.encode(), "published.csv", data, "national.csv", last_year)


def test_the_provinces_are_all_that_are_named_in_any_year() -> None:
    history = read(SOUND, NATIONAL_HEAD + "2021,3,0.5,,\n2022,,0.6,0.4,2\n")
    assert history.provinces == ("An Giang", "Bạc Liêu", "Cà Mau")
    assert [y.year for y in history.years] == [2021, 2022]
    first, second = history.years
    assert first.ranks.tolist() == [1, 0, 2]
    np.testing.assert_array_equal(first.scores, [0.6, np.nan, np.nan])
    assert second.ranks.tolist() == [0, 1, 0]
    assert (first.mean, first.minimum_at_least, first.units_above_mean) == (0.5, None, None)
    assert (second.mean, second.minimum_at_least, second.units_above_mean) == (0.6, 0.4, 2)


def test_further_columns_and_a_byte_order_mark_are_read_over() -> None:
    text = "\ufeffsource,dti,province,rank,year,xa_hoi_so\nx,0.5,An Giang,1,2022,\ny,,Cà Mau,2,2022,0.3\n"
    assert read(text).provinces == ("An Giang", "Cà Mau")


def test_names_that_look_the_same_are_one_province() -> None:
    decomposed = "Ca\u0300 Mau"
    assert read(HEAD + f"2021,1,Cà Mau,0.5\n2022,1,{decomposed},0.6\n2022,2,An Giang,\n").provinces == (
        "An Giang", "Cà Mau",
    )  # fmt: skip


@pytest.mark.parametrize("base_year", [2021, 2022])
def test_of_later_years_nothing_but_the_names_is_read(base_year: int) -> None:
    later = "".join(f"{year},oops,{name},-5\n" for year in (2023, 2024) for name in ("An Giang", "Cà Mau", "Bạc Liêu"))
    national = NATIONAL_HEAD + "2022,3,0.6,,\n2030,999,7,x,y\n"
    plain, changed = (read(text, national, base_year) for text in (SOUND, SOUND + later))
    assert plain.provinces == changed.provinces
    first, second = (forecast(Question(history, base_year, 2024), 50, 1).scores for history in (plain, changed))
    assert np.array_equal(first, second)


def test_the_order_of_rows_changes_nothing() -> None:
    lines = SOUND.splitlines()[1:]
    turned = HEAD + "\n".join(reversed(lines)) + "\n"
    first, second = (forecast(Question(read(text), 2022, 2023), 50, 1).scores for text in (SOUND, turned))
    assert np.array_equal(first, second)


def test_provinces_that_nothing_names_take_part_without_a_name() -> None:
    history = read(HEAD + "2022,1,An Giang,0.8\n2022,4,Cà Mau,0.2\n", NATIONAL_HEAD + "2022,4,0.5,,\n")
    assert (history.provinces, history.unnamed, history.count) == (("An Giang", "Cà Mau"), 2, 4)
    drawn = forecast(Question(history, 2022, 2023), 200, 1)
    assert drawn.scores.shape == (200, 4)
    assert [row[0] for row in province_rows(drawn)] == ["An Giang", "Cà Mau"]
    assert [row[0] for row in line_rows(drawn)] == ["1", "2", "3", "4"]
    rivals = draw_rivals(Question(history, 2022, 2023), "Cà Mau", 100, 1, top=2)
    assert [rival.province for rival in rivals.around_the_line()] == ["An Giang"]
    assert len(rivals.outlook().rank_share) == 4


@pytest.mark.parametrize(
    ("published", "national", "faults"),
    [
        ("year,rank,province\n2022,1,A\n", None, [("published.csv", 1, "dti")]),
        (HEAD + "2022,4,A,\n2022,x,B,\n2022,0,C,\n", None, [("published.csv", n, "rank") for n in (2, 3, 4)]),
        (HEAD + '2022,1,A,1.5\n2022,2,B,"0,4"\n2022,3,C,nan\n', None, [("published.csv", n, "dti") for n in (2, 3, 4)]),
        (HEAD + "2022,1,A,\n2022,2,A,\n2022,2,B,\n", None, [("published.csv", 3, "province")]),
        (HEAD + "2022,1,A,\n,2,B,\nMMXX,2,C,\n2022,3,,\n", None, [
            ("published.csv", 5, "province"), ("published.csv", 3, "year"), ("published.csv", 4, "year"),
        ]),
        (HEAD + "2021,1,A,\n2021,2,B,\n", None, [("published.csv", 1, "year")]),
        (HEAD + "2022,1,A,\n", None, [("published.csv", 1, "province")]),
        (HEAD, None, [("published.csv", 1, "province"), ("published.csv", 1, "year")]),
        (SOUND, NATIONAL_HEAD + "2022,2,0.6,,\n", [("national.csv", 2, "units")]),
        (SOUND, NATIONAL_HEAD + "2021,4,0.6,,\n2022,3,0.6,,\n", [("national.csv", 2, "units")]),
        (SOUND, NATIONAL_HEAD + "2022,5000,0.6,,\n", [("national.csv", 2, "units")]),
        (SOUND, NATIONAL_HEAD + "2022,3,6,-1,4\n", [("national.csv", 2, c) for c in NATIONAL_HEAD.strip().split(",")[2:]]),
        (SOUND, NATIONAL_HEAD + "2022,3,0.6,,\n2022,3,0.7,,\n", [("national.csv", 3, "year")]),
        (SOUND, "year,mean\n2022,0.6\n", [("national.csv", 1, c) for c in ("units", "minimum_at_least", "units_above_mean")]),
        (HEAD + "2022,1,A,0.4\n2022,2,B,0.5\n", None, [("published.csv", 3, "dti")]),
        (HEAD + "2022,1,A,0.4\n2022,2,B,0.3\n", NATIONAL_HEAD + "2022,2,0.9,,\n", [("national.csv", 2, "mean")]),
        (HEAD + "2021,1,A,0.4\n2021,2,B,0.5\n2022,1,A,0.4\n2022,2,B,0.5\n", None, [
            ("published.csv", 3, "dti"), ("published.csv", 5, "dti"),
        ]),
    ],
)  # fmt: skip
def test_every_fault_is_named_by_row_and_column(
    published: str, national: str | None, faults: list[tuple[str, int, str]]
) -> None:
    with pytest.raises(FileFaults) as found:
        read(published, national)
    assert [(f.file, f.row, f.column) for f in found.value.faults] == faults


def test_a_contradiction_names_both_provinces_and_the_year() -> None:
    with pytest.raises(FileFaults) as found:
        read(HEAD + "2022,1,An Giang,0.4\n2022,2,Cà Mau,0.5\n")
    assert str(found.value) == (
        "published.csv:3: dti: Năm 2022: An Giang xếp trên Cà Mau nhưng điểm 0,4 không cao hơn điểm 0,5; kiểm tra lại "
        "thứ hạng và điểm."
    )


def test_rows_are_the_quantiles_of_the_draws(tmp_path: Path) -> None:
    drawn = forecast(Question(published_history(), 2022, 2023), 400, 1)
    provinces, line = list(province_rows(drawn)), list(line_rows(drawn))
    assert [row[0] for row in provinces] == list(published_history().provinces)
    assert [row[0] for row in line] == [str(i) for i in range(1, 64)]
    i = published_history().index("Cà Mau")
    row = dict(zip(PROVINCE_COLUMNS, provinces[i], strict=True))
    assert float(row["score_p25"]) == pytest.approx(np.quantile(drawn.scores[:, i], 0.25), abs=1e-6)
    assert int(row["rank_p95"]) == np.sort(drawn.ranks[:, i])[379]
    assert float(row["p_top15"]) == pytest.approx((drawn.ranks[:, i] <= 15).mean(), abs=1e-6)
    fifteenth = np.sort(drawn.scores, axis=1)[:, -15]
    assert float(line[14][2]) == pytest.approx(np.median(fifteenth), abs=1e-6)
    write_forecast(tmp_path / "new" / "folder", drawn)
    files = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "new" / "folder").iterdir()}
    assert set(files) == {"provinces.csv", "line.csv"}
    assert files["provinces.csv"].splitlines()[0] == ",".join(PROVINCE_COLUMNS)
    assert files["line.csv"].splitlines() == [",".join(LINE_COLUMNS), *(",".join(row) for row in line)]


def test_the_basis_is_said_in_one_sentence() -> None:
    drawn = forecast(Question(published_history(), 2023, 2024), 10, 1)
    assert "4 trên 63 tổng điểm năm 2023" in basis(drawn)
    assert "3 lần thay đổi" in basis(drawn)
