"""`python -m scoring outlook` from outside: files, exit status, faults."""

import csv
from pathlib import Path

import pytest

from scoring.__main__ import main
from tests.scoring.outlook.facts import NATIONAL, OURS, PUBLISHED


def call(out: Path, *more: str, published: Path = PUBLISHED, base: int = 2023, target: int = 2024) -> int:
    return main(
        [
            "outlook", "--published", str(published), "--national", str(NATIONAL), "--base-year", str(base),
            "--target-year", str(target), "--draws", "2000", "--out", str(out), *more,
        ]
    )  # fmt: skip


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_both_files_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(tmp_path / "out") == 0
    assert "4 trên 63" in capsys.readouterr().out
    provinces, line = rows(tmp_path / "out" / "provinces.csv"), rows(tmp_path / "out" / "line.csv")
    assert list(provinces[0]) == [
        "province", "score_p05", "score_p25", "score_p50", "score_p75", "score_p95", "rank_p05", "rank_p50", "rank_p95",
        "p_top15",
    ]  # fmt: skip
    assert list(line[0]) == ["rank", "score_p05", "score_p50", "score_p95"]
    assert len(provinces) == len(line) == 63
    assert OURS in [row["province"] for row in provinces]
    assert sum(float(row["p_top15"]) for row in provinces) == pytest.approx(15, abs=0.1)
    middle = [float(row["score_p50"]) for row in line]
    assert middle == sorted(middle, reverse=True)


def test_a_seed_repeats_the_files_and_deleting_later_rows_changes_nothing(tmp_path: Path) -> None:
    shorter = tmp_path / "shorter.csv"
    lines = PUBLISHED.read_text(encoding="utf-8").splitlines(keepends=True)
    shorter.write_text("".join(line for line in lines if not line.startswith("2023")), encoding="utf-8")
    assert call(tmp_path / "a", base=2022) == 0
    assert call(tmp_path / "b", base=2022, published=shorter) == 0
    assert call(tmp_path / "c", "--seed", "2", base=2022) == 0
    for name in ("provinces.csv", "line.csv"):
        first, second, third = ((tmp_path / folder / name).read_bytes() for folder in "abc")
        assert first == second
        assert first != third


def test_a_bad_file_writes_nothing_and_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(PUBLISHED.read_text(encoding="utf-8").replace("0.8340", "8.340"), encoding="utf-8")
    assert call(tmp_path / "out", published=bad) == 1
    assert f"{bad}:" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert call(tmp_path / "out", published=tmp_path / "missing.csv") == 1
    assert "không mở được tệp" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_a_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert call(tmp_path / "file" / "out") == 1
    assert "không ghi được tệp" in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong", [["--draws", "0"], ["--draws", "1e5"], ["--seed", "-1"], ["--target-year", "2023"], ["--draws", "2000000"]]
)
def test_a_wrong_call_leaves_with_two(tmp_path: Path, wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        call(tmp_path / "out", *wrong)
    assert left.value.code == 2
    assert capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_national_table_may_be_left_out(tmp_path: Path) -> None:
    chosen = ["--published", str(PUBLISHED), "--base-year", "2022", "--target-year", "2023", "--draws", "500"]
    assert main(["outlook", *chosen, "--out", str(tmp_path)]) == 0
    assert len(rows(tmp_path / "provinces.csv")) == 63


def test_the_back_test_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    chosen = ["--published", str(PUBLISHED), "--national", str(NATIONAL), "--draws", "500"]
    assert main(["outlook-backtest", *chosen]) == 0
    text = capsys.readouterr().out
    assert "### Năm 2022, dự báo từ kết quả đến năm 2021" in text
    assert "### Năm 2023, dự báo từ kết quả đến năm 2022" in text
