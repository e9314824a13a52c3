"""What the audit log says of a scenario: place by place, what it said before and what it says now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.audit import number_text
from criteria.levels import level_names
from data.audit import Change
from data.models import RankingList
from data.repositories import PeriodRecord, periods
from language import _, format_month
from scoring.scenarios import (
    ComponentShare,
    IndexScore,
    InputChange,
    Override,
    Scenario,
    TargetChange,
    WeightFactor,
)


@dataclass(frozen=True, slots=True)
class Stand:
    """A saved scenario at a moment."""

    name: str
    period_id: int
    month: int
    base_year: int
    scenario: Scenario


def _row(override: Override, lists: Mapping[str, str]) -> tuple[str, str]:
    """Where a row of a scenario changes something, and what to. lists: names of ranking lists by code."""
    match override:
        case InputChange(unit=unit, criterion=code, key=key, value=value):
            return f"{unit} · {code} · {key}", value if isinstance(value, str) else number_text(value)
        case TargetChange(where=where, criterion=code, target=target):
            where = _("mọi đơn vị của khối «{name}»").format(name=lists[where]) if where in lists else where
            return _("{where} · mức đạt của {code}").format(where=where, code=code), number_text(target)
        case ComponentShare(criterion=code, share=share):
            return _("phần điểm tối đa của {code}").format(code=code), number_text(share)
        case IndexScore(index=code, score=score):
            return _("điểm chỉ số chính {code}").format(code=code), number_text(score)
        case WeightFactor(level=level, node=node, factor=factor):
            place = _("{level} · hệ số điểm tối đa của {node}").format(level=level_names()[level], node=node)
            return place, number_text(factor)


def _stated(stand: Stand | None, known: Mapping[int, PeriodRecord], lists: Mapping[str, str]) -> dict[str, str]:
    """What a scenario says, place by place; nothing of none."""
    if stand is None:
        return {}
    period, pace, cut = known[stand.period_id], stand.scenario.pace, stand.scenario.cut
    return {
        _("tên"): stand.name,
        _("kỳ số liệu"): f"{period.name} ({format_month(period.year, stand.month)})",
        _("năm gốc"): str(stand.base_year),
        _("nhịp của các tỉnh khác"): _("đứng yên") if pace.frozen else number_text(pace.growth),
        _("phần điểm tăng bị trừ khi thẩm định"): "; ".join(map(number_text, (cut.low, cut.mode, cut.high))),
        **dict(_row(override, lists) for override in stand.scenario.overrides),
    }


def scenario_changes(session: Session, before: Stand | None, after: Stand | None) -> Iterator[Change]:
    """What became of a scenario. before, after: None where there is none, or where its content cannot be read."""
    known = {period.id: period for period in periods(session)}
    lists = {row.code: row.name_vi for row in session.scalars(select(RankingList))}
    old, new = (_stated(stand, known, lists) for stand in (before, after))
    for place in dict.fromkeys([*old, *new]):
        if old.get(place) != new.get(place):
            yield Change(place, old.get(place), new.get(place))
