"""Signing in and being signed in: sessions of browsers, lock-out, password change, second factor."""

import datetime as dt
import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Engine, and_, bindparam, delete, func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.orm import Session

from assessment.audit import acting, record
from assessment.passwords import PasswordRefusedError, check_password, hash_password, is_outdated, matches
from assessment.permissions import VISITOR, Action, Identity, permit
from assessment.roles import Role
from assessment.second_factor import matching_step, new_recovery_codes, new_secret, provisioning_address, recovery_hash
from criteria.catalogue import agency_named
from data.audit import Change, Deed
from data.database import account_session, read_session
from data.lineage import UnitKey
from data.models import Account, AccountOrigin, AccountState, DataVersion, Person, RecoveryCode, SignInSession, Unit
from data.secret_box import SecretBox, SecretKeyError, is_sealed
from language import _, fold, format_moment

IDLE = dt.timedelta(minutes=30)
LONGEST = dt.timedelta(hours=12)
SEEN_EVERY = dt.timedelta(minutes=1)
"""How often at most it is written that a session was used; so much earlier may idleness end it."""
KEPT_AFTER_END = dt.timedelta(days=1)
MOST_VISITS = 20_000
"""Sessions, the newest ones, among which those of visitors are kept: whoever asks without a cookie gets a new one each time."""
FAILURES_TO_LOCK = 5
FIRST_LOCK = dt.timedelta(minutes=15)
LONGEST_LOCK = dt.timedelta(hours=4)
SECOND_FACTOR_ROLES = frozenset({Role.ADMINISTRATOR, Role.DX_OFFICE, Role.APPRAISER})
"""Roles that cannot work without a second factor."""
MOST_SUBJECT = 255
_MOST_CLIENT = 200


class Pending(StrEnum):
    """What a signed-in session must do before it may do anything else."""

    SECOND_FACTOR = "second_factor"
    CHANGE_PASSWORD = "change_password"
    ENROL = "enrol"


class SignInRefusedError(ValueError):
    """Why somebody is not let in, as a sentence that tells a stranger nothing about accounts."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """Somebody whom an identity provider vouches for. subject: as `subject_key` writes it.

    email: an address that the provider has verified. user_name: an account's name that the provider gives. Each ties
    the subject to an account the first time. multi_factor: whether the provider asked for more than one proof, and is
    trusted with that.
    """

    subject: str
    email: str | None = None
    user_name: str | None = None
    multi_factor: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """A live session. identity: the visitor's until nothing is pending any more. user_name: of the account behind it.

    second_factor: whether the account has one. by_provider: whether an identity provider vouched for who opened it.
    data_version: of the figures at that moment.
    """

    session_id: int
    identity: Identity
    csrf: str
    pending: Pending | None
    user_name: str | None
    second_factor: bool
    by_provider: bool
    data_version: int


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A live session of an account, as its owner sees it."""

    id: int
    client: str
    created_at: dt.datetime
    last_seen: dt.datetime


def token_hash(token: str) -> str:
    """What is stored of a session's token; a random token of 256 bits needs no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(
    session: Session,
    account_id: int | None,
    now: dt.datetime,
    client: str = "",
    *,
    confirmed: bool = False,
    by_provider: bool = False,
) -> str:
    """Opens a session and gives its token. To be called in an account session, once it is known who comes."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignInSession(
            token_hash=token_hash(token),
            account_id=account_id,
            csrf=secrets.token_urlsafe(32),
            confirmed=confirmed,
            by_provider=by_provider,
            client=client[:_MOST_CLIENT],
            created_at=now,
            last_seen=now,
            expires_at=now + LONGEST,
        )
    )
    session.flush()
    return token


def open_visit(engine: Engine, now: dt.datetime, client: str = "") -> str:
    """Opens the session of a visitor and gives its token.

    Sessions that ended a day ago are cleared away, and those of visitors that are not among the newest MOST_VISITS.
    """
    with account_session(engine) as session:
        session.execute(delete(SignInSession).where(SignInSession.expires_at < now - KEPT_AFTER_END))
        token = open_session(session, None, now, client)
        newest = session.scalar(select(func.max(SignInSession.id))) or 0
        old = SignInSession.id <= newest - MOST_VISITS, SignInSession.account_id.is_(None)
        session.execute(delete(SignInSession).where(*old))
        return token


