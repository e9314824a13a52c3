"""Signing in on both databases: sessions, lock-out, forced change, second factor. The clock is in the test's hand."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from cryptography.fernet import Fernet
from pyotp.totp import TOTP
from sqlalchemy import Engine, func, select, text, update

from assessment.accounts import NewAccount, account_list, close_account, create_accounts, sign_out_everywhere
from assessment.passwords import PasswordRefusedError
from assessment.permissions import VISITOR, Identity
from assessment.roles import Role
from assessment.sign_in import (
    MOST_VISITS,
    Pending,
    SignInRefusedError,
    Vouched,
    begin_enrolment,
    change_password,
    confirm_enrolment,
    give_second_factor,
    open_visit,
    own_sessions,
    renew_visit,
    sign_in,
    sign_in_by_subject,
    sign_out,
    sign_out_own,
    subject_key,
    token_hash,
    visit,
)
from data.database import account_session, read_session, write_session
from data.lineage import UnitKey
from data.models import Account, Person, SignInSession
from data.repositories import data_version
from data.secret_box import SecretBox, is_sealed
from tests.data.databases import Databases, reference_alone

NOON = dt.datetime(2024, 12, 2, 5, 0, tzinfo=dt.UTC)
ADMINISTRATOR = Identity("quan-tri", Role.ADMINISTRATOR)
PASSWORD = "thuyền buồm xanh 7 cánh"
NEW_PASSWORD = "ba con cá mập ăn chay"
BOX = SecretBox(Path("secret.key"), Fernet.generate_key().decode())
"""Its key is given: no file is made."""
VUNG_TAU = UnitKey("747", dt.date(2020, 1, 1))


def minutes(count: float) -> dt.timedelta:
    return dt.timedelta(minutes=count)


@pytest.fixture(scope="module")
def engine(new_database: Databases) -> Iterator[Engine]:
    engine = new_database.opened(reference_alone)
    yield engine
    engine.dispose()


@pytest.fixture(autouse=True)
def accounts(engine: Engine) -> None:
    """A clerk and an administrator who know their passwords, and a leader who has a temporary one."""
    with write_session(engine) as session:
        for table in ("recovery_code", "sign_in_session", "person", "account"):
            session.execute(text(f"DELETE FROM {table}"))
    known = [
        NewAccount("nhap.747", Role.DATA_ENTRY, "Người nhập Vũng Tàu", "nhap@vungtau.gov.vn", VUNG_TAU),
        NewAccount("quan-tri", Role.ADMINISTRATOR, "Người quản trị"),
    ]
    create_accounts(engine, ADMINISTRATOR, known, NOON, password=PASSWORD)


def entered(engine: Engine, now: dt.datetime = NOON, name: str = "nhap.747") -> str:
    return sign_in(engine, name, PASSWORD, "", now, "Firefox")


def fail(engine: Engine, now: dt.datetime, name: str = "nhap.747") -> None:
    with pytest.raises(SignInRefusedError):
        sign_in(engine, name, "sai mật khẩu rồi", "", now)


def stored(engine: Engine, name: str = "nhap.747") -> Account:
    with read_session(engine) as session:
        return session.scalars(select(Account).where(Account.user_name == name)).one()


# Visitors and sessions


def test_a_visitor_has_a_session_of_the_public_role(engine: Engine) -> None:
    token = open_visit(engine, NOON)
    found = visit(engine, token, NOON)
    assert found is not None
    assert (found.identity, found.pending, found.user_name) == (VISITOR, None, None)
    assert len(found.csrf) > 40


def test_the_token_itself_is_not_in_the_database(engine: Engine) -> None:
    token = open_visit(engine, NOON)
    with read_session(engine) as session:
        row = session.scalars(select(SignInSession)).one()
        assert row.token_hash == token_hash(token)
        assert token not in repr(vars(row))


def test_a_forged_token_has_no_session(engine: Engine) -> None:
    token = open_visit(engine, NOON)
    for forged in ("", "x", token + "x", token_hash(token)):
        assert visit(engine, forged, NOON) is None


def test_visitors_beyond_the_newest_sessions_are_forgotten_and_nobody_who_signed_in(engine: Engine) -> None:
    visitor = open_visit(engine, NOON)
    clerk = sign_in(engine, "nhap.747", PASSWORD, visitor, NOON)
    early, late = open_visit(engine, NOON), open_visit(engine, NOON)
    with account_session(engine) as session:
        # As if as many sessions had been opened since the early one that it is just one too many.
        row = session.scalars(select(SignInSession).where(SignInSession.token_hash == token_hash(late))).one()
        first = session.scalars(select(SignInSession.id).where(SignInSession.token_hash == token_hash(early))).one()
        row.id = first + MOST_VISITS
    newest = open_visit(engine, NOON)
    assert visit(engine, early, NOON) is None
    assert [visit(engine, token, NOON) is None for token in (clerk, late, newest)] == [False, False, False]


def test_a_clerk_signs_in_and_is_known_with_unit_and_name(engine: Engine) -> None:
    visitor = open_visit(engine, NOON)
    before = visit(engine, visitor, NOON)
    token = sign_in(engine, "  NHAP.747 ", PASSWORD, visitor, NOON)
    found = visit(engine, token, NOON)
    assert found is not None
    assert found.identity.account == "nhap.747"
    assert found.identity.role == Role.DATA_ENTRY
    assert found.identity.unit == VUNG_TAU
    assert (found.identity.full_name, found.identity.unit_name) == ("Người nhập Vũng Tàu", "Thành phố Vũng Tàu")
    # Rotated: what was known before signing in opens nothing afterwards.
    assert token != visitor
    assert before is not None
    assert found.csrf != before.csrf
    assert visit(engine, visitor, NOON) is None


def test_nobodys_sign_in_empties_the_caches_of_figures(engine: Engine) -> None:
    with read_session(engine) as session:
        before = data_version(session)
    visit(engine, entered(engine), NOON + minutes(2))
    with read_session(engine) as session:
        assert data_version(session) == before


def test_a_session_ends_after_30_idle_minutes(engine: Engine) -> None:
    token = entered(engine)
    assert visit(engine, token, NOON + minutes(29)) is not None
    assert visit(engine, token, NOON + minutes(58)) is not None
    assert visit(engine, token, NOON + minutes(88)) is None


def test_a_session_ends_after_12_hours_however_busy(engine: Engine) -> None:
    token = entered(engine)
    for quarter in range(1, 48):
        assert visit(engine, token, NOON + minutes(15 * quarter)) is not None
    assert visit(engine, token, NOON + minutes(12 * 60)) is None


def test_a_visitors_session_knows_no_idleness_but_ends_after_12_hours(engine: Engine) -> None:
    token = open_visit(engine, NOON)
    assert visit(engine, token, NOON + minutes(11 * 60 + 59)) is not None
    assert visit(engine, token, NOON + minutes(12 * 60)) is None


def test_use_is_noted_at_most_once_a_minute(engine: Engine) -> None:
    token = entered(engine)

    def last_seen() -> dt.datetime:
        with read_session(engine) as session:
            return session.scalars(select(SignInSession.last_seen)).one()

    visit(engine, token, NOON + dt.timedelta(seconds=59))
    assert last_seen() == NOON
    visit(engine, token, NOON + dt.timedelta(seconds=60))
    assert last_seen() == NOON + dt.timedelta(seconds=60)


def test_sessions_that_ended_are_cleared_away_a_day_later(engine: Engine) -> None:
    open_visit(engine, NOON)
    open_visit(engine, NOON + minutes(36 * 60))
    with read_session(engine) as session:
        assert session.scalar(select(func.count()).select_from(SignInSession)) == 2
    open_visit(engine, NOON + minutes(36 * 60 + 1))
    with read_session(engine) as session:
        assert session.scalar(select(func.count()).select_from(SignInSession)) == 2


def test_signing_out_ends_this_session_only(engine: Engine) -> None:
    here, there = entered(engine), entered(engine)
    sign_out(engine, here, NOON)
    assert visit(engine, here, NOON) is None
    assert visit(engine, there, NOON) is not None


def test_the_owner_sees_and_ends_his_own_sessions_only(engine: Engine) -> None:
    here, there, foreign = entered(engine), entered(engine), entered(engine, name="quan-tri")
    own = visit(engine, here, NOON)
    other = visit(engine, foreign, NOON)
    assert own is not None
    assert other is not None
    with read_session(engine) as session:
        assert {s.id for s in own_sessions(session, own.identity, NOON)} >= {own.session_id}
        assert len(own_sessions(session, own.identity, NOON)) == 2
        with pytest.raises(PermissionError):
            own_sessions(session, VISITOR, NOON)
    assert sign_out_own(engine, own.identity, NOON, other.session_id) == 0
    assert visit(engine, foreign, NOON) is not None
    assert sign_out_own(engine, own.identity, NOON) == 2
    assert visit(engine, here, NOON) is None
    assert visit(engine, there, NOON) is None


def test_a_closed_account_is_signed_out_at_once_and_cannot_return(engine: Engine) -> None:
    token = entered(engine)
    with read_session(engine) as session:
        clerk = next(a for a in account_list(session, ADMINISTRATOR) if a.user_name == "nhap.747")
    close_account(engine, ADMINISTRATOR, clerk.id, clerk.version, NOON)
    assert visit(engine, token, NOON) is None
    fail(engine, NOON)


# Wrong passwords


def test_one_sentence_for_every_reason(engine: Engine) -> None:
    said = set()
    for name, password in (("nhap.747", "sai"), ("khong.co", PASSWORD), ("", ""), ("x" * 500, "y" * 5000)):
        with pytest.raises(SignInRefusedError) as refused:
            sign_in(engine, name, password, "", NOON)
        said.add(str(refused.value))
    assert len(said) == 1


def test_five_failures_lock_for_15_minutes_and_then_for_30(engine: Engine) -> None:
    for _time in range(4):
        fail(engine, NOON)
    entered(engine)
    assert stored(engine).failed == 0
    for _time in range(5):
        fail(engine, NOON)
    assert stored(engine).locked_until == NOON + minutes(15)
    with pytest.raises(SignInRefusedError):
        entered(engine, NOON + minutes(14))
    later = NOON + minutes(15)
    for _time in range(5):
        fail(engine, later)
    assert stored(engine).locked_until == later + minutes(30)
    entered(engine, later + minutes(30))
    assert stored(engine).lock_outs == 0


def test_a_lock_grows_to_four_hours_at_most(engine: Engine) -> None:
    now, lasted = NOON, []
    for _lock in range(7):
        for _time in range(5):
            fail(engine, now)
        until = stored(engine).locked_until
        assert until is not None
        lasted.append((until - now) / minutes(1))
        now = until
    assert lasted == [15, 30, 60, 120, 240, 240, 240]


@pytest.mark.usefixtures("costly_hashes")
def test_a_hash_of_older_parameters_is_renewed_at_sign_in(engine: Engine) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    with write_session(engine) as session:
        session.execute(update(Account).where(Account.user_name == "nhap.747").values(password_hash=weak))
    entered(engine)
    renewed = stored(engine).password_hash
    assert renewed is not None
    assert renewed.startswith("$argon2id$v=19$m=47104,t=2,p=1$")
    entered(engine)


# Changing the password


def test_a_temporary_password_must_be_changed_before_anything_else(engine: Engine) -> None:
    new = NewAccount("lanh.dao", Role.PROVINCE_LEADER, "Lãnh đạo")
    issued = create_accounts(engine, ADMINISTRATOR, [new], NOON)[0]
    token = sign_in(engine, "lanh.dao", issued.password, "", NOON)
    found = visit(engine, token, NOON)
    assert found is not None
    assert (found.identity, found.pending, found.user_name) == (VISITOR, Pending.CHANGE_PASSWORD, "lanh.dao")
    renewed = change_password(engine, token, issued.password, NEW_PASSWORD, NOON)
    assert visit(engine, token, NOON) is None
    found = visit(engine, renewed, NOON)
    assert found is not None
    assert (found.identity.role, found.pending) == (Role.PROVINCE_LEADER, None)


def test_changing_the_password_ends_the_other_sessions(engine: Engine) -> None:
    here, there = entered(engine), entered(engine)
    renewed = change_password(engine, here, PASSWORD, NEW_PASSWORD, NOON)
    assert visit(engine, renewed, NOON) is not None
    assert visit(engine, there, NOON) is None
    fail(engine, NOON)
    sign_in(engine, "nhap.747", NEW_PASSWORD, "", NOON)


def test_a_new_password_must_be_another_and_good_enough(engine: Engine) -> None:
    token = entered(engine)
    with pytest.raises(PasswordRefusedError, match="trùng mật khẩu"):
        change_password(engine, token, PASSWORD, PASSWORD, NOON)
    with pytest.raises(PasswordRefusedError, match="ít nhất 12"):
        change_password(engine, token, PASSWORD, "ngắn", NOON)
    assert visit(engine, token, NOON) is not None


def test_a_wrong_current_password_counts_towards_the_lock(engine: Engine) -> None:
    token = entered(engine)
    for _time in range(5):
        with pytest.raises(SignInRefusedError):
            change_password(engine, token, "không phải", NEW_PASSWORD, NOON)
    assert stored(engine).locked_until == NOON + minutes(15)
    with pytest.raises(SignInRefusedError):
        change_password(engine, token, PASSWORD, NEW_PASSWORD, NOON)


# The second factor


def _enrolled(engine: Engine) -> tuple[TOTP, tuple[str, ...]]:
    """The administrator's authenticator and recovery codes, set up at noon."""
    token = entered(engine, name="quan-tri")
    found = visit(engine, token, NOON)
    assert found is not None
    assert (found.identity, found.pending) == (VISITOR, Pending.ENROL)
    secret = begin_enrolment(engine, BOX, token, NOON).secret
    assert begin_enrolment(engine, BOX, token, NOON).secret == secret
    app = TOTP(secret)
    with pytest.raises(SignInRefusedError):
        confirm_enrolment(engine, BOX, token, "000000" if app.at(NOON) != "000000" else "111111", NOON)
    renewed, codes = confirm_enrolment(engine, BOX, token, app.at(NOON), NOON)
    assert visit(engine, token, NOON) is None
    found = visit(engine, renewed, NOON)
    assert found is not None
    assert (found.identity.role, found.pending) == (Role.ADMINISTRATOR, None)
    return app, codes


