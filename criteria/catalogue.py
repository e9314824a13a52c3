"""The reference sets of 2024, the plan they are drawn from, and the checks that hold them together."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import get_args

from criteria.levels import level_names
from criteria.loader import load
from criteria.model import CriteriaSet, Criterion, InputNote, Level, RollUp, Text, input_keys
from language import _, fold

_FOLDER = Path(__file__).parent
LEVELS: tuple[Level, ...] = get_args(Level)
"""Levels from the top: province, department, district, commune."""

_TWO_HEADINGS_ELEVEN = {"11-CQ": "11 (Chính quyền số)", "11-KT": "11 (Kinh tế số)"}


@dataclass(frozen=True)
class PlanTarget:
    """One of the 39 targets of the 2024 plan; main_index is empty for the goal itself (T39)."""

    code: str
    clause: str
    main_index: str
    name: Text
    comparator: str
    target: float
    unit: str
    measure: str
    note: str
    source: str


@dataclass(frozen=True)
class PlanBullet:
    """One bullet of part II or IV of the 2024 plan: our paraphrase, the levels that carry it out, its targets."""

    id: str
    part: str
    heading: str
    number: int
    summary: str
    levels: tuple[Level, ...]
    repeats: str | None
    targets: tuple[str, ...]

    @property
    def clause(self) -> str:
        """Where it stands in the plan, as papers cite it: mục II.11 (Chính quyền số), gạch đầu dòng thứ 3."""
        head = self.id.rpartition("/")[0].partition(".")[2]
        return _("mục {part}.{heading}, gạch đầu dòng thứ {number}").format(
            part=self.part, heading=_TWO_HEADINGS_ELEVEN.get(head, head), number=self.number
        )


@dataclass(frozen=True)
class Agency:
    """An agency that verifies figures."""

    code: str
    name: Text


@cache
def reference_sets() -> Mapping[str, CriteriaSet]:
    """The four reference sets of 2024 by their id, from the province down.

    Raises CriteriaSetError with every fault when a file is not sound.
    """
    sets = (load(_FOLDER / "sets" / f"{level}-2024.yaml") for level in LEVELS)
    return MappingProxyType({criteria_set.id: criteria_set for criteria_set in sets})


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@cache
def plan_targets() -> tuple[PlanTarget, ...]:
    """The 39 targets of the 2024 plan, T01 to T39."""
    return tuple(
        PlanTarget(
            code=row["code"],
            clause=row["clause"],
            main_index=row["main_index"],
            name=Text(vi=row["name_vi"], en=row["name_en"]),
            comparator=row["comparator"],
            target=float(row["target"]),
            unit=row["unit"],
            measure=row["measure"],
            note=row["note"],
            source=row["source"],
        )
        for row in _rows("plan/targets.csv")
    )


def _several(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(";")))


@cache
def plan_bullets() -> tuple[PlanBullet, ...]:
    """The 125 bullets of parts II and IV of the 2024 plan, in its order."""
    return tuple(
        PlanBullet(
            id=row["id"],
            part=row["part"],
            heading=row["heading"],
            number=int(row["number"]),
            summary=row["summary_vi"],
            levels=tuple(level for level in LEVELS if level in _several(row["levels"])),
            repeats=row["repeats"] or None,
            targets=_several(row["targets"]),
        )
        for row in _rows("plan/bullets.csv")
    )


@cache
def agencies() -> tuple[Agency, ...]:
    """Every agency that may verify a figure."""
    return tuple(Agency(row["code"], Text(vi=row["name_vi"], en=row["name_en"])) for row in _rows("agencies.csv"))


def agency_named(text: str) -> Agency | None:
    """The agency whose code or name somebody wrote, letters with or without marks; None for no agency of the list."""
    wanted = fold(text)
    return next((a for a in agencies() if wanted in map(fold, (a.code, a.name.vi, a.name.en or a.code))), None)


def catalogue_faults(sets: Mapping[str, CriteriaSet]) -> tuple[str, ...]:
    """Everything in which the sets, by their id, contradict each other, the plan or the list of agencies.

    Empty when roll-up sources exist and hold the inputs that the roll-up needs, no place is counted twice, a fact has
    one unit and one measure everywhere, and verifiers, targets and bullets are known.
    """
    return (*_unknown_names(sets), *_rollup_faults(sets), *_fact_faults(sets))


def _criteria(sets: Mapping[str, CriteriaSet]) -> Iterator[tuple[str, Criterion]]:
    """Every criterion of the sets with its place, such as district-2024/CQ.1."""
    for set_id, criteria_set in sets.items():
        for criterion in criteria_set.criteria:
            yield f"{set_id}/{criterion.code}", criterion


def _unknown_names(sets: Mapping[str, CriteriaSet]) -> Iterator[str]:
    verifiers = {agency.code for agency in agencies()}
    targets = {target.code for target in plan_targets()}
    bullets = {bullet.id for bullet in plan_bullets()}
    for place, criterion in _criteria(sets):
        if criterion.verifier is not None and criterion.verifier not in verifiers:
            yield _(
                "{place}: cơ quan xác nhận số liệu {code!r} không có trong danh mục cơ quan; "
                "hãy dùng mã có trong agencies.csv hoặc bổ sung mã."
            ).format(place=place, code=criterion.verifier)
        if criterion.plan_target is not None and criterion.plan_target not in targets:
            yield _("{place}: chỉ tiêu {code!r} không có trong kế hoạch; hãy dùng mã từ T01 đến T39.").format(
                place=place, code=criterion.plan_target
            )
        for bullet in criterion.covers:
            if bullet not in bullets:
                yield _(
                    "{place}: gạch đầu dòng {bullet!r} không có trong kế hoạch; hãy dùng mã có trong bullets.csv."
                ).format(place=place, bullet=bullet)


def _rollup_faults(sets: Mapping[str, CriteriaSet]) -> Iterator[str]:
    known = dict(_criteria(sets))
    for place, criterion in _criteria(sets):
        rollup = criterion.rollup
        if rollup is None:
            continue
        for source in rollup.sources:
            if source not in known:
                yield _(
                    "{place}: nguồn tổng hợp {source!r} không có; hãy dùng mã bộ chỉ số và mã chỉ số đang có."
                ).format(place=place, source=source)
        sources = {source: known[source] for source in rollup.sources if source in known}
        yield from _source_faults(place, criterion, rollup, sources)
        yield from _double_counting(place, rollup, sources, sets)


def _source_faults(place: str, criterion: Criterion, rollup: RollUp, sources: Mapping[str, Criterion]) -> Iterator[str]:
    """Sources that lack an input which the roll-up reads, or hold another fact under it."""
    needed = {"ratio_of_sums": {"a", "b"}, "sum": {"value"}, "mean": {"value"}}.get(rollup.how, set())
    if rollup.weight not in (None, "units"):
        needed = needed | {rollup.weight}
    for source, origin in sources.items():
        for key in sorted(needed - set(input_keys(origin.rule))):
            yield _(
                "{place}: cách tổng hợp {how} cần số liệu {key!r} của {source}, nhưng chỉ số đó không có; "
                "hãy chọn nguồn khác hoặc cách tổng hợp khác."
            ).format(place=place, how=rollup.how, key=key, source=source)
        if rollup.how == "share_meeting":
            continue
        for key, note in criterion.inputs.items():
            fact = origin.inputs[key].fact if key in origin.inputs else None
            if note.fact is not None and fact is not None and note.fact != fact:
                yield _(
                    "{place}: số liệu {key!r} là {fact!r}, nhưng nguồn {source} có {other!r}; "
                    "một phép cộng chỉ gồm cùng một loại số liệu."
                ).format(place=place, key=key, fact=note.fact, source=source, other=fact)


def _double_counting(
    place: str, rollup: RollUp, sources: Mapping[str, Criterion], sets: Mapping[str, CriteriaSet]
) -> Iterator[str]:
    """A level that is added twice, or communes beside a district figure that contains them already.

    Shares of units (share_meeting) count each unit once and cannot count a place twice.
    """
    level = {source: sets[source.partition("/")[0]].level for source in sources}
    for name in LEVELS:
        members = [source for source in rollup.sources if level.get(source) == name]
        if len(members) > 1:
            yield _("{place}: «{level}» được cộng hai lần ({sources}); hãy giữ một nguồn cho mỗi cấp.").format(
                place=place, level=level_names()[name], sources=", ".join(members)
            )
    communes = [source for source in sources if level[source] == "commune"]
    areas = [s for s, origin in sources.items() if level[s] == "district" and origin.coverage == "area"]
    if communes and areas and rollup.how != "share_meeting":
        yield _(
            "{place}: số liệu toàn địa bàn của huyện ({area}) đã gồm xã, nay lại cộng thêm xã ({commune}); "
            "hãy bỏ nguồn cấp xã."
        ).format(place=place, area=", ".join(areas), commune=", ".join(communes))


def _fact_faults(sets: Mapping[str, CriteriaSet]) -> Iterator[str]:
    """Facts whose unit, kind of number or measure differs from where the fact first stands."""
    first: dict[str, tuple[str, str | None, str | None]] = {}
    for place, criterion in _criteria(sets):
        for key, note in criterion.inputs.items():
            if note.fact is None:
                continue
            here = (f"{place}.{key}", _unit(note), criterion.measure)
            there = first.setdefault(note.fact, here)
            if here[1:] != there[1:]:
                yield _(
                    "{place}: số liệu {fact!r} tính bằng {unit} ({measure}), nhưng ở {other} tính bằng "
                    "{other_unit} ({other_measure}); cùng một số liệu phải có cùng đơn vị tính và cách lấy."
                ).format(
                    place=here[0],
                    fact=note.fact,
                    unit=here[1],
                    measure=here[2],
                    other=there[0],
                    other_unit=there[1],
                    other_measure=there[2],
                )


def _unit(note: InputNote) -> str | None:
    unit = note.unit.vi if note.unit is not None else None
    return unit if note.number is None else _("{unit}, số nguyên").format(unit=unit)
