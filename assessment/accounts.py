"""Accounts as the office and the administrator keep them: create, reset, hand over, close, unlock, erase a name."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from assessment.audit import account_text, record
from assessment.passwords import hash_password, temporary_password
from assessment.permissions import Action, Identity, may_know, permit
from assessment.refusals import RefusedError
from assessment.roles import Role, role_name
from assessment.sign_in import end_sessions, subject_key
from criteria.catalogue import agency_named
from data.audit import Change, Deed
from data.database import account_session
from data.lineage import UnitKey
from data.models import (
    INDEX_CODES,
    Account,
    AccountOrigin,
    AccountState,
    Period,
    Person,
    RecoveryCode,
    Unit,
)
from language import _, cited, fold, sort_key

UNIT_ROLES = frozenset({Role.UNIT_LEADER, Role.DATA_ENTRY})
"""Roles that are played for a unit."""
MOST_NAME = 200
MOST_REASON = 300
MOST_SHOWN = 80
"""Letters that a refusal repeats of what was typed."""
INVENTED_NAME = "trinhdien."
"""What user names begin with that an account of the demonstration gives."""
_USER_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{1,62})[A-Za-z0-9]")
_EMAIL = re.compile(r"[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be made. unit: of a unit's head or clerk. organisation: of a data supplier that is no unit."""

    user_name: str
    role: Role
    full_name: str
    email: str | None = None
    unit: UnitKey | None = None
    groups: tuple[str, ...] = ()
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Issued:
    """A temporary password, to be handed over; it is stored nowhere and shown once."""

    user_name: str
    full_name: str
    password: str


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """An account as the list shows it. full_name: empty once the name was erased. version: what a writer has seen.

    subject: who at an identity provider it is tied to.
    """

    id: int
    user_name: str
    full_name: str
    email: str | None
    role: Role
    unit: UnitKey | None
    unit_name: str
    groups: tuple[str, ...]
    state: AccountState
    demonstration: bool
    second_factor: bool
    must_change: bool
    locked_until: dt.datetime | None
    signed_in_at: dt.datetime | None
    subject: str | None
    version: int


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """A unit that an account can belong to."""

    key: UnitKey
    level: str
    name: str


class AccountRefusedError(RefusedError):
    """Why nothing was done with an account, every reason a sentence."""


def state_names() -> dict[AccountState, str]:
    """What each state of an account is called."""
    return {
        AccountState.ACTIVE: _("Đang hoạt động"),
        AccountState.HANDED_OVER: _("Đã bàn giao"),
        AccountState.CLOSED: _("Đã đóng"),
    }


def account_units(session: Session, today: dt.date) -> tuple[UnitChoice, ...]:
    """Units that accounts can belong to: those of the newest period, without any period those of today, by name."""
    day = session.scalar(select(func.max(Period.unit_date))) or today
    rows = session.scalars(
        select(Unit)
        .where(Unit.level != "province", Unit.valid_from <= day, Unit.valid_to.is_(None) | (Unit.valid_to >= day))
        .order_by(Unit.sort_text, Unit.code)
    )
    return tuple(UnitChoice(UnitKey(row.code, row.valid_from), row.level, row.name_vi) for row in rows)


def _manage(identity: Identity, role: str) -> None:
    """Raises PermissionError unless the identity may touch accounts of this role."""
    permit(identity, Action.MANAGE_ACCOUNTS)
    if role == Role.ADMINISTRATOR:
        permit(identity, Action.MANAGE_ADMINISTRATORS)


# Making


