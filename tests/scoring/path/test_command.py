"""`python -m scoring path`: files, exit status, what is printed."""

from pathlib import Path

import pytest

from scoring.__main__ import main

STEPS = "step,group,effort,points\n1,A,2,1.50\n2,A,5,3\n1,B,10,0.10\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "steps.csv").write_text(STEPS, encoding="utf-8-sig")
    return tmp_path


def run(folder: Path, points: str) -> int:
    return main(["path", "--steps", str(folder / "steps.csv"), "--points", points, "--out", str(folder / "plan.csv")])


def test_the_chosen_rows_as_they_were_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "3.1") == 0
    assert (folder / "plan.csv").read_text(encoding="utf-8") == "group,step,points,effort\nA,2,3,5\nB,1,0.10,10\n"
    assert capsys.readouterr().out == "Tổng điểm: 3.1\nTổng nguồn lực: 15\n"
    assert sorted(p.name for p in folder.iterdir()) == ["plan.csv", "steps.csv"]


def test_nothing_is_needed_for_no_points(folder: Path) -> None:
    assert run(folder, "0") == 0
    assert (folder / "plan.csv").read_text(encoding="utf-8") == "group,step,points,effort\n"


def test_out_of_reach_is_3_with_the_reachable_maximum(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "3.11") == 3
    out, err = capsys.readouterr()
    assert out == "Số điểm cao nhất đạt được: 3.1\n"
    assert err.startswith("Không đạt được 3.11 điểm: ")
    assert "nhiều nhất là 3.1 điểm" in err
    assert not (folder / "plan.csv").exists()


def test_a_bad_file_is_1_and_leaves_an_older_plan_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "plan.csv").write_text("older", encoding="utf-8")
    (folder / "steps.csv").write_text(STEPS + "2,B,1,\n", encoding="utf-8")
    assert run(folder, "1") == 1
    assert "steps.csv:5: points: ô để trống" in capsys.readouterr().err
    assert (folder / "plan.csv").read_text(encoding="utf-8") == "older"


def test_files_that_cannot_be_opened_or_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = str(folder / "none.csv")
    assert main(["path", "--steps", missing, "--points", "1", "--out", str(folder / "plan.csv")]) == 1
    assert f"{missing}:1: -: không mở được tệp" in capsys.readouterr().err
    nowhere = str(folder / "no" / "plan.csv")
    assert main(["path", "--steps", str(folder / "steps.csv"), "--points", "1", "--out", nowhere]) == 1
    assert "không ghi được tệp" in capsys.readouterr().err


def test_points_that_are_no_number_are_a_wrong_call(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        run(folder, "3,1")
    assert left.value.code == 2
    assert "'3,1' không phải là số" in capsys.readouterr().err
