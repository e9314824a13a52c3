"""A database whose office has published, with other figures beside it that nobody outside may see."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from data.database import read_session, write_session
from data.models import RulingKind
from data.repositories import InputValue, open_month, store_inputs
from data.settings import Settings
from tests.assessment.appraising import NOON, office_period, rule
from tests.data.databases import Build, Databases
from ui import gateway
from ui.kept import forget_all

HIDDEN = {"38,50": "self", "72,50": "appraised since", "8,50": "November", "77": "self", "43": "appraised", "17": "old"}
"""Totals of Vũng Tàu, and what they rest on, that were not published. Published are 66,00 points, of a = 30."""


@contextmanager
def application_on(settings: Settings) -> Iterator[None]:
    """The application works on a database, and forgets what it had worked out from another one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DTI_FOLDER", str(settings.dti_folder))
        forget_all()
        yield
    forget_all()


@contextmanager
def office_of(databases: Databases, build: Build) -> Iterator[int]:
    """The application on a database that a function fills, beside the demonstration; gives the office's period."""
    with application_on(databases.copy_of(build, started=True)):
        with read_session(gateway.engine()) as session:
            period = office_period(session).id
        yield period


def change_everything_unpublished() -> None:
    """After the publication: Vũng Tàu has other figures, a month before, and another ruling.

    CQ.1 gives 40 points for 0,8: 77 of 100 are 38,5, and CQ.2 has no figure; in November 17 of 100 are 8,5. The ruling
    of 43 of 100 gives 21,5 instead of 15, and so 72,5 in all.
    """
    with write_session(gateway.engine()) as session:
        period = office_period(session)
        open_month(session, period.id, 11)
        old = [InputValue("747", "CQ.1", "a", number=17.0), InputValue("747", "CQ.1", "b", number=100.0)]
        store_inputs(session, period.id, 11, old)
        store_inputs(session, period.id, 12, [InputValue("747", "CQ.1", "a", number=77.0)])
        told = (RulingKind.CORRECT, {"a": 43.0, "b": 100.0})
        rule(session, "747", "CQ.1", told, now=NOON + dt.timedelta(days=3))