def _shape_faults(new: NewAccount) -> Iterator[str]:
    if not _USER_NAME.fullmatch(new.user_name):
        yield _(
            "Tên đăng nhập {name} không dùng được; cần 3 đến 64 ký tự gồm chữ cái không dấu, chữ số, dấu chấm, gạch "
            "ngang hoặc gạch dưới, bắt đầu và kết thúc bằng chữ hoặc số."
        ).format(name=cited(new.user_name, MOST_SHOWN))
    if new.role == Role.PUBLIC:
        yield _("Vai trò «{role}» không cần tài khoản; hãy chọn vai trò khác.").format(role=role_name(new.role))
    if not new.full_name:
        yield _("Chưa có họ và tên người giữ tài khoản; hãy điền.")
    if len(new.full_name) > MOST_NAME or len(new.organisation) > MOST_NAME:
        yield _("Họ tên hoặc tên cơ quan dài hơn {most} ký tự; hãy viết gọn.").format(most=MOST_NAME)
    if new.email is not None and (len(new.email) > MOST_NAME or not _EMAIL.fullmatch(new.email)):
        yield _("Thư điện tử {email} không đúng dạng ten@coquan.gov.vn; hãy kiểm tra lại.").format(
            email=cited(new.email)
        )
    if new.unit is None and new.role in UNIT_ROLES:
        yield _("Vai trò «{role}» phải gắn với một đơn vị; hãy chọn đơn vị.").format(role=role_name(new.role))
    if new.role == Role.DATA_PROVIDER and not (new.unit or new.organisation):
        yield _("Vai trò «{role}» cần tên cơ quan hoặc một đơn vị; hãy điền.").format(role=role_name(new.role))
    if new.role == Role.DATA_PROVIDER and new.organisation and agency_named(new.organisation) is None:
        yield _(
            "Cơ quan {name} không trùng tên hoặc mã cơ quan nào xác minh số liệu; hãy ghi như trong danh sách «Cơ quan» "
            "khi thêm một tài khoản, ví dụ Công an tỉnh hoặc CAT."
        ).format(name=cited(new.organisation))
    unknown = sorted(set(new.groups) - set(INDEX_CODES))
    if unknown:
        yield _("Không có chỉ số chính mang mã {codes}; hãy dùng các mã: {known}.").format(
            codes=", ".join(unknown), known=", ".join(INDEX_CODES)
        )
    if new.groups and new.role != Role.APPRAISER:
        yield _("Chỉ vai trò «{role}» mới gắn với chỉ số chính; hãy bỏ chỉ số chính.").format(
            role=role_name(Role.APPRAISER)
        )


def _stored_faults(session: Session, new: NewAccount) -> Iterator[str]:
    if session.scalar(select(Account.id).where(Account.folded == fold(new.user_name))) is not None:
        yield _("Đã có tài khoản tên {name}; hãy chọn tên đăng nhập khác.").format(name=new.user_name)
    if new.email and session.scalar(select(Person.account_id).where(Person.email == new.email)) is not None:
        yield _("Thư điện tử {email} đã gắn với tài khoản khác; hãy dùng địa chỉ khác.").format(email=new.email)
    if new.unit is not None and session.get(Unit, tuple(new.unit)) is None:
        yield _("Danh mục không có đơn vị mang mã {code}; hãy kiểm tra mã đơn vị.").format(code=new.unit.code)


def _tidy(new: NewAccount) -> NewAccount:
    email = new.email.strip().lower() if new.email else ""
    return replace(
        new,
        user_name=new.user_name.strip(),
        full_name=" ".join(new.full_name.split()),
        organisation=" ".join(new.organisation.split()),
        email=email or None,
        groups=tuple(dict.fromkeys(new.groups)),
    )


def account_faults(session: Session, identity: Identity, new: NewAccount) -> tuple[str, ...]:
    """Every reason why the identity cannot make an account, as sentences; none when it can."""
    tidy = _tidy(new)
    invented = tuple(_invented_faults(identity, tidy))
    return (*_shape_faults(tidy), *invented, *(() if invented else _stored_faults(session, tidy)))


def _invented_faults(identity: Identity, new: NewAccount) -> Iterator[str]:
    """Why accounts of the demonstration and of the office would meet: by what is refused one would learn who is there.

    What the demonstration makes has names of its own, and no address.
    """
    own = fold(new.user_name).startswith(INVENTED_NAME)
    if identity.demonstration and not own:
        yield _(
            "Tên đăng nhập do tài khoản trình diễn tạo phải bắt đầu bằng «{start}», ví dụ {start}nhap.747; hãy đổi tên."
        ).format(start=INVENTED_NAME)
    if identity.demonstration and new.email:
        yield _("Tài khoản do tài khoản trình diễn tạo không lưu thư điện tử; hãy để trống ô này.")
    if own and not identity.demonstration:
        yield _(
            "Tên đăng nhập bắt đầu bằng «{start}» dành cho tài khoản do tài khoản trình diễn tạo; hãy chọn tên khác."
        ).format(start=INVENTED_NAME)


def _first_changes(new: NewAccount) -> Iterator[Change]:
    """What the audit log says of a new account: neither its name nor that of a person."""
    yield Change(_("vai trò"), None, role_name(new.role))
    if new.organisation:
        yield Change(_("cơ quan"), None, new.organisation)
    if new.groups:
        yield Change(_("chỉ số chính"), None, ", ".join(new.groups))


