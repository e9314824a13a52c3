"""The way from screens to stored criteria sets and to what changes from one to another: bounded caches."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from assessment.audit_log import Holder
from assessment.permissions import Action, permitted
from assessment.publication import Sight, readable_periods
from assessment.set_change import RankChanges, rank_changes, rescored
from assessment.set_release import release_people
from assessment.set_storing import Storable, storable
from criteria.crosswalk import Crosswalk, Rename, fitting_crosswalk, version_of
from criteria.diff import Difference, differences
from criteria.loader import Reading
from criteria.model import CriteriaSet, Level
from criteria.workbook import read_workbook
from data.database import read_session
from data.repositories import PeriodRecord, parsed_set, periods
from data.seeding import packaged_set
from data.stored_sets import StoredSet, stored_sets
from reports.set_change import Topic, topics
from ui import gateway
from ui.identity import identity_of_run
from ui.kept import kept


@dataclass(frozen=True)
class Named:
    """A criteria set under a key that stands for its content: id and version of a stored one, digest of a file."""

    key: str
    criteria_set: CriteriaSet


@dataclass(frozen=True)
class Comparison:
    """Two sets beside each other. refused: lines of the explicit table that do not fit, as sentences."""

    old: Named
    new: Named
    differences: tuple[Difference, ...]
    topics: tuple[Topic, ...]
    crosswalk: Crosswalk
    refused: tuple[str, ...]


def named(stored: StoredSet) -> Named:
    """A stored version; it never changes, so that id and version stand for its content."""
    return Named(f"{stored.stored.set_id}/{stored.stored.version}", parsed_set(stored.stored))


@kept(16)
def _stored(version: gateway.Version, level: Level) -> tuple[StoredSet, ...]:
    with read_session(gateway.engine()) as session:
        found = stored_sets(session, level)
        # While the office has no period, whoever tries the product out with the demonstration brings in sets too.
        if version.sight is not Sight.PUBLISHED and periods(session) == readable_periods(session, version.sight):
            return found
    used: dict[tuple[str, str], list[str]] = {}
    for period, _months in reversed(gateway.calendar()):
        used.setdefault(version_of(gateway.criteria_set(period.id, level)), []).append(period.name)
    own = ((s, used.get((s.stored.set_id, s.stored.version))) for s in found)
    return tuple(replace(s, periods=tuple(names), release=None) for s, names in own if names)


def stored(level: Level) -> tuple[StoredSet, ...]:
    """The stored versions of a level, the one that was stored last first.

    Whoever does not see every period sees the sets of those in sight, and neither who proposed to release them nor whether
    somebody did.
    """
    return _stored(gateway.version(), level)


@kept(4)
def _packaged(level: Level) -> CriteriaSet:
    return packaged_set(level)


def set_in_use(period: PeriodRecord | None, level: Level) -> CriteriaSet:
    """The set that a period uses at a level; without a period the reference set that comes with the product."""
    return _packaged(level) if period is None else gateway.criteria_set(period.id, level)


def is_released(criteria_set: CriteriaSet) -> bool:
    """Whether two people have released the stored version with this id and version; one that is not stored is not."""
    found = (s.stored for s in stored(criteria_set.level))
    return any(s.released for s in found if (s.set_id, s.version) == version_of(criteria_set))


def people(found: tuple[StoredSet, ...]) -> Mapping[int, Holder]:
    """Who proposed and decided on the releases of versions; nobody for whoever releases no sets. Not cached: names come and go."""
    identity = identity_of_run()
    if not permitted(identity, Action.RELEASE_SET):
        return {}
    releases = [s.release for s in found if s.release is not None]
    accounts = {a for r in releases for a in (r.proposed_by, r.decided_by) if a is not None}
    with read_session(gateway.engine()) as session:
        return release_people(session, identity, accounts)


def used_set(period_id: int, level: Level) -> Named:
    """The version that a period uses at a level."""
    chosen = gateway.criteria_set(period_id, level)
    return Named("/".join(version_of(chosen)), chosen)


@kept(8)
def _reading(digest: str, name: str, _content: bytes) -> Reading:
    return read_workbook(_content, name)


def file_key(content: bytes) -> str:
    """What stands for the content of a file."""
    return hashlib.sha256(content).hexdigest()


def reading(name: str, content: bytes) -> Reading:
    """What a workbook holds: a criteria set, or its faults."""
    return _reading(file_key(content), name, content)


@kept(8)
def _storable(version: gateway.Version, key: str, _criteria_set: CriteriaSet) -> Storable:
    with read_session(gateway.engine()) as session:
        return storable(session, _criteria_set)


def standing(chosen: Named) -> Storable:
    """What storing a set would do."""
    return _storable(gateway.version(), chosen.key, chosen.criteria_set)


@kept(16)
def _comparison(keys: tuple[str, str], renames: tuple[Rename, ...], _old: Named, _new: Named) -> Comparison:
    old, new = _old.criteria_set, _new.criteria_set
    found = differences(old, new)
    table, refused = fitting_crosswalk(old, new, renames)
    return Comparison(_old, _new, found, topics(old, new, found), table, refused)


def comparison(old: Named, new: Named, renames: tuple[Rename, ...]) -> Comparison:
    """The differences of two sets and the crosswalk from one to the other."""
    return _comparison((old.key, new.key), renames, old, new)


@kept(32)
def _changes(
    version: gateway.Version,
    now: tuple[int, Level, int],
    keys: tuple[str, str],
    renames: tuple[Rename, ...],
    _told: Comparison,
) -> RankChanges:
    snapshot, old = gateway.snapshot(*now), _told.old.criteria_set
    if version_of(snapshot.criteria_set) != version_of(old):
        table, _refused = fitting_crosswalk(snapshot.criteria_set, old, ())
        snapshot = rescored(snapshot, old, table)
    return rank_changes(snapshot, _told.new.criteria_set, _told.crosswalk, snapshot.lists[0].code)


def changes(period_id: int, level: Level, month: int, told: Comparison, renames: tuple[Rename, ...]) -> RankChanges:
    """Whose rank would change at a month. The figures go into the older set first where the period uses another one."""
    keys = told.old.key, told.new.key
    return _changes(gateway.version(), (period_id, level, month), keys, renames, told)
