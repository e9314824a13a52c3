"""Scenarios as a process: run one, save it under a name, change, duplicate, delete; who may, and whose version."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from unicodedata import normalize

import numpy as np
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.audit import record
from assessment.permissions import Action, Identity, permit, reach
from assessment.province import ProvincialSnapshot
from assessment.publication import Sight, readable_periods
from assessment.rivals import RivalField
from assessment.scenario_entries import Stand, scenario_changes
from criteria.model import Level
from data.audit import Deed
from data.models import Period, Snapshot
from data.models import Scenario as StoredScenario
from data.repositories import UnitRecord, periods
from language import _, sort_key
from scoring.baseline import BaseLine
from scoring.grid import in_points
from scoring.outlook import (
    Outlook,
    OwnScore,
    Rival,
)
from scoring.scenarios import Applied, LevelBase, Scenario, ScenarioBase, apply_scenario

MOST_COMPARED = 4
MOST_NAME = 80
_CONTENT = TypeAdapter(Scenario)


def scenario_base(snapshot: ProvincialSnapshot) -> ScenarioBase:
    """What a scenario on the snapshot starts from."""
    levels: dict[Level, LevelBase] = {
        level: LevelBase(s.inputs, s.book, s.reference, {x.code: s.rows(x) for x in s.lists})
        for level, s in snapshot.levels.items()
    }
    return ScenarioBase(levels, snapshot.inputs, snapshot.book)


@dataclass(frozen=True)
class IndexRow:
    """A main index: our base of the base year, what the scenario adds, what comes out; fractions from 0 to 1.

    roll_up_before, roll_up_after: the reference set's provincial main index. direct: whether it was set directly.
    """

    code: str
    base: float
    roll_up_before: float
    roll_up_after: float
    direct: bool
    after: float

    @property
    def change(self) -> float:
        """What the scenario adds to the base."""
        return self.after - self.base


@dataclass(frozen=True)
class UnitRow:
    """A unit that the scenario moves: totals in points (None without a score), ranks within its list (None likewise)."""

    level: Level
    unit: UnitRecord
    list_name: str
    total_before: float | None
    total_after: float | None
    rank_before: int | None
    rank_after: int | None

    @property
    def movement(self) -> int:
        """Places won (+) or lost (-)."""
        return 0 if self.rank_before is None or self.rank_after is None else self.rank_before - self.rank_after


@dataclass(frozen=True, eq=False)
class ScenarioResult:
    """A scenario beside its base. total: our national total from 0 to 1 before appraisal and noise.

    outlook, base_outlook: among the rivals, with the scenario and doing nothing. rivals: those around the line.
    """

    snapshot: ProvincialSnapshot
    base: BaseLine
    scenario: Scenario
    applied: Applied
    total: float
    outlook: Outlook
    base_outlook: Outlook
    rivals: tuple[Rival, ...]

    @property
    def change(self) -> float:
        """What the scenario adds to the total of the base year."""
        return self.total - self.base.total

    @cached_property
    def indices(self) -> tuple[IndexRow, ...]:
        """The eight main indices, in their order."""
        before = scenario_base(self.snapshot).main_indices
        after = self.base.moved(before, self.applied.indices, self.applied.direct)
        return tuple(
            IndexRow(
                code,
                base,
                before[code],
                self.applied.indices[code],
                code in self.applied.direct,
                after[code],
            )
            for code, base in self.base.indices.items()
        )

    @cached_property
    def units(self) -> tuple[UnitRow, ...]:
        """Units whose total or rank is another one, by level, those that win most places first."""
        rows = []
        for own in self.applied.changed_units:
            level = self.snapshot.levels[own.level]
            before, after = (float(in_points(x)) for x in (own.total_before, own.total_after))
            rows.append(
                UnitRow(
                    own.level,
                    level.units[level.row_of[own.unit]],
                    level.list_of(own.list_code).name_vi,
                    None if np.isnan(before) else before,
                    None if np.isnan(after) else after,
                    own.rank_before or None,
                    own.rank_after or None,
                )
            )
        order = tuple(self.snapshot.levels)
        return tuple(
            sorted(rows, key=lambda r: (order.index(r.level), -abs(r.movement), -r.movement, sort_key(r.unit.name_vi)))
        )


def own_score(base: BaseLine, applied: Applied, scenario: Scenario, before: Mapping[str, float]) -> OwnScore:
    """What we do, as the outlook asks for it: the change of our total, and what appraisal takes from a gain."""
    total = base.total_of(base.moved(before, applied.indices, applied.direct))
    return OwnScore(change=total - base.total, cut=scenario.cut)


def run_scenario(
    snapshot: ProvincialSnapshot,
    base: BaseLine,
    scenario: Scenario,
    field: RivalField,
    start: ScenarioBase | None = None,
) -> ScenarioResult:
    """The scenario among rivals that were drawn for its base year and pace.

    start: the snapshot as `scenario_base` gives it, where it is at hand. Raises ScenarioRefusedError with every
    override that cannot be, ValueError for rivals of another question.
    """
    asked = field.rivals.question
    if (asked.base_year, asked.target_year, asked.pace) != (base.base_year, base.target_year, scenario.pace):
        raise ValueError("the rivals were drawn for another base year, target year or pace")
    begun = scenario_base(snapshot) if start is None else start
    applied = apply_scenario(begun, scenario)
    ours = own_score(base, applied, scenario, begun.main_indices)
    return ScenarioResult(
        snapshot,
        base,
        scenario,
        applied,
        base.total + ours.change if ours.change else base.total,
        field.rivals.outlook(ours),
        field.standing_still,
        field.neighbours.against(ours),
    )


def lacking_indices(snapshot: ProvincialSnapshot, base: BaseLine) -> tuple[str, ...]:
    """Codes of the national main indices that the province's criteria set has no group for, in their order.

    With any, no scenario can be worked out: the set says nothing about what would move them.
    """
    known = scenario_base(snapshot).main_indices
    return tuple(code for code in base.indices if code not in known)


@dataclass(frozen=True)
class SavedScenario:
    """A stored scenario. version: what a writer must have seen to change it."""

    id: int
    name: str
    period_id: int
    month: int
    base_year: int
    scenario: Scenario
    created_at: dt.datetime
    changed_at: dt.datetime
    author: str | None
    version: int


@dataclass(frozen=True)
class Draft:
    """What is to be saved: the scenario with the period, month and base year it rests on."""

    name: str
    period_id: int
    month: int
    base_year: int
    scenario: Scenario


class ScenarioStoreError(ValueError):
    """Why a scenario cannot be saved, changed or found, as a sentence. Nothing has changed."""


def _record(row: StoredScenario) -> SavedScenario:
    try:
        scenario = _CONTENT.validate_json(row.content)
    except ValidationError:
        raise ScenarioStoreError(
            _("Nội dung của kịch bản «{name}» không đọc được; hãy xóa và lập lại.").format(name=row.name)
        ) from None
    return SavedScenario(
        row.id,
        row.name,
        row.period_id,
        row.month,
        row.base_year,
        scenario,
        row.created_at,
        row.changed_at,
        row.author,
        row.version,
    )


def saved_scenarios(session: Session, seen: Sight) -> tuple[SavedScenario, ...]:
    """Every saved scenario that rests on a period in sight and whose content can be read, by name."""
    found, periods_seen = [], {period.id for period in readable_periods(session, seen)}
    for row in session.scalars(select(StoredScenario).where(StoredScenario.period_id.in_(periods_seen))):
        try:
            found.append(_record(row))
        except ScenarioStoreError:
            continue
    return tuple(sorted(found, key=lambda s: sort_key(s.name)))


def load_scenario(session: Session, scenario_id: int) -> SavedScenario:
    """A saved scenario. Raises ScenarioStoreError when there is none with this id, or its content is spoilt."""
    return _record(_stored(session, scenario_id))


def _stored(session: Session, scenario_id: int) -> StoredScenario:
    row = session.get(StoredScenario, scenario_id)
    if row is None:
        raise ScenarioStoreError(
            _("Không có kịch bản mang số {id}; có thể kịch bản đã bị xóa. Hãy chọn kịch bản khác.").format(
                id=scenario_id
            )
        )
    return row


def _seen(row: StoredScenario, version: int) -> StoredScenario:
    if row.version != version:
        raise ScenarioStoreError(
            _(
                "Kịch bản «{name}» đã được lưu ở nơi khác sau khi bạn mở (đang là lần ghi {now}, bạn đã mở lần ghi {seen}) "
                "nên chưa ghi gì. Hãy mở lại bản mới rồi sửa, hoặc lưu thành kịch bản mới."
            ).format(name=row.name, now=row.version, seen=version)
        )
    return row


def _changeable(session: Session, identity: Identity, scenario_id: int, version: int) -> StoredScenario:
    """The scenario to be changed, of the version that was seen. Raises PermissionError, ScenarioStoreError."""
    if reach(identity, Action.CHANGE_SCENARIO) is None:
        permit(identity, Action.CHANGE_SCENARIO)
    row = _stored(session, scenario_id)
    permit(identity, Action.CHANGE_SCENARIO, author=row.author)
    return _seen(row, version)


def _name(session: Session, wanted: str, own_id: int | None = None) -> str:
    """The name without blanks around it. Raises ScenarioStoreError when it is empty, too long, or somebody else's."""
    name = " ".join(normalize("NFC", wanted).split())
    if not name:
        raise ScenarioStoreError(_("Kịch bản chưa có tên; hãy đặt tên trước khi lưu."))
    if len(name) > MOST_NAME:
        raise ScenarioStoreError(
            _("Tên kịch bản dài {count} ký tự; hãy rút xuống nhiều nhất {most} ký tự.").format(
                count=len(name), most=MOST_NAME
            )
        )
    # Compared here: lower() of SQLite knows ASCII letters only.
    named = session.execute(select(StoredScenario.id, StoredScenario.name))
    if any(other != own_id and _same(taken) == _same(name) for other, taken in named):
        raise ScenarioStoreError(_("Đã có kịch bản tên «{name}»; hãy đặt tên khác.").format(name=name))
    return name