def _add(
    session: Session,
    identity: Identity,
    new: NewAccount,
    password_hash: str,
    now: dt.datetime,
    *,
    must_change: bool = True,
    demonstration: bool = False,
) -> Account:
    invented = demonstration or identity.demonstration
    account = Account(
        user_name=new.user_name,
        folded=fold(new.user_name),
        role=new.role.value,
        unit_code=new.unit.code if new.unit else None,
        unit_valid_from=new.unit.valid_from if new.unit else None,
        organisation=new.organisation or None,
        group_codes=" ".join(new.groups),
        password_hash=password_hash,
        must_change=must_change,
        totp_confirmed=False,
        state=AccountState.ACTIVE.value,
        failed=0,
        lock_outs=0,
        origin=(AccountOrigin.DEMONSTRATION if invented else AccountOrigin.OFFICE).value,
        created_at=now,
    )
    session.add(account)
    session.flush()
    session.add(Person(account_id=account.id, full_name=new.full_name, email=new.email))
    session.flush()
    record(session, identity, now, Deed.CREATE_ACCOUNT, about=account, changes=_first_changes(new))
    return account


def create_accounts(
    engine: Engine,
    identity: Identity,
    wanted: Sequence[NewAccount],
    now: dt.datetime,
    *,
    demonstration: bool = False,
    password: str | None = None,
) -> tuple[Issued, ...]:
    """Makes accounts, all or none, and gives their temporary passwords, which must be changed at the first sign-in.

    demonstration: accounts that go with the demonstration data and keep their passwords. What an account of the
    demonstration makes belongs to the demonstration too. password: instead of a random one. Raises PermissionError,
    AccountRefusedError with every reason.
    """
    tidy = tuple(map(_tidy, wanted))
    for new in tidy:
        _manage(identity, new.role)
    issued = tuple(Issued(new.user_name, new.full_name, password or temporary_password()) for new in tidy)
    hashes = [hash_password(own.password) for own in issued]
    with account_session(engine) as session:
        for new, password_hash in zip(tidy, hashes, strict=True):
            faults = account_faults(session, identity, new)
            if faults:
                raise AccountRefusedError(faults)
            must_change = not (demonstration or password)
            _add(session, identity, new, password_hash, now, must_change=must_change, demonstration=demonstration)
    return issued


def create_account(engine: Engine, identity: Identity, new: NewAccount, now: dt.datetime) -> Issued:
    """Makes one account and gives its temporary password. Raises as `create_accounts`."""
    return create_accounts(engine, identity, [new], now)[0]


# Keeping


def _seen(session: Session, identity: Identity, account_id: int, version: int) -> Account:
    """The account to be changed. Raises PermissionError; AccountRefusedError when it is gone or another by now."""
    permit(identity, Action.MANAGE_ACCOUNTS)
    account = session.get(Account, account_id)
    if account is None:
        raise AccountRefusedError([_("Không còn tài khoản số {id}; hãy tải lại trang.").format(id=account_id)])
    _manage(identity, account.role)
    if account.version != version:
        raise AccountRefusedError(
            [
                _("Tài khoản {name} vừa được người khác thay đổi; hãy tải lại trang rồi làm lại.").format(
                    name=account.user_name
                )
            ]
        )
    return account


def _active(account: Account) -> Account:
    if account.state != AccountState.ACTIVE:
        raise AccountRefusedError(
            [_("Tài khoản {name} đã đóng hoặc đã bàn giao nên không thao tác được nữa.").format(name=account.user_name)]
        )
    return account


def _note(
    session: Session,
    identity: Identity,
    deed: Deed,
    account: Account,
    now: dt.datetime,
    reason: str,
    *changes: Change,
) -> None:
    """Notes in the audit log what was done to an account. reason: free text of whoever did it.

    Raises AccountRefusedError for too long a reason.
    """
    text = " ".join(reason.split())
    if len(text) > MOST_REASON:
        raise AccountRefusedError([_("Lý do dài hơn {most} ký tự; hãy viết gọn.").format(most=MOST_REASON)])
    record(session, identity, now, deed, about=account, reason=text, changes=changes)


def _not_last_administrator(session: Session, account: Account) -> None:
    others = (
        select(func.count())
        .select_from(Account)
        .where(
            Account.role == Role.ADMINISTRATOR.value,
            Account.state == AccountState.ACTIVE.value,
            Account.id != account.id,
        )
    )
    if account.role == Role.ADMINISTRATOR and not session.scalar(others):
        raise AccountRefusedError(
            [_("Đây là tài khoản quản trị hệ thống cuối cùng; hãy tạo một tài khoản quản trị khác trước.")]
        )


def _unlock(account: Account) -> None:
    account.failed, account.lock_outs, account.locked_until = 0, 0, None


def _full_name(session: Session, account: Account) -> str:
    person = session.get(Person, account.id)
    return person.full_name if person else ""


