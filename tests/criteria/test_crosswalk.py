"""Which inputs go from one version into another: same code and meaning, or the explicit table. Worked by hand."""

from typing import Any

import pytest
from hypothesis import given, settings

from criteria import CriteriaSet
from criteria.crosswalk import CrosswalkError, Rename, Why, crosswalk, fitting_crosswalk, input_kinds, version_of
from tests.criteria.drawn_sets import sets
from tests.scoring.builders import build, criterion, group

COUNT = {"type": "count", "full_at": 10}
RATIO = {"type": "ratio"}


def noted(code: str, rule: dict[str, Any], points: float = 10, **more: Any) -> dict[str, Any]:
    """A criterion whose inputs are named after their keys."""
    keys = ("a", "b") if rule["type"] == "ratio" else ("value",)
    note = more.pop("note_of", {})
    inputs = {key: {"name": f"Số liệu {key}", "unit": "hồ sơ", **note} for key in keys}
    return criterion(code, points, rule, inputs=inputs, **more)


def one(*criteria: dict[str, Any], version: str = "1.0") -> CriteriaSet:
    """A set of one group."""
    return build(group("G", *criteria), version=version)


def test_same_code_key_and_meaning_goes_over() -> None:
    table = crosswalk(one(noted("C.1", RATIO)), one(noted("C.1", RATIO, 20), version="2.0"))
    assert table.inputs == {("C.1", "a"): ("C.1", "a"), ("C.1", "b"): ("C.1", "b")}
    assert (table.old, table.new) == (("test", "1.0"), ("test", "2.0"))
    assert (table.lost, table.dropped, table.criteria) == ((), (), {"C.1": "C.1"})


@pytest.mark.parametrize(
    ("old", "new", "why", "sentence"),
    [
        (noted("C.9", COUNT), noted("C.1", COUNT), "new", "bộ cũ không có"),
        (noted("C.1", RATIO), noted("C.1", COUNT), "new", "bộ cũ không có"),
        (noted("C.1", {"type": "yes_no"}), noted("C.1", COUNT), "kind", "bộ cũ nhận loại giá trị khác"),
        (
            noted("C.1", COUNT),
            noted("C.1", COUNT, note_of={"name": "Tên khác"}),
            "meaning",
            "bộ cũ gọi tên khác; nếu vẫn là một thì ghi vào bảng đối chiếu",
        ),
        (noted("C.1", COUNT), noted("C.1", COUNT, note_of={"unit": "người"}), "unit", "bộ cũ dùng đơn vị tính khác"),
        (
            noted("C.1", COUNT, measure="flow"),
            noted("C.1", COUNT, measure="stock"),
            "measure",
            "bộ cũ lấy số liệu theo cách khác (lũy kế, tại ngày chốt)",
        ),
        (
            noted("C.1", COUNT, coverage="own"),
            noted("C.1", COUNT, coverage="area"),
            "coverage",
            "bộ cũ lấy số liệu ở phạm vi khác",
        ),
        (
            noted("C.1", {"type": "judged"}, 5),
            noted("C.1", {"type": "judged"}, 8),
            "points",
            "điểm hội đồng cho theo mức tối đa khác",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)
def test_what_does_not_go_over_says_why(old: dict[str, Any], new: dict[str, Any], why: Why, sentence: str) -> None:
    table = crosswalk(one(old), one(new, version="2.0"))
    (lost,) = table.lost
    assert (lost.place, lost.why) == (("C.1", "value"), why)
    assert (lost.place, lost.reason) == (("C.1", "value"), sentence)
    assert table.inputs == {}
    assert table.new_criteria == ("C.1",)
    assert table.dropped_criteria == (old["code"],)


def test_a_shared_fact_goes_over_under_another_name() -> None:
    old = noted("C.1", COUNT, note_of={"name": "Hồ sơ", "fact": "ho-so"})
    new = noted("C.1", COUNT, note_of={"name": "Số hồ sơ đã nhận", "fact": "ho-so"})
    assert crosswalk(one(old), one(new)).lost == ()
    other = noted("C.1", COUNT, note_of={"name": "Hồ sơ", "fact": "ho-so-khac"})
    assert [lost.why for lost in crosswalk(one(old), one(other)).lost] == ["meaning"]


def test_case_and_diacritics_of_a_name_do_not_count() -> None:
    old, new = (noted("C.1", COUNT, note_of={"name": name}) for name in ("Số hồ sơ", "SO HO SO"))
    assert crosswalk(one(old), one(new)).lost == ()


def test_without_notes_the_name_of_the_criterion_counts() -> None:
    old, new = criterion("C.1", 5, COUNT), {**criterion("C.1", 5, COUNT), "name": "Tên khác"}
    assert [lost.why for lost in crosswalk(one(old), one(new)).lost] == ["meaning"]


def test_a_renamed_criterion_goes_over_whole_whatever_it_is_called() -> None:
    old, new = one(noted("C.1", RATIO)), one(noted("D.7", RATIO, note_of={"unit": "bộ"}))
    table = crosswalk(old, new, [Rename("C.1", "D.7")])
    assert table.inputs == {("D.7", "a"): ("C.1", "a"), ("D.7", "b"): ("C.1", "b")}
    assert (table.lost, table.dropped, table.criteria) == ((), (), {"D.7": "C.1"})


def test_a_renamed_criterion_loses_what_is_of_another_kind_and_says_so() -> None:
    old, new = one(noted("C.1", COUNT)), one(noted("D.7", {"type": "yes_no"}))
    (lost,) = crosswalk(old, new, [Rename("C.1", "D.7")]).lost
    assert lost.why == "kind"
    judged = [one(noted(code, {"type": "judged"}, points)) for code, points in (("C.1", 5), ("D.7", 8))]
    (lost,) = crosswalk(judged[0], judged[1], [Rename("C.1", "D.7")]).lost
    assert lost.why == "points"


def test_a_code_that_is_used_again_does_not_take_the_figure_of_the_one_that_moved() -> None:
    old, new = one(noted("C.1", COUNT)), one(noted("C.1", COUNT), noted("C.2", COUNT))
    table = crosswalk(old, new, [Rename("C.1", "C.2")])
    assert table.inputs == {("C.2", "value"): ("C.1", "value")}
    assert [(lost.place, lost.why) for lost in table.lost] == [(("C.1", "value"), "moved")]


def test_two_criteria_may_change_places() -> None:
    old, new = (one(noted("C.1", COUNT), noted("C.2", COUNT), version=v) for v in ("1.0", "2.0"))
    table = crosswalk(old, new, [Rename("C.1", "C.2"), Rename("C.2", "C.1")])
    assert table.criteria == {"C.1": "C.2", "C.2": "C.1"}
    assert table.lost == ()


def test_a_single_input_may_go_elsewhere() -> None:
    old, new = one(noted("C.1", RATIO)), one(noted("C.1", RATIO), noted("C.2", COUNT))
    table = crosswalk(old, new, [Rename("C.1", "C.2", "b", "value")])
    assert table.inputs == {("C.1", "a"): ("C.1", "a"), ("C.2", "value"): ("C.1", "b")}
    assert [(lost.place, lost.why) for lost in table.lost] == [(("C.1", "b"), "moved")]


def test_a_criterion_fed_by_two_has_no_counterpart() -> None:
    old, new = one(noted("C.1", COUNT), noted("C.2", COUNT)), one(noted("D.1", RATIO))
    table = crosswalk(old, new, [Rename("C.1", "D.1", "value", "a"), Rename("C.2", "D.1", "value", "b")])
    assert len(table.inputs) == 2
    assert table.criteria == {}


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([Rename("C.8", "D.1")], "Chỉ số 'C.8' không có trong bộ chỉ số test; hãy sửa bảng đối chiếu."),
        ([Rename("C.1", "D.8")], "Chỉ số 'D.8' không có trong bộ chỉ số test; hãy sửa bảng đối chiếu."),
        (
            [Rename("C.1", "D.1"), Rename("C.2", "D.1")],
            "D.1 có hai nguồn trong bảng đối chiếu; hãy giữ một.",
        ),
        (
            [Rename("C.1", "D.1", "a", "value")],
            "Số liệu 'a' không có trong chỉ số C.1; chỉ số này dùng: value.",
        ),
        (
            [Rename("C.1", "D.1", None, "value")],
            "Dòng C.1 → D.1 có tên số liệu mới mà không có tên cũ; hãy ghi cả hai.",
        ),
        (
            [Rename("C.1", "D.2", "value", "value")],
            "C.1.value và D.2.value không cùng loại giá trị nên không chuyển được.",
        ),
    ],
)
def test_a_table_that_does_not_fit_is_refused_in_sentences(lines: list[Rename], sentence: str) -> None:
    old = one(noted("C.1", COUNT), noted("C.2", COUNT))
    new = one(noted("D.1", COUNT), noted("D.2", {"type": "yes_no"}))
    with pytest.raises(CrosswalkError) as caught:
        crosswalk(old, new, lines)
    assert caught.value.faults == (sentence,)


