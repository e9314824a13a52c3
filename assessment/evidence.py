"""Evidence: a unit's documents, put in once, attached to what they prove, read only by those who may."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from assessment.audit import record
from assessment.entries import is_likely, unlikely_date
from assessment.evidence_content import EvidenceRefusedError, clean_name, recognise, says_secret
from assessment.evidence_library import REPORT
from assessment.explaining import may_answer
from assessment.permissions import Action, Identity, permit
from assessment.reasons import given_reason
from assessment.submissions import ReportPlace, period_of, require_open, submission
from criteria.model import CriteriaSet
from data.audit import Change, Deed
from data.database import draft_session, hold_drafts
from data.evidence_files import EvidenceFiles, ScannerError, content_hash
from data.faults import Fault, storage_fault
from data.lineage import UnitKey
from data.models import Evidence, EvidenceFile, EvidenceUse, SecretRemoval
from language import _, format_number, local_day

MOST_ABSTRACT, MOST_LINK, MOST_PAGE = 1000, 2000, 100


class Secrecy(StrEnum):
    """How secret the sender says that a document is."""

    NONE = "none"
    SECRET = "secret"
    MORE = "more"
    MOST = "most"


def secrecy_names() -> dict[Secrecy, str]:
    """What each is called on documents."""
    return {
        Secrecy.NONE: _("Không mật"),
        Secrecy.SECRET: _("Mật"),
        Secrecy.MORE: _("Tối mật"),
        Secrecy.MOST: _("Tuyệt mật"),
    }


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was checked and lies beside the store. path: gone once it is in its place."""

    path: Path
    sha256: str
    size: int
    media_type: str
    name: str


@dataclass(frozen=True, slots=True)
class NewEvidence:
    """What the sender says of a document. notice_read: the notice about personal data and secrets was ticked."""

    number: str
    issued_on: dt.date | None
    issuer: str
    abstract: str
    link: str = ""
    valid_to: dt.date | None = None
    security: bool = False
    secrecy: Secrecy = Secrecy.NONE
    notice_read: bool = False


# Receiving


@contextmanager
def received(files: EvidenceFiles, upload: Upload | None) -> Iterator[Received | None]:
    """A file that was sent, checked and on the disk, or None without one; what is not used inside is gone afterwards.

    Raises EvidenceRefusedError for what may not be evidence, what the scanner refuses, and when the disk fails.
    """
    if upload is None:
        yield None
        return
    if says_secret(upload.name):
        raise EvidenceRefusedError([_secret_sentence(upload.name)])
    kind = recognise(upload.content, upload.name)
    try:
        path = files.receive(upload.content)
    except OSError as error:
        raise EvidenceRefusedError([_disk_sentence(upload.name, error)]) from error
    try:
        _scan(files, path, upload.name)
        name = clean_name(upload.name, kind)
        yield Received(path, content_hash(upload.content), len(upload.content), kind.name, name)
    finally:
        path.unlink(missing_ok=True)


def _scan(files: EvidenceFiles, path: Path, name: str) -> None:
    try:
        clean = files.is_clean(path)
    except ScannerError as error:
        raise EvidenceRefusedError(
            [
                _(
                    "Chưa quét được mã độc trong tệp «{name}» nên chưa nhận; hãy thử lại, nếu vẫn lỗi thì báo người "
                    "quản trị hệ thống."
                ).format(name=name)
            ]
        ) from error
    if not clean:
        raise EvidenceRefusedError(
            [_("Phần mềm quét mã độc không chấp nhận tệp «{name}»; hãy kiểm tra tệp rồi gửi lại.").format(name=name)]
        )


def _secret_sentence(name: str) -> str:
    return _(
        "Tài liệu «{name}» được ghi là tài liệu mật nên không nhận và không lưu; hãy gửi theo quy định về bảo vệ bí mật "
        "nhà nước, ở đây chỉ nêu số, ngày của một tài liệu không mật."
    ).format(name=name)


