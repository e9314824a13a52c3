"""What somebody with five minutes must know: the province's place, who leads, who rises, what needs attention."""

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import zip_longest

from sqlalchemy.orm import Session

from assessment.province import ProvincialSnapshot
from assessment.ranking import RankingRow, RankingTable
from assessment.snapshots import ScoreStage
from assessment.targets import TargetState, TargetStatus
from criteria.model import DUE_MONTHS, CriteriaSet, Level
from data.lineage import UnitKey
from data.models import ResultOrigin
from data.national import NationalArrays, national_arrays, national_results, national_years
from data.reference.national import OUR_PROVINCE, publication_days
from language import sort_key
from scoring.grid import in_points
from scoring.national import TOP, distance_to_rank, place_bounds, rank_bounds, score_bounds

FIRST_PLACES = 3
MOST_TIED = 6
"""Most units shown of a list of leaders or risers when many tie; the others are counted."""
MOST_ITEMS = 8
"""Most points of attention: more would not be read in five minutes."""


@dataclass(frozen=True)
class NationalPlace:
    """The province in the national index of one year; scores in points of the published scale 0 to 1.

    rank and total: as published, None where they are not. best_rank, worst_rank, low, high: between which they lie,
    by what is published of others. goal_low, goal_high: between which the score of rank 15 lies. missing_low,
    missing_high: how far the province is from it; negative is a lead. published_on: day of publication where known.
    """

    year: int
    units: int
    rank: int | None
    best_rank: int
    worst_rank: int
    total: float | None
    low: float
    high: float
    goal_low: float
    goal_high: float
    missing_low: float
    missing_high: float
    source: str
    published_on: dt.date | None

    @property
    def among_the_first(self) -> bool | None:
        """Whether the province is among the first 15; None while that is not known."""
        if self.worst_rank <= TOP:
            return True
        return False if self.best_rank > TOP else None


def _place(known: NationalArrays, source: str, published_on: dt.date | None) -> NationalPlace:
    row = known.row_of(OUR_PROVINCE)
    given = (known.ranks, known.scores, known.facts, known.names)
    bounds, goal, missing = score_bounds(*given), place_bounds(*given), distance_to_rank(*given)
    best, worst = rank_bounds(known.ranks)
    points = lambda steps: float(in_points(steps))  # noqa: E731
    total = points(known.scores[row])
    return NationalPlace(
        known.year,
        known.facts.units,
        int(known.ranks[row]) or None,
        int(best[row]),
        int(worst[row]),
        None if math.isnan(total) else total,
        points(bounds.low[row]),
        points(bounds.high[row]),
        points(goal[0]),
        points(goal[1]),
        points(missing[0][row]),
        points(missing[1][row]),
        source,
        published_on,
    )


def national_places(session: Session) -> tuple[NationalPlace, ...]:
    """The province in every year of which something is known, the earliest first.

    Raises scoring.national.ContradictionError when the stored results of a year cannot all hold.
    """
    found: list[NationalPlace] = []
    for year in (record.year for record in national_years(session)):
        own = next((r for r in national_results(session, year) if r.province == OUR_PROVINCE), None)
        published = own is not None and own.origin == ResultOrigin.PUBLISHED
        day = publication_days().get((year, OUR_PROVINCE)) if published else None
        found.append(_place(national_arrays(session, year), own.source if own else "", day))
    return tuple(found)


@dataclass(frozen=True)
class Podium:
    """The first three and the three largest risers of a list.

    Ties at the third place are not cut; beyond MOST_TIED units the others are only counted (leaders_more,
    risers_more). reporting: units that have a rank; those without figures have none and are no leaders.
    """

    table: RankingTable
    reporting: int
    leaders: tuple[RankingRow, ...]
    leaders_more: int
    risers: tuple[RankingRow, ...]
    risers_more: int


def podium(table: RankingTable) -> Podium:
    """Leaders and risers of a ranking list. Risers are ordered by places won, then by their place."""
    own = [row for row in table.rows if row.rank is not None]
    leaders = [row for row in own if (row.rank or 0) <= FIRST_PLACES]
    rising = [row for row in own if (row.movement or 0) > 0]
    rising.sort(key=lambda row: (-(row.movement or 0), row.rank or 0, sort_key(row.unit.name_vi)))
    least = rising[min(FIRST_PLACES, len(rising)) - 1].movement or 0 if rising else 0
    risers = [row for row in rising if (row.movement or 0) >= least]
    return Podium(
        table,
        len(own),
        tuple(leaders[:MOST_TIED]),
        max(0, len(leaders) - MOST_TIED),
        tuple(risers[:MOST_TIED]),
        max(0, len(risers) - MOST_TIED),
    )


class AttentionKind(StrEnum):
    """Why something needs attention, the most pressing first."""

    FAULT = "fault"
    MISSING = "missing"
    COVERAGE = "coverage"
    AT_RISK = "at_risk"
    FALLEN = "fallen"
    DUE = "due"


PUBLIC_KINDS = frozenset({AttentionKind.AT_RISK, AttentionKind.FALLEN})
"""What of published results concerns everybody; the rest is work of the office and of the units."""


