"""What makes a well-formed criteria set more than its shape: the rules that the checker holds it to."""

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise

from criteria.model import (
    BandSteps,
    BestRelative,
    Checklist,
    Choice,
    Count,
    Criterion,
    Group,
    Level,
    MinMax,
    Parts,
    Ratio,
    RollUp,
    Rule,
    input_keys,
)
from language import _, format_number

Path = tuple[str | int, ...]
Finding = tuple[Path, str]

SUM_TOLERANCE = 1e-9
"""Sums of fractions written in decimals may miss 1 by this much in binary."""


def _sum_finding(fractions: Mapping[str, float], what: str) -> Iterator[str]:
    total = math.fsum(fractions.values())
    if total > 1 + SUM_TOLERANCE:
        yield _("{what} cộng lại bằng {total}; phải không quá 1.").format(what=what, total=format_number(total))


def rule_findings(rule: Rule, level: Level) -> Iterator[Finding]:
    """Faults of one rule, each with its path inside the rule."""
    match rule:
        case Ratio(direction="down") if rule.full_at != 1:
            yield ("full_at",), _("full_at không đi cùng direction: down; hãy bỏ full_at.")
        case BandSteps():
            for i, (upper, lower) in enumerate(pairwise(rule.steps)):
                if lower.reached >= upper.reached:
                    yield (
                        ("steps", i + 1, "from"),
                        _("bậc bắt đầu từ {lower} đứng sau bậc từ {upper}; các bậc phải xếp từ cao xuống thấp.").format(
                            lower=format_number(lower.reached), upper=format_number(upper.reached)
                        ),
                    )
                if lower.fraction >= upper.fraction:
                    yield (
                        ("steps", i + 1, "fraction"),
                        _(
                            "tỷ lệ điểm {lower} không nhỏ hơn tỷ lệ {upper} của bậc trên; tỷ lệ điểm phải giảm theo bậc."
                        ).format(lower=format_number(lower.fraction), upper=format_number(upper.fraction)),
                    )
        case Choice():
            for option in rule.options:
                if option != option.strip() or option.casefold() == "n/a":
                    yield (
                        ("options", option),
                        _(
                            "lựa chọn {option!r} không nhập được: không dùng n/a, không để dấu cách ở đầu và cuối."
                        ).format(option=option),
                    )
        case Checklist():
            for message in _sum_finding(rule.items, _("các mục của danh mục")):
                yield ("items",), message
        case MinMax(goalposts=None) if level == "province":
            yield (
                (),
                _(
                    "bộ chỉ số cho một đơn vị duy nhất không có đơn vị khác để so sánh; hãy cho goalposts: [thấp nhất, cao nhất]."
                ),
            )
        case MinMax(goalposts=(lo, hi)) if lo >= hi:
            yield (
                ("goalposts",),
                _("mốc thấp {lo} không nhỏ hơn mốc cao {hi}; hãy viết goalposts: [thấp nhất, cao nhất].").format(
                    lo=format_number(lo), hi=format_number(hi)
                ),
            )
        case BestRelative() if level == "province":
            yield (
                (),
                _(
                    "bộ chỉ số cho một đơn vị duy nhất không có đơn vị tốt nhất để so sánh; hãy dùng count với full_at hoặc min_max với goalposts."
                ),
            )
        case Parts():
            keys = [part.key for part in rule.parts]
            for i, key in enumerate(keys):
                if key in keys[:i]:
                    yield (
                        ("parts", i, "key"),
                        _("khóa {key!r} của phần bị lặp; mỗi phần cần một khóa riêng.").format(key=key),
                    )
            for message in _sum_finding({f"{i}": p.fraction for i, p in enumerate(rule.parts)}, _("các phần")):
                yield ("parts",), message
            for i, part in enumerate(rule.parts):
                for path, message in rule_findings(part.rule, level):
                    yield ("parts", i, "rule", *path), message
        case _:
            return