def _same(name: str) -> str:
    """What two names have in common that only differ in capitals or in how their diacritics are encoded."""
    return normalize("NFC", name).casefold()


def _add(session: Session, identity: Identity, draft: Draft, name: str, deed: Deed, now: dt.datetime) -> SavedScenario:
    if session.get(Snapshot, (draft.period_id, draft.month)) is None or session.get(Period, draft.period_id) is None:
        raise ScenarioStoreError(_("Kỳ đánh giá hoặc tháng của kịch bản không còn; hãy chọn lại kỳ số liệu."))
    row = StoredScenario(
        name=name,
        period_id=draft.period_id,
        month=draft.month,
        base_year=draft.base_year,
        content=_CONTENT.dump_json(draft.scenario).decode(),
        created_at=now,
        changed_at=now,
        author=identity.account,
    )
    session.add(row)
    session.flush()
    _note(session, identity, deed, None, row, now)
    return _record(row)


def _stand(row: StoredScenario | None) -> Stand | None:
    """How a scenario stands, for the audit log; None for none, and for one whose content is spoilt."""
    if row is None:
        return None
    try:
        saved = _record(row)
    except ScenarioStoreError:
        return None
    return Stand(saved.name, saved.period_id, saved.month, saved.base_year, saved.scenario)


def _note(
    session: Session,
    identity: Identity,
    deed: Deed,
    before: Stand | None,
    row: StoredScenario | None,
    now: dt.datetime,
    name: str = "",
) -> None:
    """Notes in the audit log what became of a scenario. row: as it is now, None once it is gone; name: what it was called."""
    after = _stand(row)
    place = after or before
    period = next((p for p in periods(session) if place and p.id == place.period_id), None)
    record(
        session,
        identity,
        now,
        deed,
        subject=name or (row.name if row else ""),
        period=period,
        month=place.month if place else None,
        changes=scenario_changes(session, before, after),
    )