def test_an_administrator_sets_it_up_and_then_needs_a_code(engine: Engine) -> None:
    app, _codes = _enrolled(engine)
    later = NOON + minutes(5)
    token = entered(engine, later, "quan-tri")
    found = visit(engine, token, later)
    assert found is not None
    assert (found.identity, found.pending) == (VISITOR, Pending.SECOND_FACTOR)
    with pytest.raises(SignInRefusedError):
        begin_enrolment(engine, BOX, token, later)
    with pytest.raises(SignInRefusedError):
        change_password(engine, token, PASSWORD, NEW_PASSWORD, later)
    renewed = give_second_factor(engine, BOX, token, app.at(later), later)
    assert visit(engine, token, later) is None
    found = visit(engine, renewed, later)
    assert found is not None
    assert (found.identity.role, found.pending) == (Role.ADMINISTRATOR, None)
    with pytest.raises(ValueError, match="đã bật"):
        begin_enrolment(engine, BOX, renewed, later)


def test_a_code_works_once(engine: Engine) -> None:
    app, _codes = _enrolled(engine)
    later = NOON + minutes(5)
    give_second_factor(engine, BOX, entered(engine, later, "quan-tri"), app.at(later), later)
    with pytest.raises(SignInRefusedError):
        give_second_factor(engine, BOX, entered(engine, later, "quan-tri"), app.at(later), later)
    # The code that confirmed the set-up was used by that.
    with pytest.raises(SignInRefusedError):
        give_second_factor(engine, BOX, entered(engine, NOON, "quan-tri"), app.at(NOON), NOON)