def _rollup_findings(rollup: RollUp, criterion: Criterion, level: Level) -> Iterator[Finding]:
    if level != "province":
        yield (), _("chỉ bộ chỉ số cấp tỉnh mới có rollup; hãy bỏ khóa này.")
    if (rollup.how == "entry") == bool(rollup.sources):
        yield ("from",), _("how: entry không có nguồn from, còn các cách khác phải có ít nhất một nguồn.")
    for i, source in enumerate(rollup.sources):
        if source.count("/") != 1 or not all(source.split("/")):
            yield (
                ("from", i),
                _(
                    "nguồn {source!r} không đúng dạng; hãy viết mã bộ chỉ số/mã chỉ số, ví dụ district-2024/CQ.1."
                ).format(source=source),
            )
    keys = set(input_keys(criterion.rule))
    needed = {
        "ratio_of_sums": {"a", "b"},
        "share_meeting": {"a", "b"},
        "sum": {"value"},
        "mean": {"value"},
    }.get(rollup.how)
    if needed is not None and keys != needed:
        yield (
            ("how",),
            _("cách tổng hợp {how} cho số liệu {needed}, nhưng quy tắc chấm cần {keys}.").format(
                how=rollup.how, needed=", ".join(sorted(needed)), keys=", ".join(sorted(keys))
            ),
        )
    if (rollup.how == "mean") != (rollup.weight is not None):
        yield (
            ("weight",),
            _("weight nói trung bình được tính theo trọng số nào: bắt buộc với how: mean, không dùng với cách khác."),
        )
    if rollup.meets_at is not None and rollup.how != "share_meeting":
        yield ("meets_at",), _("meets_at chỉ dùng với how: share_meeting; hãy bỏ khóa này.")


def _number_keys(rule: Rule, prefix: str = "") -> Iterator[str]:
    """Names of the inputs that hold a number found by the unit."""
    match rule:
        case Parts():
            for part in rule.parts:
                yield from _number_keys(part.rule, f"{prefix}{part.key}.")
        case Ratio() | BandSteps() | Count() | BestRelative() | MinMax():
            yield from input_keys(rule, prefix)
        case _:
            return


def criterion_findings(criterion: Criterion, group: Group, level: Level) -> Iterator[Finding]:
    """Faults of one criterion, each with its path inside the criterion."""
    if criterion.max_points < 0 and group.kind != "adjustment":
        yield (
            ("max_points",),
            _("điểm tối đa {points} âm; chỉ nhóm điểm thưởng, điểm trừ (kind: adjustment) mới có điểm âm.").format(
                points=format_number(criterion.max_points)
            ),
        )
    if abs(criterion.max_points) > 1_000_000:
        yield (
            ("max_points",),
            _("điểm tối đa {points} vượt quá 1.000.000, giới hạn để điểm còn tính được chính xác.").format(
                points=format_number(criterion.max_points)
            ),
        )
    for path, message in rule_findings(criterion.rule, level):
        yield ("rule", *path), message
    keys = set(input_keys(criterion.rule))
    for key in criterion.inputs:
        if key not in keys:
            yield (
                ("inputs", key),
                _("số liệu {key!r} không có trong quy tắc chấm; quy tắc này dùng: {keys}.").format(
                    key=key, keys=", ".join(sorted(keys))
                ),
            )
    numbers = set(_number_keys(criterion.rule))
    for key, note in criterion.inputs.items():
        if note.number is not None and key in keys - numbers:
            yield (
                ("inputs", key, "number"),
                _("số liệu {key!r} không phải là số nên không có loại số; hãy bỏ khóa này.").format(key=key),
            )
    if criterion.rollup is not None:
        for path, message in _rollup_findings(criterion.rollup, criterion, level):
            yield ("rollup", *path), message


def group_findings(group: Group) -> Iterator[Finding]:
    """Faults of a group's own fields."""
    if group.cap is not None and group.kind != "adjustment":
        yield (
            ("cap",),
            _("cap chỉ dùng cho nhóm điểm thưởng, điểm trừ (kind: adjustment); hãy bỏ cap hoặc đổi kind."),
        )
