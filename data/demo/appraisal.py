"""Invented rulings on a year of the demonstration data. Same seed, same sets: same rulings; none is a fact about a unit."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from criteria.model import Checklist, Count, CriteriaSet, Criterion, Judged, Level, Ratio, YesNo
from data.demo.facts import is_ratio, leaves
from data.demo.generate import GeneratedInput
from data.demo.tuning import TUNING, Array, Tuning, stream
from data.models import LEVELS, RulingKind
from data.reference import ReferenceUnit

Content = Mapping[str, float | str]
REASONS: Mapping[RulingKind, str] = {
    RulingKind.AGREE: "Kết luận trình diễn: số liệu khớp với tài liệu.",
    RulingKind.GIVE_POINTS: "Kết luận trình diễn: cho điểm theo đề nghị.",
    RulingKind.CORRECT: "Kết luận trình diễn: tài liệu chỉ chứng minh được một phần số liệu.",
    RulingKind.REJECT_EVIDENCE: "Kết luận trình diễn: tài liệu không chứng minh được nội dung này.",
}


class GeneratedRuling(NamedTuple):
    """One invented ruling on a criterion of a unit. content: the inputs that it rests on, by key."""

    unit: ReferenceUnit
    criterion: str
    kind: RulingKind
    content: Content

    @property
    def reason(self) -> str:
        """Why, marked as invented."""
        return REASONS[self.kind]


def generate_rulings(
    sets: Mapping[Level, CriteriaSet],
    units: Sequence[ReferenceUnit],
    inputs: Sequence[GeneratedInput],
    tuning: Tuning = TUNING,
) -> list[GeneratedRuling]:
    """Invented rulings on everything that has points, of every unit below the province, at the end of the year.

    inputs: what `generate` made of the same sets and units. Some units claim too much more often than others, and some
    criteria are claimed too high more often; what was waived has no ruling.
    """
    reported: dict[tuple[ReferenceUnit, str], dict[str, float | str]] = defaultdict(dict)
    waived: set[tuple[ReferenceUnit, str]] = set()
    for row in sorted(inputs, key=lambda row: row.month):
        value = row.text if row.number is None else row.number
        if value is None:
            waived.add((row.unit, row.criterion))
        else:
            reported[row.unit, row.criterion][row.input_key] = value
    ordered = sorted(units, key=lambda unit: (unit.code, unit.valid_from))
    return [
        GeneratedRuling(unit, criterion.code, *_ruling(criterion, reported[unit, criterion.code], draws))
        for level in LEVELS
        if level != "province" and level in sets
        for criterion, unit, draws in _drawn(sets[level], [u for u in ordered if u.level == level], tuning)
        if (unit, criterion.code) not in waived
    ]


class _Draws(NamedTuple):
    """What chance says of a criterion of a unit: whether its evidence fails, whether it was claimed too high, what is left."""

    fails: bool
    too_high: bool
    left: float


def _drawn(
    criteria_set: CriteriaSet, units: Sequence[ReferenceUnit], tuning: Tuning
) -> Iterator[tuple[Criterion, ReferenceUnit, _Draws]]:
    level, count = criteria_set.level, len(units)
    habit = stream(tuning, level, "claiming").normal(0.0, tuning.claiming_spread, count)
    for criterion in (c for g in criteria_set.groups if g.kind != "unscored" for c in g.criteria):
        rng = stream(tuning, level, "appraisal", criterion.code)
        chance: Array = tuning.claimed_too_high * np.exp(habit + rng.normal(0.0, tuning.claiming_spread))
        drawn, left = rng.random(count), rng.uniform(*tuning.left_by_appraisal, count)
        for i, unit in enumerate(units):
            failing = tuning.evidence_fails * chance[i]
            yield criterion, unit, _Draws(bool(drawn[i] < failing), bool(drawn[i] < chance[i]), float(left[i]))


def _ruling(criterion: Criterion, reported: Content, draws: _Draws) -> tuple[RulingKind, Content]:
    if any(isinstance(leaf.rule, Judged) for leaf in leaves(criterion)):
        return RulingKind.GIVE_POINTS, reported
    # A penalty is not claimed.
    if not draws.too_high or criterion.max_points < 0:
        return RulingKind.AGREE, reported
    lowered = _lowered(criterion, reported, draws.left)
    if draws.fails or lowered == reported:
        return RulingKind.REJECT_EVIDENCE, {}
    return RulingKind.CORRECT, lowered


def _lowered(criterion: Criterion, reported: Content, left: float) -> Content:
    """What is left of figures when a part of them is not proved; as it was where no figure can be less."""
    result = dict(reported)
    for leaf in leaves(criterion):
        match leaf.rule:
            case YesNo() | Checklist():
                keys = [k for k in reported if k.startswith(leaf.prefix) and reported[k] == "yes"]
                result.update(dict.fromkeys(keys[-1:], "no"))
            case Count():
                _lower(result, f"{leaf.prefix}value", left)
            case rule if is_ratio(rule) and not (isinstance(rule, Ratio) and rule.direction == "down"):
                _lower(result, f"{leaf.prefix}a", left)
            case _:
                pass
    return result


def _lower(content: dict[str, float | str], key: str, left: float) -> None:
    value = content.get(key)
    if isinstance(value, float | int):
        content[key] = float(int(value * left))