def _disk_sentence(name: str, error: OSError) -> str:
    if storage_fault(error) is Fault.FULL:
        return _(
            "Ổ đĩa của kho tài liệu đã đầy nên chưa nhận tệp «{name}»; hãy báo ngay người quản trị hệ thống, giữ trang "
            "này rồi gửi lại khi đã có chỗ trống."
        ).format(name=name)
    return _(
        "Kho tài liệu không ghi được tệp «{name}»; hãy thử lại, nếu vẫn lỗi thì báo người quản trị hệ thống."
    ).format(name=name)


# Putting in


def _text_faults(document: NewEvidence) -> Iterator[str]:
    asked = (
        (_("Số, ký hiệu"), document.number, 100),
        (_("Cơ quan ban hành"), document.issuer, 200),
        (_("Trích yếu"), document.abstract, MOST_ABSTRACT),
    )
    for name, text, most in asked:
        if not 1 <= len(" ".join(text.split())) <= most:
            yield _("{name} cần từ 1 đến {most} ký tự; hãy ghi.").format(name=name, most=format_number(most))


def is_web_address(link: str) -> bool:
    """Whether the text is an address of the web, and nothing that a browser would run or that names who signs in there."""
    if len(link) > MOST_LINK or any(letter.isspace() or not letter.isprintable() for letter in link):
        return False
    try:
        parts = urlsplit(link)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not _signs_in(link)
    except ValueError:
        return False


def _signs_in(link: str) -> bool:
    """Whether an address carries a user name or a password, which every reader of the document would get to know."""
    try:
        return "@" in urlsplit(link).netloc
    except ValueError:
        return False


def _faults(document: NewEvidence, file: Received | None, today: dt.date) -> Iterator[str]:
    if document.secrecy != Secrecy.NONE:
        yield _secret_sentence(document.number)
    if not document.notice_read:
        yield _("Chưa xác nhận lưu ý về dữ liệu cá nhân và tài liệu mật; hãy đọc rồi đánh dấu.")
    yield from _text_faults(document)
    day = document.issued_on
    if day is None:
        yield _("Chưa có ngày ban hành; hãy ghi ngày trên tài liệu.")
    elif day > today:
        yield _("Ngày ban hành ở tương lai; hãy ghi ngày trên tài liệu.")
    for name, given in ((_("Ngày ban hành"), day), (_("Ngày hết hiệu lực"), document.valid_to)):
        if given is not None and not is_likely(given):
            yield f"{name}: {unlikely_date(given)}"
    if day is not None and document.valid_to is not None and document.valid_to < day:
        yield _("Ngày hết hiệu lực trước ngày ban hành; hãy kiểm tra hai ngày.")
    link = document.link.strip()
    if file is None and not link:
        yield _("Chưa có tệp hoặc đường dẫn của tài liệu; hãy chọn tệp hoặc ghi đường dẫn.")
    if _signs_in(link):
        yield _(
            "Đường dẫn có tên đăng nhập hoặc mật khẩu (phần trước dấu @) nên không lưu; hãy bỏ phần đó, hoặc tải tệp về rồi "
            "đính kèm."
        )
    elif link and not is_web_address(link):
        yield _("Đường dẫn «{link}» không hợp lệ; hãy ghi đủ, bắt đầu bằng https:// hoặc http://.").format(
            link=link[:80]
        )


def add_evidence(
    session: Session,
    files: EvidenceFiles,
    identity: Identity,
    unit: UnitKey,
    document: NewEvidence,
    file: Received | None,
    now: dt.datetime,
) -> int:
    """Puts a document into the unit's library and gives its number. To be called in a session that writes.

    The file is in its place before the transaction that names it ends. Raises PermissionError for another unit,
    EvidenceRefusedError with every reason, and for a file that the library has already, which names where.
    """
    permit(identity, Action.ATTACH_EVIDENCE, unit=unit)
    faults = list(_faults(document, file, local_day(now)))
    if faults or document.issued_on is None:
        raise EvidenceRefusedError(faults)
    hold_drafts(session)
    if file is not None:
        _put(session, files, identity, unit, file, now)
    row = Evidence(
        unit_code=unit.code,
        unit_valid_from=unit.valid_from,
        number=" ".join(document.number.split()),
        issued_on=document.issued_on,
        issuer=" ".join(document.issuer.split()),
        abstract=" ".join(document.abstract.split()),
        link=document.link.strip() or None,
        sha256=file.sha256 if file else None,
        file_name=file.name if file else None,
        security=document.security,
        valid_to=document.valid_to,
        out_of_force=False,
        created_at=now,
        account_id=identity.account_id,
        demonstration=identity.demonstration,
    )
    session.add(row)
    session.flush()
    # Never what it says: a secret that has to go would stay in the log.
    record(session, identity, now, Deed.ADD_EVIDENCE, subject=evidence_text(row.id), unit=unit, document=row)
    return row.id