def reset_password(
    engine: Engine, identity: Identity, account_id: int, version: int, now: dt.datetime, reason: str = ""
) -> Issued:
    """Gives an account a temporary password, unlocks it and ends its sessions.

    reason: why, for the audit log. Raises PermissionError, AccountRefusedError for an account that is gone, closed or changed since it was seen.
    """
    password = temporary_password()
    password_hash = hash_password(password)
    with account_session(engine) as session:
        account = _active(_seen(session, identity, account_id, version))
        account.password_hash, account.must_change = password_hash, True
        _unlock(account)
        end_sessions(session, account.id, now)
        _note(session, identity, Deed.RESET_PASSWORD, account, now, reason)
        return Issued(account.user_name, _full_name(session, account), password)


def reset_second_factor(
    engine: Engine, identity: Identity, account_id: int, version: int, now: dt.datetime, reason: str = ""
) -> None:
    """Takes the second factor off an account, whose owner must set it up anew, and ends its sessions.

    Nobody does it to his own account. Raises as `reset_password`.
    """
    with account_session(engine) as session:
        account = _active(_seen(session, identity, account_id, version))
        if account.id == identity.account_id:
            raise AccountRefusedError([_("Không tự đặt lại xác thực hai bước của mình; hãy nhờ người quản trị khác.")])
        account.totp_secret, account.totp_confirmed, account.totp_step = None, False, None
        session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
        end_sessions(session, account.id, now)
        _note(session, identity, Deed.RESET_SECOND_FACTOR, account, now, reason)


def unlock(
    engine: Engine, identity: Identity, account_id: int, version: int, now: dt.datetime, reason: str = ""
) -> None:
    """Lets a locked account sign in again at once. Raises as `reset_password`."""
    with account_session(engine) as session:
        account = _active(_seen(session, identity, account_id, version))
        _unlock(account)
        _note(session, identity, Deed.UNLOCK_ACCOUNT, account, now, reason)


def sign_out_everywhere(
    engine: Engine, identity: Identity, account_id: int, version: int, now: dt.datetime, reason: str = ""
) -> int:
    """Ends every session of an account; gives how many. Raises as `reset_password`."""
    with account_session(engine) as session:
        account = _seen(session, identity, account_id, version)
        ended = end_sessions(session, account.id, now)
        _note(session, identity, Deed.END_SESSIONS, account, now, reason)
        return ended


def link_identity(
    engine: Engine,
    identity: Identity,
    account_id: int,
    version: int,
    issuer: str,
    subject: str,
    now: dt.datetime,
    reason: str = "",
) -> None:
    """Ties an account to somebody at an identity provider, who can then sign in with it.

    Raises as `reset_password`, and AccountRefusedError when either of them is tied already, or for an unusable subject.
    """
    with account_session(engine) as session:
        account = _active(_seen(session, identity, account_id, version))
        try:
            key = subject_key(issuer, subject.strip())
        except ValueError as error:
            raise AccountRefusedError([str(error)]) from None
        if account.oidc_subject is not None:
            raise AccountRefusedError(
                [_("Tài khoản {name} đã gắn với một danh tính; hãy gỡ trước.").format(name=account.user_name)]
            )
        other = session.scalar(select(Account.user_name).where(Account.oidc_subject == key))
        if other is not None and identity.demonstration:
            raise AccountRefusedError([_("Danh tính này không gắn được; hãy kiểm tra lại mã định danh.")])
        if other is not None:
            raise AccountRefusedError(
                [_("Danh tính này đã gắn với tài khoản {name}; hãy kiểm tra lại mã định danh.").format(name=other)]
            )
        account.oidc_subject = key
        _note(session, identity, Deed.LINK_IDENTITY, account, now, reason)


def unlink_identity(
    engine: Engine, identity: Identity, account_id: int, version: int, now: dt.datetime, reason: str = ""
) -> None:
    """Unties an account from whoever at an identity provider it is tied to, and ends its sessions.

    Raises as `reset_password`.
    """
    with account_session(engine) as session:
        account = _active(_seen(session, identity, account_id, version))
        account.oidc_subject = None
        end_sessions(session, account.id, now)
        _note(session, identity, Deed.UNLINK_IDENTITY, account, now, reason)


def _end(session: Session, account: Account, state: AccountState, now: dt.datetime) -> Change:
    """Closes the account; gives what the audit log says of it."""
    before, account.state = state_names()[AccountState(account.state)], state.value
    # What could still open the door is gone with it.
    account.password_hash, account.oidc_subject = None, None
    account.totp_secret, account.totp_confirmed, account.totp_step = None, False, None
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    end_sessions(session, account.id, now)
    return Change(_("trạng thái"), before, state_names()[state])


