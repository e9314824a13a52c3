"""The checker: one bad set per refusal, and sets that must pass."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria import CriteriaSetError, load, read_file, read_text
from criteria.__main__ import main
from scoring.compiled import compile_set
from scoring.engine import score
from scoring.inputs import Inputs

TESTS = Path(__file__).parent.parent
BAD_SETS = sorted((TESTS / "bad_sets").glob("*.yaml"))
PLAIN = """\
id: test-2024
level: department
year: 2024
groups:
  - code: NT
    name: Nhận thức số
    criteria:
      - code: NT.1
        name: Số cuộc họp
        max_points: 10
        rule: {type: count, full_at: 5}
"""


def _expected(file: Path) -> dict[str, str]:
    head = [line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("# expect ")]
    return dict(line.removeprefix("# expect ").split(": ", 1) for line in head)


@pytest.mark.parametrize("file", BAD_SETS, ids=lambda file: file.stem)
def test_bad_set_is_refused_with_line_and_words(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expected = _expected(file)
    assert {"line", "words"} <= expected.keys()
    assert main(["check", str(file)]) == 1
    faults = capsys.readouterr().out.splitlines()
    start = f"{file}:{expected['line']}: " + (f"{expected['code']}: " if "code" in expected else "")
    assert [f for f in faults if f.startswith(start) and expected["words"] in f], "\n".join(faults)


@pytest.mark.parametrize("file", BAD_SETS, ids=lambda file: file.stem)
def test_bad_set_has_no_fault_on_another_line(file: Path) -> None:
    reading = read_file(file)
    assert reading.criteria_set is None
    assert {fault.line for fault in reading.faults} == {int(_expected(file)["line"])}


def test_every_fault_is_reported_in_the_order_of_lines() -> None:
    text = PLAIN.replace("year: 2024", "year: 24").replace("max_points: 10", "max_points: -1").replace("5}", "0}")
    assert [fault.line for fault in read_text(text, "x.yaml").faults] == [3, 11]
    only_content = PLAIN.replace("max_points: 10", "max_points: -1") + PLAIN[PLAIN.index("      - code") :]
    assert [fault.line for fault in read_text(only_content, "x.yaml").faults] == [10, 12]


def test_faults_read_as_file_line_code_sentence() -> None:
    (fault,) = read_text(PLAIN.replace("max_points: 10", "max_points: -1"), "x.yaml").faults
    assert str(fault).startswith("x.yaml:10: NT.1: ")
    assert str(fault).endswith(".")


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("id: test-2024\n", "", 1),
        ("level: department\n", "", 1),
        ("year: 2024\n", "", 1),
        (PLAIN[PLAIN.index("groups") :], "", 1),
    ],
    ids=["id", "level", "year", "groups"],
)
def test_required_key_of_the_set_is_missed(old: str, new: str, line: int) -> None:
    faults = read_text(PLAIN.replace(old, new), "x.yaml").faults
    assert [(fault.line, "thiếu khóa bắt buộc" in fault.message) for fault in faults] == [(line, True)]


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "chỉ một dòng chữ\n", "# chỉ có chú thích\n"])
def test_file_that_is_no_set(text: str) -> None:
    (fault,) = read_text(text, "x.yaml").faults
    assert (fault.line, "tệp không phải là một bộ chỉ số" in fault.message) == (1, True)


def test_bytes_that_are_not_utf8_are_named_by_line(tmp_path: Path) -> None:
    file = tmp_path / "set.yaml"
    file.write_bytes(PLAIN.encode().replace("Nhận thức số".encode(), b"Nh\xe2n"))
    (fault,) = read_file(file).faults
    assert (fault.line, "UTF-8" in fault.message) == (6, True)


def test_file_that_is_not_there(tmp_path: Path) -> None:
    (fault,) = read_file(tmp_path / "none.yaml").faults
    assert "không mở được tệp" in fault.message
    with pytest.raises(CriteriaSetError, match="không mở được tệp") as caught:
        load(tmp_path / "none.yaml")
    assert caught.value.faults == (fault,)


def test_several_files_are_all_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = tmp_path / "good.yaml"
    good.write_text(PLAIN, encoding="utf-8")
    assert main(["check", str(good), str(BAD_SETS[0]), str(BAD_SETS[1])]) == 1
    out = capsys.readouterr().out
    assert all(str(file) in out for file in (good, BAD_SETS[0], BAD_SETS[1]))
    assert main(["check", str(good)]) == 0


def test_criterion_without_a_source_is_remarked_not_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    reading = read_text(PLAIN, "x.yaml")
    assert reading.criteria_set is not None
    assert [remark.line for remark in reading.remarks] == [8]
    file = tmp_path / "good.yaml"
    file.write_text(PLAIN, encoding="utf-8")
    main(["check", str(file)])
    assert "chưa ghi nguồn" in capsys.readouterr().err


def test_set_with_every_rule_passes_without_remark() -> None:
    reading = read_file(TESTS / "rulebook" / "every_rule.yaml")
    assert (reading.faults, reading.remarks) == ((), ())
    assert reading.criteria_set is not None
    assert {c.rule.type for c in reading.criteria_set.criteria} == {
        "ratio", "bands", "choice", "checklist", "count", "best_relative", "min_max", "deadline", "yes_no", "judged",
        "parts",
    }  # fmt: skip
    assert {g.kind for g in reading.criteria_set.groups} == {"scored", "adjustment", "unscored"}


def test_provincial_set_with_every_roll_up_passes() -> None:
    reading = read_file(TESTS / "rulebook" / "every_rollup.yaml")
    assert reading.faults == ()
    assert reading.criteria_set is not None
    assert {c.rollup.how for c in reading.criteria_set.criteria if c.rollup} == {
        "ratio_of_sums", "sum", "mean", "share_meeting", "entry",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("code: NT.1", "code: P2P"),
        ("code: NT.1", "code: 4.22.11"),
        ("code: NT.1", 'code: "4.10"'),
        ("code: NT\n", 'code: "4"\n'),
        ("max_points: 10", "max_points: 10\n        plan_target: null"),
        ("max_points: 10", "max_points: 10\n        plan_target: T09"),
        ("max_points: 10", "max_points: 0"),
        ("max_points: 10", "max_points: 0.333333333333"),
        ("max_points: 10", "max_points: 1e-3"),
        ("{type: count, full_at: 5}", "{type: deadline, due: 2024-12-15, lose_per_day: 0.1}"),
        ("{type: count, full_at: 5}", '{type: deadline, due: "2024-12-15", lose_per_day: 1}'),
        ("{type: count, full_at: 5}", "{type: choice, options: {yes: 1, no: 0, on: 0.5}}"),
        ("{type: count, full_at: 5}", "{type: checklist, items: {a: 0.1, b: 0.2, c: 0.3, d: 0.4}}"),
        ("{type: count, full_at: 5}", "{type: checklist, items: {a: 0.2, b: 0.2}}"),
        ("{type: count, full_at: 5}", "{type: min_max, direction: down}"),
        ("{type: count, full_at: 5}", "{type: min_max, goalposts: [-10, 10]}"),
        ("{type: count, full_at: 5}", "{type: bands, of: value, steps: [{from: 0, fraction: 0.5}, {from: -3, fraction: 0.2}]}"),
        ("year: 2024", "year: 2024\nbands: []"),
        ("year: 2024", "year: 2024\nscale: 1\nrank_precision: 4"),
        ("year: 2024", "year: 2024\nrank_precision: 0"),
        ("year: 2024", "year: 2024\ntitle: Chỉ một tên"),
        ("    name: Nhận thức số\n", "    name: Nhận thức số\n    kind: adjustment\n"),
        ("    name: Nhận thức số\n", "    name: Nhận thức số\n    kind: adjustment\n    cap: {bonus: 0}\n"),
        ("    name: Nhận thức số\n", "    name: Nhận thức số\n    kind: unscored\n"),
    ],
)  # fmt: skip
def test_good_set_passes(old: str, new: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert old in PLAIN
    file = tmp_path / "set.yaml"
    file.write_text(PLAIN.replace(old, new), encoding="utf-8-sig")
    assert main(["check", str(file)]) == 0, capsys.readouterr().out


def test_codes_stay_text() -> None:
    reading = read_text(PLAIN.replace("code: NT.1", "code: 4.22.11"), "x.yaml")
    assert reading.criteria_set is not None
    assert reading.criteria_set.criteria[0].code == "4.22.11"


def test_code_read_as_number_is_not_proposed_with_a_lost_zero() -> None:
    (fault,) = read_text(PLAIN.replace("code: NT.1", "code: 4.10"), "x.yaml").faults
    assert 'code: "4.1"' not in fault.message


def test_nested_brackets_without_end_are_a_fault_not_a_crash() -> None:
    (fault,) = read_text("id: " + "[" * 5_000 + "]" * 5_000, "x.yaml").faults
    assert "lồng quá sâu" in fault.message


def test_file_above_five_megabytes_is_refused() -> None:
    (fault,) = read_text(PLAIN + "#" + "x" * 5_000_000, "x.yaml").faults
    assert "lớn hơn 5 MB" in fault.message


ODD_VALUES = [
    None, [], {}, "", -1, 0, 1.5, True, "x", 10**400, 10**16, float("nan"), float("inf"), 1e20, 5e-324, [1], {1: 2},
    {None: 1}, {"vi": 1}, [[1]], "a b", [{}], "TOTAL", "A.1",
]  # fmt: skip


def _places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    for step, item in value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ()):
        yield (*path, step)
        yield from _places(item, (*path, step))


@settings(max_examples=150, deadline=None)
@given(st.data(), st.sampled_from(["every_rule", "every_rollup"]), st.sampled_from(ODD_VALUES), st.booleans())
def test_no_odd_value_breaks_the_checker_and_what_it_passes_can_be_scored(
    draws: st.DataObject, name: str, value: object, remove: bool
) -> None:
    data = yaml.safe_load((TESTS / "rulebook" / f"{name}.yaml").read_text(encoding="utf-8"))
    path = draws.draw(st.sampled_from(list(_places(data))))
    place: Any = data
    for step in path[:-1]:
        place = place[step]
    if remove:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    reading = read_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "x.yaml")
    assert (reading.criteria_set is None) == bool(reading.faults)
    if reading.criteria_set is not None:
        ready = compile_set(reading.criteria_set)
        shape = (2, len(ready.columns))
        book = score(Inputs.from_arrays(ready, ("U", "T"), np.zeros(shape), np.ones(shape, bool)))
        assert ((book.total >= 0) & (book.total <= ready.scale)).all()