def evidence_text(evidence_id: int) -> str:
    """What a document is called in the log: its number, never what it says."""
    return _("tài liệu số {id}").format(id=evidence_id)


def _same_file(session: Session, identity: Identity, unit: UnitKey, file: Received) -> Evidence | None:
    same = select(Evidence).where(
        Evidence.demonstration.is_(identity.demonstration),
        Evidence.sha256 == file.sha256,
        Evidence.removed_at.is_(None),
        Evidence.unit_code == unit.code,
        Evidence.unit_valid_from == unit.valid_from,
    )
    return session.scalar(same)


def _put(
    session: Session, files: EvidenceFiles, identity: Identity, unit: UnitKey, file: Received, now: dt.datetime
) -> None:
    there = _same_file(session, identity, unit, file)
    if there is not None:
        raise EvidenceRefusedError(
            [
                _("Tệp «{name}» đã có trong thư viện với số {number}; hãy đính kèm từ thư viện.").format(
                    name=file.name, number=there.number
                )
            ]
        )
    if session.get(EvidenceFile, file.sha256) is None:
        session.add(
            EvidenceFile(
                sha256=file.sha256,
                size=file.size,
                media_type=file.media_type,
                stored_at=now,
                account_id=identity.account_id,
            )
        )
        session.flush()
    try:
        files.put(file.path, file.sha256)
    except OSError as error:
        raise EvidenceRefusedError([_disk_sentence(file.name, error)]) from error


# Attaching


def _require_own(session: Session, identity: Identity, unit: UnitKey, evidence_id: int) -> None:
    """Raises EvidenceRefusedError for a document of elsewhere: of another unit, or of the demonstration for the office's."""
    row = session.get(Evidence, evidence_id)
    own = row is not None and (row.unit_code, row.unit_valid_from) == tuple(unit)
    if row is None or not own or row.removed_at is not None or row.demonstration != identity.demonstration:
        raise EvidenceRefusedError(
            [_("Thư viện của đơn vị không còn tài liệu này; hãy tải lại trang rồi chọn tài liệu khác.")]
        )


def attach(
    session: Session,
    identity: Identity,
    place: ReportPlace,
    criteria_set: CriteriaSet,
    evidence_id: int,
    criterion: str,
    page: str,
    now: dt.datetime,
) -> None:
    """Says that a document of the unit's library proves a criterion; once more changes the page. In a draft session.

    A document that is missing can still be supplied with an explanation. Raises PermissionError for another unit,
    SubmissionRefusedError while the report is neither open nor to be explained, EvidenceRefusedError for a document of
    elsewhere, an unknown criterion or too long a page.
    """
    permit(identity, Action.ATTACH_EVIDENCE, unit=place.unit)
    if not may_answer(session, place, local_day(now)):
        require_open(session, place)
    _require_own(session, identity, place.unit, evidence_id)
    if criterion not in criteria_set.by_code:
        raise EvidenceRefusedError(
            [_("Bộ chỉ số của kỳ này không có chỉ số {code}; hãy tải lại trang.").format(code=criterion)]
        )
    where = " ".join(page.split())
    if len(where) > MOST_PAGE:
        raise EvidenceRefusedError(
            [_("Trang, mục dài quá {most} ký tự; hãy viết gọn, ví dụ «trang 3, mục 2».").format(most=MOST_PAGE)]
        )
    _use(session, identity, place, evidence_id, criterion, criteria_set.group_of(criterion).code, where, now)


