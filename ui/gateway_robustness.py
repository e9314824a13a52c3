"""The way from the screen of firmness to the data: bounded caches keyed by the data version and by content."""

from assessment.rank_change import ListChange, RankChange, list_change, rank_change
from assessment.robustness import ListStability, stability
from assessment.sensitivity import our_rank_sensitivity
from assessment.snapshots import LevelSnapshot
from scoring.robustness import Scope
from scoring.sensitivity import Sensitivity, runs_needed
from ui import gateway, gateway_outlook
from ui.jobs import Job, Jobs
from ui.kept import kept


@kept(120)
def _stability(
    version: gateway.Version,
    now: gateway.Place,
    list_code: str,
    scope: Scope,
    floor: float,
    _snapshot: LevelSnapshot,
) -> ListStability:
    return stability(_snapshot, list_code, scope, floor)


def list_stability(now: LevelSnapshot, list_code: str, scope: Scope, floor: float) -> ListStability:
    """A ranking list under other choices."""
    return _stability(gateway.version(), gateway.place_of(now), list_code, scope, floor, now)


@kept(16)
def _list_change(
    version: gateway.Version,
    now: gateway.Place,
    then: gateway.Place,
    list_code: str,
    _now: LevelSnapshot,
    _then: LevelSnapshot,
) -> ListChange:
    return list_change(_then, _now, list_code)


@kept(256)
def _rank_change(
    version: gateway.Version, now: gateway.Place, then: gateway.Place, list_code: str, unit: str, _change: ListChange
) -> RankChange | None:
    return rank_change(_change, unit)


def unit_rank_change(now: LevelSnapshot, list_code: str, unit: str, then: LevelSnapshot | None) -> RankChange | None:
    """Why a unit's place moved since an earlier snapshot; None where there is nothing to compare with."""
    if then is None:
        return None
    version, places = gateway.version(), (gateway.place_of(now), gateway.place_of(then))
    change = _list_change(version, *places, list_code, now, then)
    return _rank_change(version, *places, list_code, unit, change)


@kept(1)
def _jobs() -> Jobs[Sensitivity]:
    return Jobs("sensitivity")


def sensitivity_job(base_year: int) -> Job[Sensitivity] | None:
    """The sensitivity of our national rank from this base year, in the making or ready; None while nobody asked."""
    return _jobs().find((gateway.version(), base_year))


def ask_sensitivity(base_year: int) -> None:
    """Begin the work, also after a stop or a failure, unless it is being done or has been done."""
    question = gateway_outlook.question(base_year)

    def work(job: Job[Sensitivity]) -> None:
        needed = runs_needed()
        job.report(1.0, our_rank_sensitivity(question, lambda runs: job.report(runs / needed)))

    _jobs().ask((gateway.version(), base_year), work, anew=True)
