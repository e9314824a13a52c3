"""Another door: an identity provider vouches for somebody (OpenID Connect, authorization code flow with PKCE)."""

import datetime as dt
import json
import logging
import re
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit

import anyio
import httpx2
from authlib.common.security import is_secure_transport
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from pydantic import AfterValidator, BaseModel, ValidationError

from assessment.sign_in import Vouched, subject_key
from data.settings import OidcSettings
from language import _

SECONDS_TO_ANSWER = 5.0
"""For one answer of the provider."""
SECONDS_IN_ALL = 12.0
"""For everything that is asked of the provider in one step; whoever signs in waits so long at most."""
CLOCK_DIFFERENCE = 60
"""Seconds by which the provider's clock may differ from ours."""
_MOST_BYTES = 1_000_000
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures by a key that only the provider has: neither `none` nor one by the shared secret."""
_ERROR_CODE = re.compile(r"[a-z_]{1,40}")
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Provider:
    """An identity provider. issuer: its address, which is also its name in what it signs. label: its name on screens.

    link_claim: the claim that ties a subject to an account the first time; "email" for the verified address, empty for
    none. multi_factor: values of `amr` and `acr` that are trusted to stand for our second factor.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    label: str
    link_claim: str = "email"
    multi_factor: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a browser that went to the provider must bring back, and what proves that the answer is meant for it."""

    state: str
    nonce: str
    verifier: str = field(repr=False)


class ProviderError(ValueError):
    """Why the provider did not help to sign in, as a sentence."""


class ProviderSilentError(ProviderError):
    """The provider gave no answer, or none that could be understood."""


def identity_provider(settings: OidcSettings) -> Provider | None:
    """The provider that the settings name; None when they name none.

    Raises ValueError, with a sentence, for settings that are incomplete or not safe.
    """
    secret = settings.client_secret.get_secret_value()
    needed = {"OIDC_ISSUER": settings.issuer, "OIDC_CLIENT_ID": settings.client_id, "OIDC_CLIENT_SECRET": secret}
    missing = [name for name, value in needed.items() if not value]
    if len(missing) == len(needed):
        return None
    if missing:
        raise ValueError(
            _("Thiếu biến môi trường {names}; hãy đặt đủ {all}, hoặc bỏ cả ba.").format(
                names=", ".join(missing), all=", ".join(needed)
            )
        )
    parts = urlsplit(settings.issuer)
    if not is_secure_transport(settings.issuer) or parts.query or parts.fragment or "|" in settings.issuer:
        raise ValueError(
            _(
                "OIDC_ISSUER là {issuer!r}; cần địa chỉ https của nhà cung cấp danh tính, không có phần ? và #. Chỉ máy "
                "này mới được dùng http."
            ).format(issuer=settings.issuer)
        )
    values = frozenset(value.strip() for value in settings.multi_factor.split(",")) - {""}
    label = settings.label.strip() or parts.hostname or ""
    return Provider(settings.issuer, settings.client_id, secret, label, settings.link_claim.strip(), values)


# What the provider says about itself


def _safe(address: str) -> str:
    if not is_secure_transport(address):
        raise ValueError("neither https nor this machine")
    return address


_Address = Annotated[str, AfterValidator(_safe)]


class _Description(BaseModel):
    """The parts of a provider's description that are used. Source: OpenID Connect Discovery 1.0, 3."""

    issuer: str
    authorization_endpoint: _Address
    token_endpoint: _Address
    jwks_uri: _Address
    userinfo_endpoint: _Address | None = None
    end_session_endpoint: _Address | None = None
    token_endpoint_auth_methods_supported: list[str] = ["client_secret_basic"]
    authorization_response_iss_parameter_supported: bool = False


class _AnswerError(Exception):
    """What was wrong with an answer of the provider, for the log."""


