"""The way from the screens to the evidence: nothing is cached, documents come and go at any time."""

from assessment.evidence_library import EvidenceRecord, ReadingRecord, library, readings, unit_library
from assessment.permissions import Identity
from data.database import read_session
from data.evidence_files import EvidenceFiles, evidence_files
from data.lineage import UnitKey
from data.settings import Settings
from language import local_day
from ui import gateway
from ui.clock import now


def store() -> EvidenceFiles:
    """Where the files lie, and the scanner."""
    return evidence_files(Settings())


def documents(identity: Identity) -> tuple[EvidenceRecord, ...]:
    """The documents that the identity may know of. Raises PermissionError."""
    with read_session(gateway.engine()) as session:
        return library(session, identity, local_day(now()))


def documents_of(identity: Identity, unit: UnitKey) -> tuple[EvidenceRecord, ...]:
    """The documents of a unit that can be attached. Raises PermissionError."""
    with read_session(gateway.engine()) as session:
        return unit_library(session, identity, unit, local_day(now()))


def readings_of(identity: Identity, document: EvidenceRecord) -> tuple[ReadingRecord, ...]:
    """Who opened a document, the newest first."""
    with read_session(gateway.engine()) as session:
        return readings(session, identity, document.id)