def test_a_recovery_code_works_once(engine: Engine) -> None:
    _app, codes = _enrolled(engine)
    give_second_factor(engine, BOX, entered(engine, name="quan-tri"), codes[3].lower(), NOON)
    with pytest.raises(SignInRefusedError):
        give_second_factor(engine, BOX, entered(engine, name="quan-tri"), codes[3], NOON)
    give_second_factor(engine, BOX, entered(engine, name="quan-tri"), codes[4], NOON)


def test_wrong_codes_lock_the_account_and_a_right_password_forgives_none(engine: Engine) -> None:
    app, _codes = _enrolled(engine)
    later = NOON + minutes(5)
    for _time in range(5):
        token = entered(engine, later, "quan-tri")
        with pytest.raises(SignInRefusedError):
            give_second_factor(engine, BOX, token, "abcdef", later)
    assert stored(engine, "quan-tri").locked_until == later + minutes(15)
    with pytest.raises(SignInRefusedError):
        give_second_factor(engine, BOX, token, app.at(later), later)


# Its secret at rest


def test_the_secret_is_not_in_the_database_in_clear(engine: Engine) -> None:
    app, _codes = _enrolled(engine)
    kept = stored(engine, "quan-tri").totp_secret or ""
    assert app.secret not in kept
    assert BOX.opened(kept) == app.secret
    if engine.dialect.name == "sqlite":
        file = Path(engine.url.database or "")
        written = b"".join(f.read_bytes() for f in file.parent.glob(f"{file.name}*"))
        assert kept.encode() in written
        assert app.secret.encode() not in written