def save_scenario(session: Session, identity: Identity, draft: Draft, now: dt.datetime) -> SavedScenario:
    """Saves a new scenario of the identity's. To be called in a write session.

    Raises PermissionError, or ScenarioStoreError for a name that is empty, too long or taken, and for a period or
    month that is not there.
    """
    permit(identity, Action.SAVE_SCENARIO)
    return _add(session, identity, draft, _name(session, draft.name), Deed.SAVE_SCENARIO, now)


def change_scenario(
    session: Session, identity: Identity, scenario_id: int, version: int, draft: Draft, now: dt.datetime
) -> SavedScenario:
    """Puts a changed scenario in the place of the saved one. To be called in a write session.

    version: the version the writer has seen. Raises as `save_scenario`, and ScenarioStoreError when somebody else has
    changed or deleted it.
    """
    row = _changeable(session, identity, scenario_id, version)
    before, name = _stand(row), row.name
    row.name = _name(session, draft.name, scenario_id)
    row.period_id, row.month, row.base_year = draft.period_id, draft.month, draft.base_year
    row.content, row.changed_at = _CONTENT.dump_json(draft.scenario).decode(), now
    session.flush()
    _note(session, identity, Deed.CHANGE_SCENARIO, before, row, now, name)
    return _record(row)


def rename_scenario(
    session: Session, identity: Identity, scenario_id: int, version: int, name: str, now: dt.datetime
) -> SavedScenario:
    """Gives a saved scenario another name. To be called in a write session. Raises as `change_scenario`."""
    row = _changeable(session, identity, scenario_id, version)
    before, old = _stand(row), row.name
    row.name, row.changed_at = _name(session, name, scenario_id), now
    session.flush()
    _note(session, identity, Deed.RENAME_SCENARIO, before, row, now, old)
    return _record(row)


def duplicate_scenario(session: Session, identity: Identity, scenario_id: int, now: dt.datetime) -> SavedScenario:
    """A copy under the first free name "… (bản sao n)". To be called in a write session. Raises as `save_scenario`."""
    permit(identity, Action.SAVE_SCENARIO)
    own = load_scenario(session, scenario_id)
    taken = {_same(name) for name in session.scalars(select(StoredScenario.name))}
    number = 1
    while True:
        suffix = _(" (bản sao {number})").format(number=number)
        name = own.name[: MOST_NAME - len(suffix)] + suffix
        if _same(name) not in taken:
            break
        number += 1
    draft = Draft(name, own.period_id, own.month, own.base_year, own.scenario)
    return _add(session, identity, draft, name, Deed.COPY_SCENARIO, now)


def delete_scenario(session: Session, identity: Identity, scenario_id: int, version: int, now: dt.datetime) -> str:
    """Removes a saved scenario; gives its name. To be called in a write session. Raises as `change_scenario`."""
    row = _changeable(session, identity, scenario_id, version)
    before, name = _stand(row), row.name
    session.delete(row)
    session.flush()
    _note(session, identity, Deed.DELETE_SCENARIO, before, None, now, name)
    return name


def compared(ids: Sequence[int]) -> tuple[int, ...]:
    """The scenarios that stand side by side: each once, at most four."""
    return tuple(dict.fromkeys(ids))[:MOST_COMPARED]