async def _read(client: httpx2.AsyncClient, address: str, headers: Mapping[str, str] | None = None) -> Any:
    """The JSON that stands at an address. Raises _AnswerError for anything else."""
    request = client.build_request("GET", address, headers=headers)
    answer = await client.send(request, auth=None, stream=True)
    try:
        if answer.status_code != 200:
            raise _AnswerError(f"{address} answered {answer.status_code}")
        body = b""
        async for part in answer.aiter_bytes():
            body += part
            if len(body) > _MOST_BYTES:
                raise _AnswerError(f"{address} answered more than {_MOST_BYTES} bytes")
    finally:
        await answer.aclose()
    try:
        return json.loads(body)
    except ValueError as error:
        raise _AnswerError(f"{address} answered no JSON") from error


async def _description(client: httpx2.AsyncClient, provider: Provider) -> _Description:
    address = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
    found = _Description.model_validate(await _read(client, address))
    if found.issuer != provider.issuer:
        raise _AnswerError(f"{address} describes {found.issuer!r}, not {provider.issuer!r}")
    return found


@asynccontextmanager
async def _asking(provider: Provider, redirect: str = "") -> AsyncIterator[Any]:
    """A client to ask the provider with. What goes wrong inside becomes a ProviderError, its reason is logged."""
    # Authlib takes the base of its client, httpx2's, from where checkers of types cannot follow.
    client: Any = AsyncOAuth2Client(
        provider.client_id,
        provider.client_secret,
        redirect_uri=redirect,
        scope="openid profile email",
        code_challenge_method="S256",
        timeout=SECONDS_TO_ANSWER,
        follow_redirects=False,
    )
    try:
        with anyio.fail_after(SECONDS_IN_ALL):
            async with client:
                yield client
    except (TimeoutError, httpx2.HTTPError, httpx2.InvalidURL, _AnswerError, ValidationError) as error:
        _logger.warning("Identity provider %s: %s: %s", provider.issuer, type(error).__name__, error)
        raise ProviderSilentError(
            _(
                "{provider} không trả lời hoặc trả lời không đúng nên chưa đăng nhập được bằng cách này. Đề nghị thử lại "
                "sau ít phút, hoặc đăng nhập bằng mật khẩu."
            ).format(provider=provider.label)
        ) from error
    except Exception as error:
        # Libraries answer nonsense with errors of every kind; none of them may reach the reader as a failure of ours.
        _logger.warning("Identity provider %s is not believed", provider.issuer, exc_info=error)
        raise ProviderError(
            _(
                "Không xác nhận được danh tính do {provider} gửi về nên chưa đăng nhập được. Đề nghị thử lại; nếu vẫn vậy, "
                "báo người quản trị hệ thống."
            ).format(provider=provider.label)
        ) from error


# Going there and coming back


async def departure(provider: Provider, redirect: str) -> tuple[str, Attempt]:
    """Where to send a browser that is to sign in, and what to keep until it comes back to the address `redirect`.

    Raises ProviderError.
    """
    attempt = Attempt(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))
    async with _asking(provider, redirect) as client:
        description = await _description(client, provider)
        address, _state = client.create_authorization_url(
            description.authorization_endpoint,
            state=attempt.state,
            code_verifier=attempt.verifier,
            nonce=attempt.nonce,
        )
    return address, attempt


def _code(provider: Provider, attempt: Attempt | None, answer: Mapping[str, str]) -> str:
    """The code of an answer that belongs to the attempt. Raises ProviderError."""
    state = answer.get("state", "")
    if attempt is None or not secrets.compare_digest(state.encode(), attempt.state.encode()):
        raise ProviderError(
            _(
                "Lượt đăng nhập bằng {provider} đã hết hạn, đã dùng rồi hoặc không bắt đầu từ trình duyệt này; hãy bấm nút "
                "đăng nhập lại."
            ).format(provider=provider.label)
        )
    error = answer.get("error")
    if error == "access_denied":
        raise ProviderError(
            _("Việc đăng nhập bằng {provider} đã bị hủy hoặc bị từ chối ở đó.").format(provider=provider.label)
        )
    code = answer.get("code", "")
    if error is not None or not code:
        shown = error if error and _ERROR_CODE.fullmatch(error) else _("không rõ")
        raise ProviderError(
            _(
                "{provider} báo lỗi (mã: {code}) nên chưa đăng nhập được. Đề nghị thử lại; nếu vẫn vậy, báo người quản trị "
                "hệ thống kèm mã này."
            ).format(provider=provider.label, code=shown)
        )
    return code