def _in_clear(engine: Engine, secret: str) -> None:
    """The administrator's secret as it was stored before secrets were sealed."""
    with write_session(engine) as session:
        session.execute(update(Account).where(Account.user_name == "quan-tri").values(totp_secret=secret))


def test_a_secret_in_clear_still_works_and_is_sealed_by_its_next_use(engine: Engine) -> None:
    app, _codes = _enrolled(engine)
    _in_clear(engine, app.secret)
    later = NOON + minutes(5)
    with pytest.raises(SignInRefusedError):
        give_second_factor(engine, BOX, entered(engine, later, "quan-tri"), "abcdef", later)
    assert stored(engine, "quan-tri").totp_secret == app.secret
    give_second_factor(engine, BOX, entered(engine, later, "quan-tri"), app.at(later), later)
    kept = stored(engine, "quan-tri").totp_secret or ""
    assert is_sealed(kept)
    assert BOX.opened(kept) == app.secret
    last = later + minutes(5)
    give_second_factor(engine, BOX, entered(engine, last, "quan-tri"), app.at(last), last)
    # What is sealed is not written anew at every sign-in.
    assert stored(engine, "quan-tri").totp_secret == kept


def test_a_secret_in_clear_that_was_never_confirmed_is_sealed_when_it_is(engine: Engine) -> None:
    token = entered(engine, name="quan-tri")
    secret = begin_enrolment(engine, BOX, token, NOON).secret
    _in_clear(engine, secret)
    assert begin_enrolment(engine, BOX, token, NOON).secret == secret
    confirm_enrolment(engine, BOX, token, TOTP(secret).at(NOON), NOON)
    assert is_sealed(stored(engine, "quan-tri").totp_secret or "")