@dataclass(frozen=True)
class FaultFound:
    """A provincial component whose figures cannot be right once added up; the sentence says which and what to do."""

    sentence: str


@dataclass(frozen=True)
class UnitMissing:
    """A unit with missing figures. points: how many may still come to its total at most.

    sent: whether it has sent its report, which must be returned before anything is added.
    """

    table: RankingTable
    row: RankingRow
    points: float
    sent: bool = False


@dataclass(frozen=True)
class ComponentLacking:
    """A provincial component behind which units are missing: their names by level, and how many should report."""

    code: str
    name: str
    level: Level
    unit_codes: tuple[str, ...]
    unit_names: tuple[str, ...]
    units: int
    maximum: float


@dataclass(frozen=True)
class TargetAtRisk:
    """A target that will be missed if nothing changes. shortfall: what is lacking, as a share of the target."""

    status: TargetStatus
    shortfall: float


@dataclass(frozen=True)
class UnitFallen:
    """A unit that lost places since the compared snapshot."""

    table: RankingTable
    row: RankingRow

    @property
    def places(self) -> int:
        """Places lost."""
        return -(self.row.movement or 0)


@dataclass(frozen=True)
class FiguresDue:
    """The next month by whose end figures fall due that are not monthly: number of criteria by level."""

    month: int
    criteria: Mapping[Level, int]


Found = FaultFound | UnitMissing | ComponentLacking | TargetAtRisk | UnitFallen | FiguresDue


@dataclass(frozen=True)
class Attention:
    """One thing that needs attention. others: how many of its kind weigh less and are not listed."""

    kind: AttentionKind
    found: Found
    others: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """Which units can still be asked for figures: those that have their report, and those that may get it back.

    Nobody in a period that takes no more figures.
    """

    open: frozenset[UnitKey]
    sent: frozenset[UnitKey]

    @property
    def anybody(self) -> bool:
        """Whether there is one."""
        return bool(self.open or self.sent)

    def reaches(self, unit: UnitKey) -> bool:
        """Whether the unit is one of them."""
        return unit in self.open or unit in self.sent


def _missing(tables: Iterable[RankingTable]) -> list[UnitMissing]:
    found: list[UnitMissing] = []
    for table in tables:
        low, high = table.snapshot.book.total_bounds
        row_of = table.snapshot.row_of
        for row in table.rows:
            if row.missing:
                at = row_of[row.unit.code]
                found.append(UnitMissing(table, row, float(in_points(high[at] - low[at]))))
    return sorted(found, key=lambda f: (-f.points, sort_key(f.row.unit.name_vi)))


def _lacking(province: ProvincialSnapshot) -> list[ComponentLacking]:
    levels: dict[str, Level] = {snapshot.criteria_set.id: level for level, snapshot in province.levels.items()}
    found: list[ComponentLacking] = []
    for component in province.components:
        for coverage in component.coverage:
            level = levels.get(coverage.source.partition("/")[0])
            if coverage.complete or level is None:
                continue
            names = {unit.code: unit.name_vi for unit in province.levels[level].units}
            criterion = component.criterion
            found.append(
                ComponentLacking(
                    criterion.code,
                    str(criterion.name),
                    level,
                    coverage.missing,
                    tuple(names[code] for code in coverage.missing),
                    coverage.reported + len(coverage.missing),
                    criterion.max_points,
                )
            )
    # What a component may lose grows with its maximum and with the share of units that it lacks.
    return sorted(found, key=lambda f: -f.maximum * len(f.unit_codes) / f.units)


def shortfall(status: TargetStatus) -> float:
    """What a target that is not met lacks, as a share of the target; 0 without a figure. Source: the target itself."""
    goal = status.target.target
    return 0.0 if status.value is None or not goal else abs(goal - status.value) / abs(goal)


def _at_risk(statuses: Iterable[TargetStatus]) -> list[TargetAtRisk]:
    found = [TargetAtRisk(s, shortfall(s)) for s in statuses if s.state is TargetState.AT_RISK]
    return sorted(found, key=lambda f: -f.shortfall)


def _fallen(tables: Iterable[RankingTable]) -> list[UnitFallen]:
    found = [UnitFallen(table, row) for table in tables for row in table.rows if (row.movement or 0) < 0]
    return sorted(found, key=lambda f: (-f.places / len(f.table.rows), sort_key(f.row.unit.name_vi)))


def _due(province: ProvincialSnapshot) -> list[FiguresDue]:
    """Figures that come in only now and then, at the next month that has any; nothing after December."""
    sets: dict[Level, CriteriaSet] = {level: snapshot.criteria_set for level, snapshot in province.levels.items()}
    for month in range(province.month + 1, 13):
        criteria: dict[Level, int] = {
            level: sum(
                month in DUE_MONTHS[c.frequency] and len(DUE_MONTHS[c.frequency]) < 12 for c in criteria_set.criteria
            )
            for level, criteria_set in sets.items()
        }
        if any(criteria.values()):
            return [FiguresDue(month, criteria)]
    return []