def close_account(
    engine: Engine, identity: Identity, account_id: int, version: int, now: dt.datetime, reason: str = ""
) -> None:
    """Closes an account for good and ends its sessions. What it did stays.

    Nobody closes his own account, nor the last administrator's. Raises as `reset_password`.
    """
    with account_session(engine) as session:
        account = _active(_seen(session, identity, account_id, version))
        if account.id == identity.account_id:
            raise AccountRefusedError([_("Không tự đóng tài khoản của mình; hãy nhờ người quản trị khác.")])
        _not_last_administrator(session, account)
        ended = _end(session, account, AccountState.CLOSED, now)
        _note(session, identity, Deed.CLOSE_ACCOUNT, account, now, reason, ended)


def hand_over(
    engine: Engine,
    identity: Identity,
    account_id: int,
    version: int,
    user_name: str,
    full_name: str,
    email: str | None,
    now: dt.datetime,
    reason: str = "",
) -> Issued:
    """Hands the work of an account to somebody else: a new account with the same role, unit and main indices.

    The old one is closed, its sessions end, and it names its successor. Gives the new account's temporary password.
    Raises as `reset_password`, and AccountRefusedError when the new account cannot be made.
    """
    password = temporary_password()
    password_hash = hash_password(password)
    with account_session(engine) as session:
        account = _active(_seen(session, identity, account_id, version))
        person = session.get(Person, account.id)
        if person is not None:
            # A unit's common mailbox goes to whoever takes over.
            person.email = None
            session.flush()
        key = (account.unit_code, account.unit_valid_from)
        new = _tidy(
            NewAccount(
                user_name,
                Role(account.role),
                full_name,
                email,
                UnitKey(key[0], key[1]) if key[0] is not None and key[1] is not None else None,
                tuple(account.group_codes.split()),
                account.organisation or "",
            )
        )
        faults = account_faults(session, identity, new)
        if faults:
            raise AccountRefusedError(faults)
        successor = _add(session, identity, new, password_hash, now)
        ended = _end(session, account, AccountState.HANDED_OVER, now)
        account.successor_id = successor.id
        heir = Change(_("người kế nhiệm"), None, account_text(successor.id))
        _note(session, identity, Deed.HAND_OVER, account, now, reason, ended, heir)
    return Issued(new.user_name, new.full_name, password)


def erase_person(
    engine: Engine, identity: Identity, account_id: int, version: int, now: dt.datetime, reason: str = ""
) -> None:
    """Erases the name and the address of whoever held a closed account; what the account did stays.

    Raises as `reset_password`, and AccountRefusedError while the account is open.
    """
    with account_session(engine) as session:
        account = _seen(session, identity, account_id, version)
        if account.state == AccountState.ACTIVE:
            raise AccountRefusedError(
                [_("Tài khoản {name} còn hoạt động; hãy đóng trước khi xóa họ tên.").format(name=account.user_name)]
            )
        session.execute(delete(Person).where(Person.account_id == account.id))
        _note(session, identity, Deed.ERASE_PERSON, account, now, reason)


def account_list(session: Session, identity: Identity) -> tuple[AccountRecord, ...]:
    """Every account, open ones first, by user name; those of the demonstration alone for one of them.

    Raises PermissionError.
    """
    permit(identity, Action.MANAGE_ACCOUNTS)
    rows = session.execute(
        select(Account, Person, Unit.name_vi)
        .outerjoin(Person, Person.account_id == Account.id)
        .outerjoin(Unit, (Unit.code == Account.unit_code) & (Unit.valid_from == Account.unit_valid_from))
    )
    records = [
        _record(account, person, unit_name)
        for account, person, unit_name in rows
        if may_know(identity, invented=account.origin == AccountOrigin.DEMONSTRATION)
    ]
    return tuple(sorted(records, key=lambda r: (r.state != AccountState.ACTIVE, sort_key(r.user_name))))


def _record(account: Account, person: Person | None, unit_name: str | None) -> AccountRecord:
    unit = None
    if account.unit_code is not None and account.unit_valid_from is not None:
        unit = UnitKey(account.unit_code, account.unit_valid_from)
    return AccountRecord(
        account.id,
        account.user_name,
        person.full_name if person else "",
        person.email if person else None,
        Role(account.role),
        unit,
        unit_name or account.organisation or "",
        tuple(account.group_codes.split()),
        AccountState(account.state),
        account.origin == AccountOrigin.DEMONSTRATION,
        account.totp_confirmed,
        account.must_change,
        account.locked_until,
        account.signed_in_at,
        account.oidc_subject,
        account.version,
    )