OTHER = SecretBox(Path("secret.key"), Fernet.generate_key().decode())
"""The key of another machine."""


@pytest.mark.parametrize("box", [OTHER, SecretBox(Path("not-there.key")), SecretBox(Path("x"), "not a key")])
def test_without_the_key_a_code_ends_in_a_sentence_and_a_recovery_code_lets_in(engine: Engine, box: SecretBox) -> None:
    app, codes = _enrolled(engine)
    later = NOON + minutes(5)
    token = entered(engine, later, "quan-tri")
    with pytest.raises(SignInRefusedError, match=r"không còn khóa mở được xác thực hai bước.* mã dự phòng"):
        give_second_factor(engine, box, token, app.at(later), later)
    found = visit(engine, give_second_factor(engine, box, token, codes[0], later), later)
    assert found is not None
    # Nothing but setting it up anew is possible.
    assert (found.identity, found.pending) == (VISITOR, Pending.ENROL)
    account = stored(engine, "quan-tri")
    assert (account.totp_secret, account.totp_confirmed) == (None, False)


def test_it_is_set_up_anew_with_the_new_key(engine: Engine) -> None:
    _app, codes = _enrolled(engine)
    later = NOON + minutes(5)
    token = give_second_factor(engine, OTHER, entered(engine, later, "quan-tri"), codes[0], later)
    app = TOTP(begin_enrolment(engine, OTHER, token, later).secret)
    renewed, _codes = confirm_enrolment(engine, OTHER, token, app.at(later), later)
    found = visit(engine, renewed, later)
    assert found is not None
    assert (found.identity.role, found.pending) == (Role.ADMINISTRATOR, None)


