"""The way to an identity provider and back, against a provider that answers over HTTP and signs with real keys."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import anyio
import pytest
from joserfc.jwk import RSAKey
from pydantic import SecretStr
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from assessment import identity_provider
from assessment.identity_provider import (
    CLOCK_DIFFERENCE,
    Attempt,
    Provider,
    ProviderError,
    ProviderSilentError,
    departure,
    end_session_address,
    vouched,
)
from assessment.sign_in import Vouched
from data.settings import OidcSettings
from tests.coroutines import done
from tests.oidc_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    DENIED,
    Claims,
    OidcProvider,
    running_provider,
    signed_by_secret,
    unsigned,
)

BACK = "https://dti.example.gov.vn/dang-nhap/oidc/tro-lai"
AN: Claims = {"sub": "an-1", "email": "An@VungTau.gov.vn", "email_verified": True, "preferred_username": "nhap.747"}
FOREIGN_KEY = RSAKey.generate_key(2048, {"kid": "chìa 1"})


@pytest.fixture
def there() -> Iterator[OidcProvider]:
    """A provider that knows one person."""
    with running_provider() as provider:
        provider.people["an"] = AN
        provider.redirects.add(BACK)
        yield provider


@pytest.fixture
def door(there: OidcProvider) -> Provider:
    return Provider(there.issuer, CLIENT_ID, CLIENT_SECRET, "Sổ danh tính")


def gone(door: Provider) -> tuple[str, Attempt]:
    return done(departure(door, BACK))


def come(
    door: Provider, attempt: Attempt | None, answer: Mapping[str, str], late: dt.timedelta = dt.timedelta()
) -> Vouched:
    return done(vouched(door, BACK, attempt, answer, dt.datetime.now(dt.UTC) + late))


def round_trip(there: OidcProvider, door: Provider, late: dt.timedelta = dt.timedelta()) -> Vouched:
    address, attempt = gone(door)
    return come(door, attempt, there.choose(address, "an"), late)


# What the environment says


def settings(issuer: str = "https://so.gov.vn", secret: str = "bí mật", **more: str) -> OidcSettings:
    return OidcSettings(issuer=issuer, client_id="dti", client_secret=SecretStr(secret), **more)


def test_without_settings_there_is_no_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False)
    assert identity_provider.identity_provider(OidcSettings()) is None


def test_the_environment_names_the_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    named = {
        "OIDC_ISSUER": "https://so.gov.vn/realms/tinh",
        "OIDC_CLIENT_ID": "dti",
        "OIDC_CLIENT_SECRET": "bí mật",
        "OIDC_MULTI_FACTOR": "mfa, cao ,",
    }
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    found = identity_provider.identity_provider(OidcSettings())
    assert found == Provider(
        "https://so.gov.vn/realms/tinh", "dti", "bí mật", "so.gov.vn", "email", frozenset({"mfa", "cao"})
    )
    assert "bí mật" not in repr(found) + repr(OidcSettings())


def test_half_of_the_settings_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="Thiếu biến môi trường OIDC_CLIENT_SECRET"):
        identity_provider.identity_provider(settings(secret=""))


@pytest.mark.parametrize("issuer", ["http://so.gov.vn", "so.gov.vn", "https://so.gov.vn/?a=b", "https://so|gov.vn"])
def test_an_issuer_must_be_a_safe_address(issuer: str) -> None:
    with pytest.raises(ValueError, match="cần địa chỉ https"):
        identity_provider.identity_provider(settings(issuer))


# There and back


def test_a_browser_is_sent_with_everything_that_the_answer_is_held_against(door: Provider) -> None:
    address, attempt = gone(door)
    other, another = gone(door)
    asked = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
    assert address.startswith(f"{door.issuer}/authorize?")
    assert asked["response_type"] == "code"
    assert (asked["state"], asked["nonce"]) == (attempt.state, attempt.nonce)
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert asked["redirect_uri"] == BACK
    assert "openid" in asked["scope"].split()
    # What proves that it was us who asked stays here, and is another one each time.
    assert attempt.verifier not in address
    assert len({attempt.state, attempt.nonce, attempt.verifier, another.state, another.nonce, another.verifier}) == 6
    assert address != other


def test_somebody_is_vouched_for_by_issuer_and_subject(there: OidcProvider, door: Provider) -> None:
    assert round_trip(there, door) == Vouched(f"{there.issuer}|an-1", email="An@VungTau.gov.vn")


def test_a_new_key_of_the_provider_is_taken_at_once(there: OidcProvider, door: Provider) -> None:
    round_trip(there, door)
    there.key = RSAKey.generate_key(3072, {"kid": "chìa 2"})
    round_trip(there, door)


def test_the_secret_is_given_as_the_provider_wants_it(there: OidcProvider, door: Provider) -> None:
    there.secret_methods = {"client_secret_post"}
    round_trip(there, door)
    with pytest.raises(ProviderError, match="Không xác nhận được"):
        round_trip(there, replace(door, client_secret="khác"))


# What is not believed

FORGED: dict[str, tuple[Callable[[Claims], Claims], Callable[[OidcProvider, Claims], str] | None]] = {
    "another audience": (lambda c: {**c, "aud": "khac"}, None),
    "another audience among several": (lambda c: {**c, "aud": ["khac", "khac-nua"], "azp": CLIENT_ID}, None),
    "given to another party": (lambda c: {**c, "aud": [CLIENT_ID, "khac"], "azp": "khac"}, None),
    "given to nobody knows whom": (lambda c: {**c, "aud": [CLIENT_ID, "khac"]}, None),
    "another issuer": (lambda c: {**c, "iss": "https://khac.gov.vn"}, None),
    "no issuer": (lambda c: {k: v for k, v in c.items() if k != "iss"}, None),
    "expired": (lambda c: {**c, "exp": c["iat"] - CLOCK_DIFFERENCE - 1}, None),
    "without an end": (lambda c: {k: v for k, v in c.items() if k != "exp"}, None),
    "of tomorrow": (lambda c: {**c, "iat": c["iat"] + 86_400, "exp": c["exp"] + 86_400}, None),
    "another nonce": (lambda c: {**c, "nonce": "khác"}, None),
    "no nonce": (lambda c: {k: v for k, v in c.items() if k != "nonce"}, None),
    "another access token": (lambda c: {**c, "at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, None),
    "no subject": (lambda c: {**c, "sub": ""}, None),
    "a subject that is no text": (lambda c: {**c, "sub": ["an-1"]}, None),
    "a subject too long to be kept": (lambda c: {**c, "sub": "x" * 256}, None),
    "signed by another key of the same name": (dict, lambda p, c: replace(p, key=FOREIGN_KEY).signed(c)),
    "signed by a key that the provider does not show": (dict, lambda p, c: p.signed(c, kid="chìa 9")),
    "not signed": (dict, lambda _p, c: unsigned(c)),
    "signed by the shared secret": (dict, lambda _p, c: signed_by_secret(c, CLIENT_SECRET.encode())),
    "signed by the public key as a secret": (dict, lambda p, c: signed_by_secret(c, p.key.as_pem(private=False))),
    "a signature cut off": (dict, lambda p, c: p.signed(c)[:-8]),
    "no token": (dict, lambda _p, _c: "xin chào"),
    "no text": (dict, lambda _p, _c: 7),  # pyright: ignore[reportReturnType]
}


@pytest.mark.parametrize("kind", list(FORGED))
def test_a_token_is_refused_that_is(there: OidcProvider, door: Provider, kind: str) -> None:
    twist, forge = FORGED[kind]
    there.twist = twist
    there.forge = (lambda claims: forge(there, claims)) if forge else None
    with pytest.raises(ProviderError, match="Không xác nhận được danh tính do Sổ danh tính gửi về"):
        round_trip(there, door)


def test_clocks_may_differ_by_a_minute(there: OidcProvider, door: Provider) -> None:
    there.twist = lambda claims: {**claims, "exp": claims["iat"] + 300}
    round_trip(there, door, dt.timedelta(seconds=300 + CLOCK_DIFFERENCE - 20))
    with pytest.raises(ProviderError):
        round_trip(there, door, dt.timedelta(seconds=300 + CLOCK_DIFFERENCE + 20))


def test_a_code_works_once(there: OidcProvider, door: Provider) -> None:
    address, attempt = gone(door)
    answer = there.choose(address, "an")
    come(door, attempt, answer)
    with pytest.raises(ProviderError, match="Không xác nhận được"):
        come(door, attempt, answer)


def test_a_code_is_worth_nothing_without_what_stayed_here(there: OidcProvider, door: Provider) -> None:
    address, attempt = gone(door)
    answer = there.choose(address, "an")
    with pytest.raises(ProviderError, match="Không xác nhận được"):
        come(door, replace(attempt, verifier="x" * 64), answer)


@pytest.mark.parametrize("state", ["", "khác", "à" * 43])
def test_a_foreign_state_is_refused_before_anything_is_asked(door: Provider, state: str) -> None:
    nowhere = replace(door, issuer="http://127.0.0.1:9")
    attempt = Attempt("trạng thái", "n", "v")
    for kept in (attempt, None):
        with pytest.raises(ProviderError, match="không bắt đầu từ trình duyệt này"):
            come(nowhere, kept, {"state": state, "code": "c"})


def test_an_answer_of_another_provider_is_refused(there: OidcProvider, door: Provider) -> None:
    address, attempt = gone(door)
    answer = there.choose(address, "an")
    with pytest.raises(ProviderError, match="Không xác nhận được"):
        come(door, attempt, {**answer, "iss": "https://khac.gov.vn"})
    come(door, attempt, {**answer, "iss": there.issuer})


def test_a_provider_that_names_itself_in_its_answers_must_do_so(there: OidcProvider, door: Provider) -> None:
    there.more_description = {"authorization_response_iss_parameter_supported": True}
    with pytest.raises(ProviderError, match="Không xác nhận được"):
        round_trip(there, door)


def test_somebody_who_says_no_is_told_so(there: OidcProvider, door: Provider) -> None:
    address, attempt = gone(door)
    with pytest.raises(ProviderError, match="đã bị hủy hoặc bị từ chối"):
        come(door, attempt, there.choose(address, DENIED))


@pytest.mark.parametrize(("code", "shown"), [("server_error", "server_error"), ("<b>Gọi 0900</b>", "không rõ")])
def test_an_error_of_the_provider_is_told_by_its_code_alone(door: Provider, code: str, shown: str) -> None:
    attempt = Attempt("s", "n", "v")
    with pytest.raises(ProviderError, match=rf"báo lỗi \(mã: {shown}\)"):
        come(door, attempt, {"state": "s", "error": code, "error_description": "Gọi 0900 123 456"})
    with pytest.raises(ProviderError, match=r"báo lỗi \(mã: không rõ\)"):
        come(door, attempt, {"state": "s"})


# A provider that is not there, or talks nonsense


def said(text: str, status: int = 200) -> Response:
    return PlainTextResponse(text, status)


def instead(answer: Callable[[], Response]) -> Callable[[], Any]:
    async def give() -> Response:
        return answer()

    return give


NONSENSE: dict[str, Callable[[], Response]] = {
    "a failure": lambda: said("", 500),
    "a page": lambda: said("<!DOCTYPE html><title>Bảo trì</title>"),
    "a number": lambda: said("7"),
    "an empty object": lambda: said("{}"),
    "another shape": lambda: said('{"keys": {"kty": 7}, "issuer": [], "access_token": {}}'),
    "letters of no alphabet": lambda: Response(b"\xff\xfe{}", media_type="application/json"),
    "a way to somewhere else": lambda: RedirectResponse("http://127.0.0.1:9/"),
    "more than anybody needs": lambda: said('{"x": "' + "x" * 1_000_001 + '"}'),
}


@pytest.mark.parametrize("nonsense", list(NONSENSE))
def test_a_description_that_is_nonsense_is_told(there: OidcProvider, door: Provider, nonsense: str) -> None:
    there.instead["/.well-known/openid-configuration"] = instead(NONSENSE[nonsense])
    with pytest.raises(ProviderSilentError, match="Sổ danh tính không trả lời hoặc trả lời không đúng"):
        gone(door)


@pytest.mark.parametrize(
    "more",
    [
        {"issuer": "https://khac.gov.vn"},
        {"token_endpoint": "http://so.gov.vn/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
    ],
)
def test_a_description_of_somebody_else_or_of_unsafe_addresses_is_refused(
    there: OidcProvider, door: Provider, more: Claims
) -> None:
    there.more_description = more
    with pytest.raises(ProviderSilentError):
        gone(door)


@pytest.mark.parametrize("nonsense", list(NONSENSE))
@pytest.mark.parametrize("path", ["/token", "/keys"])
def test_nonsense_on_the_way_back_is_told(there: OidcProvider, door: Provider, path: str, nonsense: str) -> None:
    there.instead[path] = instead(NONSENSE[nonsense])
    with pytest.raises(ProviderError, match="nên chưa đăng nhập được"):
        round_trip(there, door)


def test_a_provider_that_is_down_is_told(door: Provider) -> None:
    with pytest.raises(ProviderSilentError, match="không trả lời"):
        gone(replace(door, issuer="http://127.0.0.1:9"))


@pytest.mark.parametrize("limit", ["SECONDS_TO_ANSWER", "SECONDS_IN_ALL"])
def test_a_provider_that_never_answers_is_not_waited_for(
    there: OidcProvider, door: Provider, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    there.instead["/.well-known/openid-configuration"] = anyio.sleep_forever
    monkeypatch.setattr(identity_provider, limit, 0.3)
    with pytest.raises(ProviderSilentError, match="không trả lời"):
        gone(door)


# What ties somebody to an account


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_is_not_verified_counts_for_nothing(
    there: OidcProvider, door: Provider, verified: object
) -> None:
    there.people["an"] = {**AN, "email_verified": verified}
    assert round_trip(there, door).email is None


def test_the_address_may_stand_in_the_user_info_alone(there: OidcProvider, door: Provider) -> None:
    there.user_info_only = frozenset({"email", "email_verified"})
    assert round_trip(there, door).email == "An@VungTau.gov.vn"
    there.instead["/me"] = instead(lambda: said('{"sub": "binh-2", "email": "a@b.vn", "email_verified": true}'))
    with pytest.raises(ProviderError, match="Không xác nhận được"):
        round_trip(there, door)


def test_another_claim_names_an_account_by_its_user_name(there: OidcProvider, door: Provider) -> None:
    by_name = round_trip(there, replace(door, link_claim="preferred_username"))
    assert by_name == Vouched(f"{there.issuer}|an-1", user_name="nhap.747")
    assert round_trip(there, replace(door, link_claim="")) == Vouched(f"{there.issuer}|an-1")


@pytest.mark.parametrize(
    ("said_by_provider", "trusted", "counts"),
    [
        ({"amr": ["pwd", "mfa"]}, "mfa", True),
        ({"acr": "urn:cao"}, "urn:cao", True),
        ({"amr": ["pwd", "mfa"]}, "", False),
        ({"amr": ["pwd"], "acr": "0"}, "mfa", False),
        ({"amr": [["mfa"]], "acr": {"mfa": 1}}, "mfa", False),
        ({}, "mfa", False),
    ],
)
def test_more_than_one_proof_counts_only_when_it_is_said_and_trusted(
    there: OidcProvider, door: Provider, said_by_provider: Claims, trusted: str, counts: bool
) -> None:
    there.twist = lambda claims: {**claims, **said_by_provider}
    assert round_trip(there, replace(door, multi_factor=frozenset({trusted} - {""}))).multi_factor is counts


# Signing out there


def test_the_way_to_sign_out_there_leads_back(there: OidcProvider, door: Provider) -> None:
    address = done(end_session_address(door, "https://dti.example.gov.vn/dang-nhap"))
    assert address == (
        f"{there.issuer}/sign-out?client_id=dti&post_logout_redirect_uri=https%3A%2F%2Fdti.example.gov.vn%2Fdang-nhap"
    )
    there.more_description = {"end_session_endpoint": f"{there.issuer}/sign-out?realm=tinh"}
    longer = done(end_session_address(door, "https://a"))
    assert longer == f"{there.issuer}/sign-out?realm=tinh&client_id=dti&post_logout_redirect_uri=https%3A%2F%2Fa"
    there.more_description = {"end_session_endpoint": None}
    assert done(end_session_address(door, "https://a")) is None
