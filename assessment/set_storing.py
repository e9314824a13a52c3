"""Storing a version of a criteria set that an office has brought, without putting it into use."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from assessment.audit import record
from assessment.permissions import Action, Identity, permit
from assessment.refusals import RefusedError
from criteria.diff import differences
from criteria.loader import read_text
from criteria.model import CriteriaSet
from criteria.yaml_text import to_yaml
from data.audit import Change, Deed
from data.database import write_session
from data.repositories import parsed_set
from data.seeding import store_criteria_set
from data.stored_sets import StoredSet, stored_sets
from language import _, format_number

LONGEST_VERSION = 40
"""Letters that the database keeps of a version."""

Standing = Literal["new", "same", "refused"]


class SetRefusedError(RefusedError):
    """A version that cannot be stored, with every reason as a sentence. Nothing is stored."""


@dataclass(frozen=True, slots=True)
class Storable:
    """What storing a set would do: store it, find it stored already with the same content, or be refused.

    found: the stored version of the same id and version. faults: why it is refused, as sentences.
    """

    standing: Standing
    found: StoredSet | None = None
    faults: tuple[str, ...] = ()


def storable(session: Session, criteria_set: CriteriaSet) -> Storable:
    """Whether a set can be stored as a version: a stored one never changes, and an id belongs to one level."""
    own = tuple(s for s in stored_sets(session) if s.stored.set_id == criteria_set.id)
    found = next((s for s in own if s.stored.version == criteria_set.version), None)
    faults = (*_level_faults(criteria_set, own), *_text_faults(criteria_set))
    if found is not None and not faults:
        # Two files may say the same in other words: what counts is what they say.
        changed = differences(parsed_set(found.stored), criteria_set)
        if not changed:
            return Storable("same", found)
        faults = (
            _(
                "Bộ chỉ số {id} phiên bản {version} đã lưu với nội dung khác ({n} điểm khác nhau); bản đã lưu không sửa "
                "được. Hãy ghi phiên bản mới ở trang «Thông tin chung» của tệp rồi tải lên lại."
            ).format(id=criteria_set.id, version=criteria_set.version, n=format_number(len(changed))),
        )
    return Storable("refused", found, faults) if faults else Storable("new")


def _level_faults(criteria_set: CriteriaSet, own: tuple[StoredSet, ...]) -> tuple[str, ...]:
    if all(s.stored.level == criteria_set.level for s in own):
        return ()
    return (
        _("Mã bộ chỉ số {id} đang dùng cho một cấp khác; hãy ghi mã khác ở trang «Thông tin chung».").format(
            id=criteria_set.id
        ),
    )


def _text_faults(criteria_set: CriteriaSet) -> tuple[str, ...]:
    if len(criteria_set.version) > LONGEST_VERSION:
        return (
            _("Phiên bản «{version}…» dài hơn {n} ký tự; hãy ghi ngắn hơn, ví dụ 1.1.").format(
                version=criteria_set.version[:LONGEST_VERSION], n=LONGEST_VERSION
            ),
        )
    if criteria_set.version != criteria_set.version.strip() or "\n" in criteria_set.version:
        return (_("Phiên bản có dấu cách ở đầu, ở cuối hoặc có xuống dòng; hãy ghi lại, ví dụ 1.1."),)
    return ()


def note_stored_set(
    session: Session, identity: Identity, criteria_set: CriteriaSet, text: str, now: dt.datetime
) -> None:
    """Notes in the audit log that a version was stored, with the hash of its text."""
    content = Change(_("mã SHA-256 của nội dung"), None, hashlib.sha256(text.encode()).hexdigest())
    subject = f"{criteria_set.id} {criteria_set.version}"
    record(session, identity, now, Deed.STORE_SET, subject=subject, changes=[content])


def store_version(engine: Engine, identity: Identity, criteria_set: CriteriaSet, now: dt.datetime) -> Storable:
    """Stores a set as a version that no period uses yet, in one transaction; gives what stood there before.

    A version that is stored already with the same content stays as it is. Raises PermissionError, SetRefusedError when the same id and
    version is stored with another content, or the id belongs to another level; then nothing has changed.
    """
    permit(identity, Action.STORE_SET)
    text = to_yaml(criteria_set)
    reading = read_text(text, f"{criteria_set.id}.yaml")
    if reading.criteria_set != criteria_set:
        # Only a set that the checker has not passed gets here.
        raise SetRefusedError(tuple(map(str, reading.faults)))
    with write_session(engine) as session:
        found = storable(session, criteria_set)
        if found.faults:
            raise SetRefusedError(found.faults)
        if found.standing == "new":
            store_criteria_set(session, criteria_set, text)
            note_stored_set(session, identity, criteria_set, text, now)
    return found