def renew_visit(engine: Engine, visitor: str, now: dt.datetime, client: str = "") -> str:
    """Gives the token of a visitor's new session; the visitor's session of the old token, if any, ends."""
    with account_session(engine) as session:
        old = SignInSession.token_hash == token_hash(visitor)
        session.execute(delete(SignInSession).where(old, SignInSession.account_id.is_(None)))
        return open_session(session, None, now, client)


def _is_live(row: SignInSession, now: dt.datetime) -> bool:
    idle = row.account_id is not None and now - row.last_seen >= IDLE
    return row.revoked_at is None and now < row.expires_at and not idle


def _pending(account: Account, row: SignInSession) -> Pending | None:
    """What must be done first. Accounts of the demonstration, whose passwords anybody may read, need no second factor.

    A temporary password need not be changed by somebody who came without it. Where a provider is trusted with the
    second factor, the session is confirmed without one of ours.
    """
    if account.totp_confirmed and not row.confirmed:
        return Pending.SECOND_FACTOR
    if account.must_change and not row.by_provider:
        return Pending.CHANGE_PASSWORD
    needed = account.role in SECOND_FACTOR_ROLES and account.origin != AccountOrigin.DEMONSTRATION
    return Pending.ENROL if needed and not account.totp_confirmed and not row.confirmed else None


class _Live(NamedTuple):
    """A session that is live, the account behind it, the name of its holder and that of its unit, if any."""

    row: SignInSession
    account: Account | None
    full_name: str | None
    unit_name: str | None
    data_version: int


# Asked at every run of a page, so made ready once, and for everything at once.
_BEHIND_TOKEN = (
    select(
        SignInSession,
        Account,
        Person.full_name,
        Unit.name_vi,
        select(DataVersion.version).scalar_subquery().label("data_version"),
    )
    .outerjoin(Account, Account.id == SignInSession.account_id)
    .outerjoin(Person, Person.account_id == Account.id)
    .outerjoin(Unit, and_(Unit.code == Account.unit_code, Unit.valid_from == Account.unit_valid_from))
    .where(SignInSession.token_hash == bindparam("token_hash"))
)


def _live(session: Session, token: str, now: dt.datetime) -> _Live | None:
    row = session.execute(_BEHIND_TOKEN, {"token_hash": token_hash(token)}).one_or_none()
    found = None if row is None else _Live(*row)
    if found is None or not _is_live(found.row, now):
        return None
    return None if found.account is not None and found.account.state != AccountState.ACTIVE else found


def _identity(account: Account, full_name: str, unit_name: str) -> Identity:
    """The identity of somebody who has signed in with the account."""
    unit = None
    if account.unit_code is not None and account.unit_valid_from is not None:
        unit = UnitKey(account.unit_code, account.unit_valid_from)
    name = unit_name or account.organisation or ""
    role, groups = Role(account.role), frozenset(account.group_codes.split())
    agency = agency_named(account.organisation or name) if role == Role.DATA_PROVIDER else None
    code = agency.code if agency else ""
    invented = account.origin == AccountOrigin.DEMONSTRATION
    return Identity(account.user_name, role, unit, groups, account.id, full_name, name, code, demonstration=invented)


def visit(engine: Engine, token: str, now: dt.datetime) -> Visit | None:
    """The live session of a token; None for a forged, revoked or ended one. Notes, at times, that it was used."""
    with read_session(engine) as session:
        found = _live(session, token, now)
        if found is None:
            return None
        row, account, full_name, unit_name, version = found
        pending = None if account is None else _pending(account, row)
        identity = VISITOR
        if account is not None and pending is None:
            identity = _identity(account, full_name or "", unit_name or "")
        user_name, factor = (None, False) if account is None else (account.user_name, account.totp_confirmed)
        live = Visit(row.id, identity, row.csrf, pending, user_name, factor, row.by_provider, version)
        stale = now - row.last_seen >= SEEN_EVERY
    if stale:
        # Whoever is signed in may go on reading while nothing can be written.
        with suppress(OperationalError, NoConnectionError), account_session(engine, brief=True) as session:
            session.execute(
                update(SignInSession)
                .where(SignInSession.id == live.session_id, SignInSession.last_seen < now)
                .values(last_seen=now)
            )
    return live


def _rotated(row: SignInSession) -> str:
    token = secrets.token_urlsafe(32)
    row.token_hash, row.csrf = token_hash(token), secrets.token_urlsafe(32)
    return token