def test_a_key_that_is_none_ends_setting_up_in_a_sentence(engine: Engine) -> None:
    token = entered(engine, name="quan-tri")
    with pytest.raises(ValueError, match=r"DTI_SECRET_KEY hoặc tệp secret\.key"):
        begin_enrolment(engine, SecretBox(Path("x"), "not a key"), token, NOON)
    assert stored(engine, "quan-tri").totp_secret is None


def test_a_clerk_needs_none(engine: Engine) -> None:
    found = visit(engine, entered(engine), NOON)
    assert found is not None
    assert found.pending is None


# The other door

AN = Vouched("https://so.gov.vn|1", email="Nhap@VungTau.gov.vn")


def test_a_subject_is_kept_beside_its_issuer() -> None:
    assert subject_key("https://so.gov.vn", "an-1") == "https://so.gov.vn|an-1"
    assert len(subject_key("https://so.gov.vn", "x" * 237)) == 255
    for subject in ("", "x" * 238):
        with pytest.raises(ValueError, match="từ 1 đến 255 ký tự"):
            subject_key("https://so.gov.vn", subject)


def test_an_identity_provider_opens_only_an_account_that_is_there(engine: Engine) -> None:
    for who in (replace(AN, email="la@vungtau.gov.vn"), replace(AN, email=None), replace(AN, email="")):
        with pytest.raises(SignInRefusedError, match="chưa gắn"):
            sign_in_by_subject(engine, who, "", NOON)
    visitor = open_visit(engine, NOON)
    before = visit(engine, visitor, NOON)
    token = sign_in_by_subject(engine, AN, visitor, NOON, "Firefox")
    found = visit(engine, token, NOON)
    assert found is not None
    assert (found.identity.account, found.pending, found.by_provider) == ("nhap.747", None, True)
    assert stored(engine).signed_in_at == NOON
    # Rotated, as with a password.
    assert before is not None
    assert found.csrf != before.csrf
    assert visit(engine, visitor, NOON) is None
    with read_session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 2


def test_an_account_stays_with_the_subject_that_came_first(engine: Engine) -> None:
    sign_in_by_subject(engine, AN, "", NOON)
    assert stored(engine).oidc_subject == "https://so.gov.vn|1"
    with pytest.raises(SignInRefusedError):
        sign_in_by_subject(engine, replace(AN, subject="https://so.gov.vn|2"), "", NOON)
    # Whatever address the provider now gives, the subject is the same; and another's address changes nothing.
    sign_in_by_subject(engine, replace(AN, email=None), "", NOON)
    sign_in_by_subject(engine, replace(AN, email="khac@vungtau.gov.vn", user_name="quan-tri"), "", NOON)
    assert stored(engine, "quan-tri").oidc_subject is None


def test_a_user_name_that_the_provider_gives_ties_too(engine: Engine) -> None:
    with pytest.raises(SignInRefusedError):
        sign_in_by_subject(engine, Vouched("https://so.gov.vn|1", user_name="nhap.74"), "", NOON)
    sign_in_by_subject(engine, Vouched("https://so.gov.vn|1", user_name=" NHAP.747 "), "", NOON)
    assert stored(engine).oidc_subject == "https://so.gov.vn|1"


@pytest.mark.parametrize(
    "who", [Vouched("s|1", email="nhap@vungtau.gov.vn\u212a"), Vouched("s|1", user_name="nhậр.747")]
)
def test_letters_that_look_like_ours_tie_nothing(engine: Engine, who: Vouched) -> None:
    with write_session(engine) as session:
        session.execute(update(Person).values(email="nhap@vungtau.gov.vnk").where(Person.email.is_not(None)))
    with pytest.raises(SignInRefusedError):
        sign_in_by_subject(engine, who, "", NOON)


def test_closed_and_locked_accounts_are_refused_in_the_same_words(engine: Engine) -> None:
    said = set()

    def refused(who: Vouched) -> None:
        with pytest.raises(SignInRefusedError) as error:
            sign_in_by_subject(engine, who, "", NOON)
        said.add(str(error.value))

    refused(replace(AN, email=None))
    sign_in_by_subject(engine, AN, "", NOON)
    for _time in range(5):
        fail(engine, NOON)
    refused(AN)
    with read_session(engine) as session:
        clerk = next(a for a in account_list(session, ADMINISTRATOR) if a.user_name == "nhap.747")
    close_account(engine, ADMINISTRATOR, clerk.id, clerk.version, NOON)
    refused(AN)
    assert len(said) == 1