def _use(
    session: Session,
    identity: Identity,
    place: ReportPlace,
    evidence_id: int,
    criterion: str,
    group: str,
    page: str,
    now: dt.datetime,
) -> None:
    key = (evidence_id, place.period_id, *place.unit, criterion)
    row = session.get(EvidenceUse, key)
    known = row is not None
    if row is None:
        row = EvidenceUse(**place.columns, evidence_id=evidence_id, criterion=criterion)
        session.add(row)
    row.group_code, row.page, row.account_id = group, page, identity.account_id
    if not known or criterion == REPORT:
        # Another page does not make of what was reported with something that came with an explanation.
        row.attached_at = now
    session.flush()
    where = criterion if criterion != REPORT else _("báo cáo tự đánh giá")
    line = Change(where, None, evidence_text(evidence_id), place.unit)
    period = period_of(session, place)
    record(session, identity, now, Deed.ATTACH_EVIDENCE, period=period, unit=place.unit, changes=[line])


def add_signed_report(
    session: Session,
    files: EvidenceFiles,
    identity: Identity,
    unit: UnitKey,
    document: NewEvidence,
    file: Received | None,
    now: dt.datetime,
) -> int:
    """As `add_evidence`, but a file that the library has already is taken as it stands there.

    A report that was returned is often sent again as it was signed.
    """
    permit(identity, Action.ATTACH_EVIDENCE, unit=unit)
    hold_drafts(session)
    there = _same_file(session, identity, unit, file) if file is not None and document.notice_read else None
    return there.id if there is not None else add_evidence(session, files, identity, unit, document, file, now)


def attach_signed_report(
    session: Session, identity: Identity, place: ReportPlace, evidence_id: int, now: dt.datetime
) -> None:
    """Keeps a document of the unit's library as the signed report. To be called where the head approves.

    Raises EvidenceRefusedError for a document of elsewhere.
    """
    _require_own(session, identity, place.unit, evidence_id)
    _use(session, identity, place, evidence_id, REPORT, "", "", now)


def detach(
    session: Session, identity: Identity, place: ReportPlace, evidence_id: int, criterion: str, now: dt.datetime
) -> None:
    """Takes a document off a criterion; it stays in the library. To be called in a draft session.

    Raises PermissionError for another unit, SubmissionRefusedError while the report is not open.
    """
    permit(identity, Action.ATTACH_EVIDENCE, unit=place.unit)
    require_open(session, place)
    row = session.get(EvidenceUse, (evidence_id, place.period_id, *place.unit, criterion))
    if row is not None and criterion != REPORT:
        session.delete(row)
        session.flush()
        line = Change(criterion, evidence_text(evidence_id), None, place.unit)
        period = period_of(session, place)
        record(session, identity, now, Deed.DETACH_EVIDENCE, period=period, unit=place.unit, changes=[line])


# Changing and removing


def _seen(row: Evidence | None, version: int) -> Evidence:
    if row is None or row.removed_at is not None or row.version != version:
        raise EvidenceRefusedError([_("Tài liệu vừa được người khác sửa hoặc gỡ; hãy tải lại trang rồi xem lại.")])
    return row


def mark_out_of_force(
    session: Session, identity: Identity, evidence_id: int, version: int, now: dt.datetime, *, out_of_force: bool
) -> None:
    """Notes that a document is no longer in force, or is after all. To be called in a draft session.

    Raises PermissionError for another unit, EvidenceRefusedError when somebody else has changed it.
    """
    row = _seen(session.get(Evidence, evidence_id), version)
    permit(identity, Action.ATTACH_EVIDENCE, unit=UnitKey(row.unit_code, row.unit_valid_from))
    words = {False: _("còn hiệu lực"), True: _("hết hiệu lực")}
    line = Change(evidence_text(row.id), words[row.out_of_force], words[out_of_force])
    row.out_of_force = out_of_force
    session.flush()
    unit = UnitKey(row.unit_code, row.unit_valid_from)
    record(session, identity, now, Deed.MARK_EVIDENCE, unit=unit, document=row, changes=[line])


