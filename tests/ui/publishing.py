"""A database whose office has published, with other figures beside it that nobody outside may see."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import streamlit as st
from sqlalchemy import Engine

from data.database import read_session, write_session
from data.models import RulingKind
from data.repositories import InputValue, open_month, store_inputs
from data.settings import Settings
from tests.assessment.appraising import NOON, office_period, rule
from ui import gateway

HIDDEN = {"38,50": "self", "72,50": "appraised since", "8,50": "November", "77": "self", "43": "appraised", "17": "old"}
"""Totals of Vũng Tàu, and what they rest on, that were not published. Published are 66,00 points, of a = 30."""


@contextmanager
def office_of(folder: Path, build: Callable[[Settings], Engine]) -> Iterator[int]:
    """The application on a database that a function fills; gives the office's period."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DTI_FOLDER", str(folder))
        st.cache_resource.clear()
        build(Settings()).dispose()
        with read_session(gateway.engine()) as session:
            period = office_period(session).id
        yield period
    st.cache_resource.clear()


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
