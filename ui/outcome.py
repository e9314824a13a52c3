"""What the last press of a button did: kept until the page is drawn again, and said once."""

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Literal

import streamlit as st
from sqlalchemy.orm import Session

from assessment.permissions import Identity
from assessment.refusals import MovedOnError, RefusedError
from data.database import write_session
from data.faults import storage_fault, unsaved_sentences
from language import _
from ui import gateway
from ui.clock import now
from ui.identity import current_identity
from ui.plain import plain

_logger = logging.getLogger(__name__)
Kind = Literal["success", "warning", "error"]
AT_ONCE = dt.timedelta(seconds=1)
"""Two presses of one button within it are one that was pressed twice."""
Step = Callable[[Session, Identity], str]
"""What a press does in its one transaction; gives the sentence that is said about it."""


def tell(place: str, kind: Kind, *sentences: str) -> None:
    """Keeps what to say. place: what the page calls the part that says it."""
    st.session_state[f"outcome_{place}"] = (kind, sentences)


def forget(place: str) -> None:
    """What was kept is not said: something else is looked at now."""
    st.session_state.pop(f"outcome_{place}", None)


@contextmanager
def refusals_told(place: str, *refusals: type[Exception], refused: Kind = "error") -> Iterator[None]:
    """Keeps why what is done inside was refused or could not be stored, instead of raising it.

    refusals: what it may be refused with, beside PermissionError and RefusedError. refused: how a refusal is drawn.
    """
    try:
        yield
    except RefusedError as refusal:
        tell(place, refused, *refusal.faults)
    except Exception as failure:
        # First: what the operating system does not permit is a PermissionError too.
        fault = storage_fault(failure)
        if fault is not None:
            _logger.error("Nothing was saved: %s", failure)
            tell(place, "error", unsaved_sentences(fault))
        elif isinstance(failure, (PermissionError, *refusals)):
            tell(place, refused, str(failure))
        else:
            raise


def attempt(place: str, action: Callable[[Identity], str], *refusals: type[Exception], refused: Kind = "error") -> None:
    """Does something as whoever is signed in just now, and keeps what to say about it.

    That is the sentence that the action gives, or why it was refused. refusals, refused: as in `refusals_told`. Who
    presses twice at once reads what the first press did, not that the second had no step left to take.
    """
    key = f"pressed_{place}"
    with refusals_told(place, *refusals, refused=refused):
        try:
            said = action(current_identity())
        except MovedOnError:
            pressed, since, said = st.session_state.get(key, ("", now(), ""))
            if pressed != action.__qualname__ or now() - since > AT_ONCE:
                raise
        else:
            st.session_state[key] = (action.__qualname__, now(), said)
        tell(place, "success", said)


def take_step(place: str, step: Step, then: Callable[[], None] = lambda: None) -> None:
    """Takes a step in one write session as whoever is signed in just now, and keeps what to say about it.

    then: what is done once it is stored.
    """

    @wraps(step)
    def taken(identity: Identity) -> str:
        with write_session(gateway.engine()) as session:
            said = step(session, identity)
        then()
        return said

    attempt(place, taken)


def draw_outcome(place: str, *, stays: bool = False, last: bool = False) -> None:
    """Says what was kept, as it was typed; several sentences as a list.

    stays: it is said every time the page is drawn, until something else is kept or it is forgotten. last: nothing stands
    below it.
    """
    key = f"outcome_{place}"
    kind, sentences = st.session_state.get(key, ("", ())) if stays else st.session_state.pop(key, ("", ()))
    if last and not kind:
        return
    # Its place is taken even while there is nothing to say: else what stands below would be built anew when the sentence
    # goes, and lose what is being typed in it.
    room = st.container()
    draw = {"success": room.success, "warning": room.warning, "error": room.error}.get(kind)
    if draw is None:
        return
    shown = [plain(sentence) for sentence in sentences]
    if len(shown) > 1:
        heading = _("Chưa thực hiện được; cần xử lý {n} điểm:").format(n=len(shown))
        shown = [f"{heading}\n", *(f"- {sentence}" for sentence in shown)]
    draw("\n".join(shown))