def _reason(text: str) -> str:
    missing = _("Cần lý do gỡ từ 1 đến {most} ký tự; hãy ghi lý do.")
    return given_reason(text, missing, EvidenceRefusedError)


def remove_evidence(
    session: Session, identity: Identity, evidence_id: int, version: int, reason: str, now: dt.datetime
) -> None:
    """Takes a document out of the library; what it was and why it went stays. To be called in a draft session.

    Its file goes with the next `discard_unused`. Raises PermissionError for another unit, EvidenceRefusedError without
    a reason, when somebody else has changed it, and while a report that is not open rests on it.
    """
    row = _seen(session.get(Evidence, evidence_id), version)
    permit(identity, Action.ATTACH_EVIDENCE, unit=UnitKey(row.unit_code, row.unit_valid_from))
    told = _reason(reason)
    for use in session.scalars(select(EvidenceUse).where(EvidenceUse.evidence_id == row.id)):
        place = ReportPlace(use.period_id, UnitKey(use.unit_code, use.unit_valid_from))
        if use.criterion == REPORT or not submission(session, place).is_open:
            raise EvidenceRefusedError(
                [
                    _(
                        "Tài liệu đang làm căn cứ cho báo cáo đã trình hoặc đã gửi nên không gỡ được; hãy đề nghị trả lại."
                    )
                    if use.criterion != REPORT
                    else _("Tài liệu là báo cáo tự đánh giá đã ký nên không gỡ được.")
                ]
            )
    row.removed_at, row.removed_by, row.removal_reason = now, identity.account_id, told
    session.flush()
    unit = UnitKey(row.unit_code, row.unit_valid_from)
    subject = evidence_text(row.id)
    record(session, identity, now, Deed.REMOVE_EVIDENCE, subject=subject, reason=told, unit=unit, document=row)


def remove_secret(session: Session, identity: Identity, evidence_id: int, reason: str, now: dt.datetime) -> int:
    """Takes a state secret out of every library, whatever rests on it; gives how many documents went.

    What was said of it goes too; the log of secrets keeps who took it out, when and why. Its file goes with the next
    `discard_unused`. To be called in a write session. Raises PermissionError, EvidenceRefusedError without a reason.
    """
    permit(identity, Action.REMOVE_SECRET)
    told, row = _reason(reason), session.get(Evidence, evidence_id)
    if row is None:
        raise EvidenceRefusedError([_("Không có tài liệu này; hãy tải lại trang.")])
    same = [row]
    if row.sha256 is not None:
        same = list(session.scalars(select(Evidence).where(Evidence.sha256 == row.sha256)))
    for own in same:
        session.add(
            SecretRemoval(
                evidence_id=own.id, sha256=own.sha256, reason=told, removed_at=now, account_id=identity.account_id
            )
        )
        if own.removed_at is None:
            own.removed_at, own.removed_by = now, identity.account_id
        own.removal_reason = _("Gỡ vì có nội dung mật.")
        own.number, own.issuer, own.abstract, own.link = "–", "–", "–", None
        own.file_name = "–" if own.sha256 is not None else None
    session.flush()
    for own in same:
        unit = UnitKey(own.unit_code, own.unit_valid_from)
        subject = evidence_text(own.id)
        record(session, identity, now, Deed.REMOVE_SECRET, subject=subject, reason=told, unit=unit, document=own)
    return len(same)


def discard_unused(engine: Engine, files: EvidenceFiles) -> int:
    """Removes every file that no document in a library needs; gives how many. Also what a stop in the middle has left.

    After the removal is committed, and while nobody else writes drafts, so that no document ever names a missing file.
    """
    with draft_session(engine) as session:
        needed = set(session.scalars(select(Evidence.sha256).where(Evidence.removed_at.is_(None)).distinct()))
        unused = files.stored() - needed
        for sha256 in unused:
            files.discard(sha256)
    return len(unused)
