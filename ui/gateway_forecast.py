"""The way from the screen of the forecast to the data: bounded caches keyed by the data version and every ruling."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from assessment.cut_forecasts import EarlierCuts, LevelForecast, earlier_cuts, earlier_periods, forecast_level
from assessment.evidence_needs import absent_evidence
from assessment.permissions import Action, permit
from assessment.publishing import last_ruling
from assessment.snapshots import LevelSnapshot
from assessment.told_results import told_unit
from data.database import read_session
from data.lineage import UnitKey
from ui import gateway
from ui.identity import identity_of_run
from ui.kept import kept

Marks = tuple[int, ...]
"""The last ruling of every period that a forecast may rest on: rulings need not raise the data version."""


@kept(24)
def _earlier(
    version: gateway.Version, marks: Marks, now: gateway.Place, unit: UnitKey | None, _snapshot: LevelSnapshot
) -> EarlierCuts:
    with read_session(gateway.engine()) as session:
        return earlier_cuts(session, _snapshot, unit)


@kept(40)
def _forecast(
    version: gateway.Version,
    marks: Marks,
    now: gateway.Place,
    unit: UnitKey | None,
    evidence: str,
    _snapshot: LevelSnapshot,
    _absent: NDArray[np.bool_],
) -> LevelForecast:
    return forecast_level(_snapshot, _earlier(version, marks, now, unit, _snapshot), _absent)


def level_forecast(now: LevelSnapshot) -> LevelForecast:
    """The forecast of a self-assessed level. Documents are looked up anew: attaching one raises no data version.

    Raises PermissionError for who may not read appraised points.
    """
    permit(identity_of_run(), Action.READ_APPRAISED)
    with read_session(gateway.engine()) as session:
        marks = tuple(last_ruling(session, period.id) for period in earlier_periods(session, now.period))
        absent = absent_evidence(session, now)
    evidence = hashlib.sha256(absent.tobytes()).hexdigest()
    own = told_unit(identity_of_run())
    return _forecast(gateway.version(), marks, gateway.place_of(now), own, evidence, now, absent)