def test_a_session_by_the_provider_is_like_any_other(engine: Engine) -> None:
    def token() -> str:
        return sign_in_by_subject(engine, AN, "", NOON)

    assert visit(engine, token(), NOON + minutes(30)) is None
    here, there = token(), token()
    sign_out(engine, here, NOON)
    assert visit(engine, here, NOON) is None
    assert visit(engine, there, NOON) is not None
    with read_session(engine) as session:
        clerk = next(a for a in account_list(session, ADMINISTRATOR) if a.user_name == "nhap.747")
    assert sign_out_everywhere(engine, ADMINISTRATOR, clerk.id, clerk.version, NOON) >= 1
    assert visit(engine, there, NOON) is None


def test_a_temporary_password_holds_up_only_whoever_came_with_it(engine: Engine) -> None:
    new = NewAccount("lanh.dao", Role.PROVINCE_LEADER, "Lãnh đạo", "lanhdao@brvt.gov.vn")
    issued = create_accounts(engine, ADMINISTRATOR, [new], NOON)[0]
    by_provider = visit(engine, sign_in_by_subject(engine, replace(AN, email=new.email), "", NOON), NOON)
    by_password = visit(engine, sign_in(engine, "lanh.dao", issued.password, "", NOON), NOON)
    assert by_provider is not None
    assert by_password is not None
    assert by_provider.pending is None
    assert by_password.pending == Pending.CHANGE_PASSWORD


def test_the_second_factor_is_asked_for_at_the_other_door_too(engine: Engine) -> None:
    chief = Vouched("https://so.gov.vn|9", user_name="quan-tri")
    found = visit(engine, sign_in_by_subject(engine, chief, "", NOON), NOON)
    assert found is not None
    assert (found.identity, found.pending) == (VISITOR, Pending.ENROL)
    app, _codes = _enrolled(engine)
    later = NOON + minutes(5)
    token = sign_in_by_subject(engine, chief, "", later)
    found = visit(engine, token, later)
    assert found is not None
    assert (found.identity, found.pending) == (VISITOR, Pending.SECOND_FACTOR)
    renewed = visit(engine, give_second_factor(engine, BOX, token, app.at(later), later), later)
    assert renewed is not None
    assert (renewed.identity.role, renewed.pending, renewed.by_provider) == (Role.ADMINISTRATOR, None, True)


def test_a_provider_that_is_trusted_with_it_stands_for_the_second_factor(engine: Engine) -> None:
    chief = Vouched("https://so.gov.vn|9", user_name="quan-tri", multi_factor=True)
    for _enrolment in range(2):
        found = visit(engine, sign_in_by_subject(engine, chief, "", NOON), NOON)
        assert found is not None
        assert (found.identity.role, found.pending) == (Role.ADMINISTRATOR, None)
        if not found.second_factor:
            _enrolled(engine)
    assert stored(engine, "quan-tri").totp_confirmed


def test_the_provider_forgives_no_wrong_codes(engine: Engine) -> None:
    chief = Vouched("https://so.gov.vn|9", user_name="quan-tri")
    _enrolled(engine)
    later = NOON + minutes(5)
    for _time in range(5):
        with pytest.raises(SignInRefusedError):
            give_second_factor(engine, BOX, sign_in_by_subject(engine, chief, "", later), "abcdef", later)
    assert stored(engine, "quan-tri").locked_until == later + minutes(15)
    with pytest.raises(SignInRefusedError):
        sign_in_by_subject(engine, chief, "", later)


def test_a_visitors_session_is_changed_for_a_new_one(engine: Engine) -> None:
    old = open_visit(engine, NOON)
    before, signed = visit(engine, old, NOON), entered(engine)
    new = renew_visit(engine, old, NOON)
    after = visit(engine, new, NOON)
    assert before is not None
    assert after is not None
    assert after.csrf != before.csrf
    assert visit(engine, old, NOON) is None
    # Somebody's session is not a visitor's.
    renew_visit(engine, signed, NOON)
    assert visit(engine, signed, NOON) is not None