def test_lines_that_fit_are_kept_and_the_others_are_told() -> None:
    old, new = one(noted("C.1", COUNT), noted("C.2", COUNT)), one(noted("D.1", COUNT))
    lines = [Rename("C.9", "D.1"), Rename("C.1", "D.1"), Rename("C.2", "D.1")]
    table, refused = fitting_crosswalk(old, new, lines)
    assert table.criteria == {"D.1": "C.1"}
    assert refused == (
        "Chỉ số 'C.9' không có trong bộ chỉ số test; hãy sửa bảng đối chiếu.",
        "D.1 có hai nguồn trong bảng đối chiếu; hãy giữ một.",
    )


@settings(max_examples=40, deadline=None)
@given(sets())
def test_from_a_set_to_itself_everything_goes_over(drawn: CriteriaSet) -> None:
    table = crosswalk(drawn, drawn)
    places = [(c.code, key) for c in drawn.criteria for key in input_kinds(c.rule)]
    assert list(table.inputs.items()) == [(place, place) for place in places]
    assert (table.lost, table.dropped) == ((), ())


@settings(max_examples=40, deadline=None)
@given(sets(), sets())
def test_every_input_is_carried_or_lost_and_every_old_one_used_or_dropped(old: CriteriaSet, new: CriteriaSet) -> None:
    table = crosswalk(old, new)
    assert (table.old, table.new) == (version_of(old), version_of(new))
    new_places = {(c.code, key) for c in new.criteria for key in input_kinds(c.rule)}
    old_places = {(c.code, key) for c in old.criteria for key in input_kinds(c.rule)}
    assert set(table.inputs) | {lost.place for lost in table.lost} == new_places
    assert set(table.inputs.values()) | set(table.dropped) == old_places
    assert not set(table.inputs.values()) & set(table.dropped)