# Signing in


def _refusal() -> SignInRefusedError:
    """One sentence for every reason, so that it does not tell which accounts there are."""
    return SignInRefusedError(
        _(
            "Tên đăng nhập hoặc mật khẩu không đúng, hoặc tài khoản đang tạm khóa. Sau {n} lần sai liên tiếp, tài khoản "
            "bị khóa ít nhất {minutes} phút. Nếu quên mật khẩu, đề nghị liên hệ cơ quan thường trực chuyển đổi số."
        ).format(n=FAILURES_TO_LOCK, minutes=FIRST_LOCK.seconds // 60)
    )


def _is_locked(account: Account, now: dt.datetime) -> bool:
    return account.locked_until is not None and now < account.locked_until


def _note_failure(
    session: Session, account: Account, now: dt.datetime, reason: str, identity: Identity = VISITOR
) -> None:
    """Counts a failure; at the fifth the account is locked, each time in a row twice as long.

    reason: what was wrong, for the audit log. identity: who failed, where that is known.
    """
    locked = _is_locked(account, now)
    record(session, identity, now, Deed.FAIL, about=account, reason=_("tài khoản đang tạm khóa") if locked else reason)
    if locked:
        return
    account.failed += 1
    if account.failed >= FAILURES_TO_LOCK:
        until = now + min(FIRST_LOCK * 2**account.lock_outs, LONGEST_LOCK)
        account.locked_until = until
        account.failed, account.lock_outs = 0, min(account.lock_outs + 1, 10)
        lasts = Change(_("khóa đến"), None, format_moment(until))
        record(session, VISITOR, now, Deed.LOCK_OUT, about=account, changes=[lasts])


def _note_success(session: Session, account: Account, now: dt.datetime, how: str = "") -> None:
    """how: by what other means than a password alone, for the audit log."""
    account.failed, account.lock_outs, account.locked_until = 0, 0, None
    account.signed_in_at = now
    record(session, acting(account), now, Deed.SIGN_IN, about=account, subject=how)


def _by_name(session: Session, user_name: str) -> Account | None:
    return session.scalar(select(Account).where(Account.folded == fold(user_name)[:64]))


def sign_in(engine: Engine, user_name: str, password: str, visitor: str, now: dt.datetime, client: str = "") -> str:
    """Gives the token of a new session of the account; the visitor's session of the old token ends.

    Takes as long for a name that is not there. Raises SignInRefusedError for a wrong name or password and for an
    account that is locked, closed or has no password.
    """
    with read_session(engine) as session:
        account = _by_name(session, user_name)
        stored = None if account is None else account.password_hash
    right = matches(stored, password)
    renewed = hash_password(password) if right and stored and is_outdated(stored) else None
    token = None
    with account_session(engine) as session:
        account = _by_name(session, user_name)
        usable = account is not None and account.state == AccountState.ACTIVE and account.password_hash == stored
        if account is not None and usable and not (right and not _is_locked(account, now)):
            _note_failure(session, account, now, _("sai mật khẩu"))
        elif account is not None and usable:
            account.password_hash = renewed or stored
            # A second factor that is still to be given must not find its failures forgotten.
            if account.totp_confirmed:
                record(session, VISITOR, now, Deed.GIVE_PASSWORD, about=account)
            else:
                _note_success(session, account, now)
            session.execute(delete(SignInSession).where(SignInSession.token_hash == token_hash(visitor)))
            token = open_session(session, account.id, now, client)
        else:
            _note_closed_door(session, account, now)
    if token is None:
        raise _refusal()
    return token


def _note_closed_door(session: Session, account: Account | None, now: dt.datetime) -> None:
    """Notes that somebody wanted in by a name that no account has, or that no password opens.

    Not by which name: who mistakes the field types his password there.
    """
    if account is None:
        reason = _("không có tài khoản mang tên đã nhập")
    elif account.state == AccountState.ACTIVE:
        reason = _("tài khoản không đăng nhập bằng mật khẩu này")
    else:
        reason = _("tài khoản đã đóng hoặc đã bàn giao")
    record(session, VISITOR, now, Deed.FAIL, about=account, reason=reason)


def subject_key(issuer: str, subject: str) -> str:
    """What is stored of somebody at an identity provider: a subject means something only beside its issuer.

    Raises ValueError when it is empty, or too long to be stored.
    """
    key = f"{issuer}|{subject}"
    if not subject or len(key) > MOST_SUBJECT:
        raise ValueError(
            _("Mã định danh cùng địa chỉ nhà cung cấp phải có từ 1 đến {most} ký tự.").format(most=MOST_SUBJECT)
        )
    return key


def _vouched_account(session: Session, who: Vouched) -> Account | None:
    """The account of the subject; else the one without a subject that the address or the name belongs to."""
    account = session.scalar(select(Account).where(Account.oidc_subject == who.subject))
    free = select(Account).where(Account.oidc_subject.is_(None))
    # Small letters of other alphabets can turn into ours: such an address or name is nobody's.
    if account is None and who.email and who.email.isascii():
        account = session.scalar(free.join(Person).where(Person.email == who.email.strip().lower()))
    if account is None and who.user_name and who.user_name.isascii():
        account = session.scalar(free.where(Account.folded == who.user_name.strip().lower()))
    return account


def sign_in_by_subject(engine: Engine, who: Vouched, visitor: str, now: dt.datetime, client: str = "") -> str:
    """Gives the token of a new session of the account that another identity provider vouches for.

    The first time, the subject is tied to the account; none is ever made. The provider's own check stands for the
    password, and for the second factor only where it is trusted with that. The visitor's session of the old token ends.
    Raises SignInRefusedError when there is no such account, or it is closed or locked.
    """
    provider = _("qua nhà cung cấp danh tính")
    with account_session(engine) as session:
        account = _vouched_account(session, who)
        if account is not None and account.state == AccountState.ACTIVE and not _is_locked(account, now):
            account.oidc_subject = who.subject
            # A second factor that is still to be given must not find its failures forgotten.
            if who.multi_factor or not account.totp_confirmed:
                _note_success(session, account, now, provider)
            else:
                record(session, VISITOR, now, Deed.GIVE_PASSWORD, about=account, subject=provider)
            session.execute(delete(SignInSession).where(SignInSession.token_hash == token_hash(visitor)))
            return open_session(session, account.id, now, client, confirmed=who.multi_factor, by_provider=True)
        reason = _("danh tính chưa gắn với tài khoản đang hoạt động, hoặc tài khoản đang tạm khóa")
        record(session, VISITOR, now, Deed.FAIL, about=account, subject=provider, reason=reason)
    raise SignInRefusedError(
        _(
            "Danh tính này chưa gắn với tài khoản nào đang hoạt động, hoặc tài khoản đang tạm khóa. Đề nghị liên hệ cơ "
            "quan thường trực chuyển đổi số để được gắn với tài khoản của mình."
        )
    )


def _needed(session: Session, token: str, now: dt.datetime) -> tuple[SignInSession, Account]:
    found = _live(session, token, now)
    if found is None or found.account is None:
        raise SignInRefusedError(_("Phiên đăng nhập đã hết hạn; đề nghị đăng nhập lại."))
    return found.row, found.account


def _secret(account: Account, box: SecretBox) -> str | None:
    """The secret of the account's second factor; None without one, and when no key opens it."""
    try:
        return None if account.totp_secret is None else box.opened(account.totp_secret)
    except SecretKeyError:
        return None


def give_second_factor(engine: Engine, box: SecretBox, token: str, code: str, now: dt.datetime) -> str:
    """Confirms a session by a code of the authenticator or a recovery code; gives the session's new token.

    A code is accepted once. When no key opens the account's secret, a recovery code lets in and the second factor is to
    be set up anew. Raises SignInRefusedError for a wrong code, an account that is locked (failures count as those of
    the password), a secret that no key opens, and a session that has ended; SecretKeyError when a secret that lies in
    clear cannot be sealed.
    """
    renewed, lost = None, False
    with account_session(engine) as session:
        row, account = _needed(session, token, now)
        used, secret = None, _secret(account, box)
        lost = account.totp_confirmed and secret is None
        if not _is_locked(account, now) and account.totp_confirmed:
            used = _used_code(session, account, box, secret, code, now)
        if used is not None:
            _note_success(session, account, now, used)
            if lost:
                _take_off(session, account, now)
            row.confirmed = not lost
            renewed = _rotated(row)
        else:
            reason = _("không có khóa mở được xác thực hai bước đã lưu") if lost else _("sai mã xác thực")
            _note_failure(session, account, now, reason)
    if renewed is None and lost:
        raise SignInRefusedError(
            _(
                "Máy chủ không còn khóa mở được xác thực hai bước của tài khoản này (thường do khôi phục bản sao lưu trên máy "
                "khác), nên mã trên ứng dụng xác thực không dùng được. Đề nghị nhập một mã dự phòng rồi thiết lập lại; không "
                "có mã dự phòng thì đề nghị quản trị hệ thống đặt lại xác thực hai bước."
            )
        )
    if renewed is None:
        raise SignInRefusedError(
            _(
                "Mã xác thực không đúng, đã dùng rồi hoặc tài khoản đang tạm khóa. Đề nghị chờ mã mới trên ứng dụng xác "
                "thực rồi thử lại, hoặc dùng một mã dự phòng."
            )
        )
    return renewed


def _take_off(session: Session, account: Account, now: dt.datetime) -> None:
    """Takes a second factor off that nobody can check any more; its owner sets it up anew."""
    account.totp_secret, account.totp_confirmed, account.totp_step = None, False, None
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    reason = _("không có khóa mở được xác thực hai bước đã lưu")
    record(session, acting(account), now, Deed.RESET_SECOND_FACTOR, about=account, reason=reason)


def _used_code(
    session: Session, account: Account, box: SecretBox, secret: str | None, code: str, now: dt.datetime
) -> str | None:
    """What kind of code it is, which from now on is used; None for a wrong one. A secret in clear is sealed."""
    step = None if secret is None else matching_step(secret, code, now, account.totp_step)
    if secret is not None and step is not None:
        account.totp_step, account.totp_secret = step, _sealed(account, box, secret)
        return _("bằng mã xác thực")
    spare = session.get(RecoveryCode, (account.id, recovery_hash(code)))
    if spare is None:
        return None
    session.delete(spare)
    return _("bằng mã dự phòng")


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator application must know. address: for a QR code. secret: to be typed."""

    secret: str
    address: str


def _sealed(account: Account, box: SecretBox, secret: str) -> str:
    """What is stored of the secret: what stands there already when it is that, sealed."""
    stored = account.totp_secret
    return stored if stored is not None and is_sealed(stored) else box.seal(secret)


def begin_enrolment(engine: Engine, box: SecretBox, token: str, now: dt.datetime) -> Enrolment:
    """The secret for a second factor that is not confirmed yet; the same until it is confirmed.

    Raises SignInRefusedError for a session that has ended or may not do this yet, ValueError when the account has a
    second factor or the secret cannot be sealed.
    """
    with account_session(engine) as session:
        row, account = _needed(session, token, now)
        if _pending(account, row) not in (None, Pending.ENROL):
            raise SignInRefusedError(_("Đề nghị hoàn tất đăng nhập trước."))
        if account.totp_confirmed:
            raise ValueError(
                _("Tài khoản đã bật xác thực hai bước; muốn đổi thiết bị, đề nghị cơ quan thường trực đặt lại.")
            )
        secret = _secret(account, box)
        if secret is None:
            secret = new_secret()
            account.totp_secret = box.seal(secret)
        return Enrolment(secret, provisioning_address(secret, account.user_name))


def confirm_enrolment(
    engine: Engine, box: SecretBox, token: str, code: str, now: dt.datetime
) -> tuple[str, tuple[str, ...]]:
    """Turns the second factor on once a code of it is right; gives the session's new token and the recovery codes.

    Raises SignInRefusedError for a wrong code, and as `begin_enrolment`.
    """
    with account_session(engine) as session:
        row, account = _needed(session, token, now)
        may = _pending(account, row) in (None, Pending.ENROL) and not account.totp_confirmed
        secret = _secret(account, box) if may else None
        step = None if secret is None else matching_step(secret, code, now)
        if secret is None or step is None:
            raise SignInRefusedError(
                _("Mã xác thực không đúng; hãy kiểm tra đồng hồ của điện thoại rồi nhập mã đang hiển thị.")
            )
        account.totp_confirmed, account.totp_step, row.confirmed = True, step, True
        account.totp_secret = _sealed(account, box, secret)
        codes = new_recovery_codes()
        session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
        session.add_all(RecoveryCode(account_id=account.id, code_hash=recovery_hash(c)) for c in codes)
        record(session, acting(account), now, Deed.SET_UP_SECOND_FACTOR, about=account)
        return _rotated(row), codes


def change_password(engine: Engine, token: str, current: str, wanted: str, now: dt.datetime) -> str:
    """Changes the password of the session's account; gives the session's new token, and ends its other sessions.

    Raises PasswordRefusedError with every reason why the new one is not good enough, SignInRefusedError when the
    current one is wrong (which counts towards a lock-out) or the session has ended.
    """
    with read_session(engine) as session:
        row, account = _needed(session, token, now)
        if _pending(account, row) == Pending.SECOND_FACTOR:
            raise SignInRefusedError(_("Đề nghị hoàn tất đăng nhập trước."))
        stored, user_name = account.password_hash, account.user_name
    right = matches(stored, current)
    if right:
        check_password(wanted, user_name)
        if wanted == current:
            raise PasswordRefusedError((_("Mật khẩu mới trùng mật khẩu đang dùng; hãy chọn mật khẩu khác."),))
    new_hash = hash_password(wanted) if right else None
    renewed = None
    with account_session(engine) as session:
        row, account = _needed(session, token, now)
        if new_hash is None or account.password_hash != stored or _is_locked(account, now):
            _note_failure(session, account, now, _("sai mật khẩu đang dùng khi đổi mật khẩu"), acting(account))
        else:
            account.password_hash, account.must_change, account.failed = new_hash, False, 0
            end_sessions(session, account.id, now, but=row.id)
            record(session, acting(account), now, Deed.CHANGE_PASSWORD, about=account)
            renewed = _rotated(row)
    if renewed is None:
        raise SignInRefusedError(_("Mật khẩu đang dùng không đúng, hoặc tài khoản đang tạm khóa; hãy nhập lại."))
    return renewed


# Ending sessions


def end_sessions(session: Session, account_id: int, now: dt.datetime, but: int | None = None) -> int:
    """Revokes the live sessions of an account, except one; gives how many. To be called in an account session."""
    live = (SignInSession.account_id == account_id, SignInSession.revoked_at.is_(None), SignInSession.expires_at > now)
    chosen = [*live, SignInSession.id != but] if but is not None else list(live)
    count = session.scalar(select(func.count()).select_from(SignInSession).where(*chosen)) or 0
    session.execute(update(SignInSession).where(*chosen).values(revoked_at=now))
    return count


def sign_out(engine: Engine, token: str, now: dt.datetime) -> None:
    """Revokes the session of a token; one that is not there or has ended stays as it is."""
    with account_session(engine) as session:
        row = session.scalar(select(SignInSession).where(SignInSession.token_hash == token_hash(token)))
        if row is None or row.revoked_at is not None:
            return
        row.revoked_at = now
        account = None if row.account_id is None else session.get(Account, row.account_id)
        if account is not None:
            record(session, acting(account), now, Deed.SIGN_OUT, about=account)


def own_sessions(session: Session, identity: Identity, now: dt.datetime) -> tuple[OwnSession, ...]:
    """The live sessions of the identity's own account, the one used last first. Raises PermissionError."""
    permit(identity, Action.USE_OWN_ACCOUNT)
    rows = session.scalars(
        select(SignInSession)
        .where(SignInSession.account_id == identity.account_id)
        .order_by(SignInSession.last_seen.desc(), SignInSession.id.desc())
    )
    return tuple(OwnSession(r.id, r.client, r.created_at, r.last_seen) for r in rows if _is_live(r, now))


def sign_out_own(engine: Engine, identity: Identity, now: dt.datetime, session_id: int | None = None) -> int:
    """Revokes one session of the identity's own account, or all of them; gives how many. Raises PermissionError."""
    permit(identity, Action.USE_OWN_ACCOUNT)
    if identity.account_id is None:
        return 0
    with account_session(engine) as session:
        if session_id is None:
            ended = end_sessions(session, identity.account_id, now)
        else:
            row = session.get(SignInSession, session_id)
            if row is None or row.account_id != identity.account_id or not _is_live(row, now):
                return 0
            row.revoked_at, ended = now, 1
        if ended:
            about = session.get(Account, identity.account_id)
            everywhere = _("mọi phiên") if session_id is None else _("một phiên")
            record(session, identity, now, Deed.SIGN_OUT_OWN, about=about, subject=everywhere)
        return ended