async def vouched(
    provider: Provider, redirect: str, attempt: Attempt | None, answer: Mapping[str, str], now: dt.datetime
) -> Vouched:
    """Whom the provider vouches for. answer: what the browser brought back; attempt: what was kept, None if nothing.

    Raises ProviderError: the answer belongs to no attempt, says no, or proves nothing.
    Source: OpenID Connect Core 1.0, 3.1.3.7; RFC 7636; RFC 9207.
    """
    code = _code(provider, attempt, answer)
    assert attempt is not None
    async with _asking(provider, redirect) as client:
        description = await _description(client, provider)
        named = answer.get("iss")
        if named != provider.issuer and (named or description.authorization_response_iss_parameter_supported):
            raise ValueError(f"the answer comes from {named!r}")
        methods = description.token_endpoint_auth_methods_supported
        if "client_secret_basic" not in methods and "client_secret_post" in methods:
            client.token_endpoint_auth_method = "client_secret_post"
        token = await client.fetch_token(
            description.token_endpoint,
            grant_type="authorization_code",
            code=code,
            redirect_uri=redirect,
            code_verifier=attempt.verifier,
        )
        keys = _signing_keys(await _read(client, description.jwks_uri))
        claims = _claims(provider, token, keys, attempt.nonce, now)
        if provider.link_claim and provider.link_claim not in claims and description.userinfo_endpoint:
            bearer = {"authorization": f"Bearer {token['access_token']}"}
            more = await _read(client, description.userinfo_endpoint, bearer)
            if not isinstance(more, dict) or more.get("sub") != claims["sub"]:
                raise ValueError("the user info is about somebody else")
            claims = {**more, **claims}
        return _of_claims(provider, claims)


def _signing_keys(found: Any) -> KeySet:
    """The public keys with which signatures are checked, among everything that a provider shows."""
    usable = [key for key in found["keys"] if key.get("kty") in ("RSA", "EC") and key.get("use", "sig") == "sig"]
    return KeySet.import_key_set({"keys": usable})


def _claims(
    provider: Provider, token: Mapping[str, Any], keys: KeySet, nonce: str, now: dt.datetime
) -> Mapping[str, Any]:
    """The checked claims of an id token. Raises joserfc.errors.JoseError or ValueError."""
    given = token.get("id_token")
    if not isinstance(given, str):
        raise ValueError("no id token")
    signed = jwt.decode(given, keys, registry=JWSRegistry(algorithms=_ALGORITHMS, strict_check_header=False))
    claims = CodeIDToken(
        signed.claims,
        signed.header,
        {
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": provider.client_id},
            "sub": {"essential": True},
        },
        {"nonce": nonce, "client_id": provider.client_id, "access_token": token.get("access_token")},
    )
    claims.validate(now=int(now.timestamp()), leeway=CLOCK_DIFFERENCE)
    return claims


def _of_claims(provider: Provider, claims: Mapping[str, Any]) -> Vouched:
    """What the claims say about whom to let in. An address counts only when the provider has verified it."""
    linking = claims.get(provider.link_claim) if provider.link_claim else None
    value = linking if isinstance(linking, str) else None
    by_mail = provider.link_claim == "email"
    said = (claims.get("acr"), *(claims.get("amr") or ()))
    return Vouched(
        subject_key(provider.issuer, claims["sub"]),
        email=value if by_mail and claims.get("email_verified") is True else None,
        user_name=None if by_mail else value,
        multi_factor=any(isinstance(value, str) and value in provider.multi_factor for value in said),
    )


# Signing out there


async def end_session_address(provider: Provider, back: str) -> str | None:
    """Where one can sign out at the provider too and be led to the address `back`; None where that is not offered.

    Raises ProviderError. Source: OpenID Connect RP-Initiated Logout 1.0, 2.
    """
    async with _asking(provider) as client:
        address = (await _description(client, provider)).end_session_endpoint
    if address is None:
        return None
    more = urlencode({"client_id": provider.client_id, "post_logout_redirect_uri": back})
    return f"{address}{'&' if '?' in address else '?'}{more}"