def _listed(found: Mapping[AttentionKind, Sequence[Found]]) -> Iterator[Attention]:
    """The weightiest of every kind before the second of any, at most MOST_ITEMS; kinds in order of urgency."""
    rounds = zip_longest(*([(kind, item) for item in items] for kind, items in found.items()))
    chosen = [pair for one_round in rounds for pair in one_round if pair is not None][:MOST_ITEMS]
    for kind in found:
        own = [item for of_kind, item in chosen if of_kind is kind]
        for place, item in enumerate(own, 1):
            yield Attention(kind, item, len(found[kind]) - len(own) if place == len(own) else 0)


def attention(
    province: ProvincialSnapshot,
    tables: Sequence[RankingTable],
    statuses: Sequence[TargetStatus],
    asked: Asked | None = None,
) -> tuple[Attention, ...]:
    """What needs attention at a snapshot, at most MOST_ITEMS, the most pressing kind first.

    tables: one ranking list a level, with the movement that falls are measured by. asked: whom anybody can still ask for
    figures, None for every unit: what is only theirs to do is left out where they cannot any more. Every kind that has anything is
    named; within a kind what weighs more comes first: points that may still come, the component's points that hang on
    missing units, the share of the target that is lacking, places lost as a share of the list. Of what was published
    there are PUBLIC_KINDS alone.
    """
    found: dict[AttentionKind, Sequence[Found]] = {
        AttentionKind.FAULT: [FaultFound(sentence) for sentence in province.faults],
        AttentionKind.MISSING: _missing(tables),
        AttentionKind.COVERAGE: _lacking(province),
        AttentionKind.AT_RISK: _at_risk(statuses),
        AttentionKind.FALLEN: _fallen(tables),
        AttentionKind.DUE: _due(province),
    }
    if asked is not None:
        found |= _still_to_ask(province, found, asked)
    told = {kind: items for kind, items in found.items() if kind in PUBLIC_KINDS or not _published(province)}
    return tuple(_listed(told))


def _still_to_ask(
    province: ProvincialSnapshot, found: Mapping[AttentionKind, Sequence[Found]], asked: Asked
) -> dict[AttentionKind, Sequence[Found]]:
    """Of what only units can mend, what concerns those that can still be asked."""
    keys = {(level, unit.code): unit.key for level, snapshot in province.levels.items() for unit in snapshot.units}
    missing = [f for f in found[AttentionKind.MISSING] if isinstance(f, UnitMissing)]
    lacking = [f for f in found[AttentionKind.COVERAGE] if isinstance(f, ComponentLacking)]
    return {
        AttentionKind.FAULT: found[AttentionKind.FAULT] if asked.anybody else (),
        AttentionKind.MISSING: [
            replace(f, sent=f.row.unit.key in asked.sent) for f in missing if asked.reaches(f.row.unit.key)
        ],
        AttentionKind.COVERAGE: [f for f in lacking if any(asked.reaches(keys[f.level, c]) for c in f.unit_codes)],
        AttentionKind.DUE: found[AttentionKind.DUE] if asked.anybody else (),
    }


def _published(province: ProvincialSnapshot) -> bool:
    return any(level.stage == ScoreStage.PUBLISHED for level in province.levels.values())


@dataclass(frozen=True)
class Overview:
    """The province at a snapshot, for those who decide. podiums: one a level, from the departments down.

    closed: whether nobody can be asked for figures any more.
    """

    province: ProvincialSnapshot
    podiums: tuple[Podium, ...]
    statuses: tuple[TargetStatus, ...]
    attention: tuple[Attention, ...]
    closed: bool = False

    @property
    def published(self) -> bool:
        """Whether it is what a decision published; the words are for everybody then."""
        return _published(self.province)

    @property
    def targets_known(self) -> int:
        """How many targets have a figure to be judged by."""
        return sum(s.state not in (TargetState.MISSING, TargetState.NOT_DUE) for s in self.statuses)

    @property
    def ranked(self) -> tuple[RankingTable, ...]:
        """The lists in which anybody has a rank."""
        return tuple(p.table for p in self.podiums if p.reporting)

    @property
    def all_known(self) -> bool:
        """Whether every target has a figure, and every list with ranks an earlier one to measure them from."""
        return (
            self.targets_known == len(self.statuses)
            and bool(self.ranked)
            and all(table.comparable for table in self.ranked)
        )


def overview(
    province: ProvincialSnapshot, tables: Sequence[RankingTable], statuses: Sequence[TargetStatus]
) -> Overview:
    """The overview of a snapshot. tables: one ranking list a level; statuses: of the plan's targets."""
    return Overview(province, tuple(map(podium, tables)), tuple(statuses), attention(province, tables, statuses))


def in_step(shown: Overview, asked: Asked | None) -> Overview:
    """The same with what can still be done in the step of its period. asked: as of `attention`."""
    tables = [own.table for own in shown.podiums]
    found = attention(shown.province, tables, shown.statuses, asked)
    return replace(shown, attention=found, closed=asked is not None and not asked.anybody)
