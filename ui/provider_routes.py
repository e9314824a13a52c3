"""The way to the identity provider and back: two addresses, which are there only where there is a provider."""

import hashlib
import secrets
from dataclasses import dataclass

from anyio import to_thread
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from assessment.identity_provider import (
    Attempt,
    Provider,
    ProviderError,
    ProviderSilentError,
    departure,
    vouched,
)
from assessment.sign_in import SignInRefusedError, renew_visit, sign_in_by_subject, token_hash, visit
from ui import gateway
from ui.clock import now
from ui.cookies import give_token, is_secure
from ui.gate import PROVIDER, PROVIDER_RETURN, SIGN_IN, own_address, safe_next, sent
from ui.provider import provider
from ui.sign_in_pages import leaving_page, sign_in_page
from ui.sign_in_routes import field_text, given_form, onward

ATTEMPT_SECONDS = 600
"""How long somebody may take at the provider."""
_MOST_TARGET = 2_000
"""Letters of the address to go on to; browsers drop a cookie of more than 4,096 bytes."""


@dataclass(frozen=True, slots=True)
class _Begun:
    """What the browser keeps while it is at the provider. target: where to go on to afterwards."""

    attempt: Attempt
    target: str


def _name(request: Request) -> str:
    return "__Host-dti_luot" if is_secure(request) else "dti_luot"


def _signer(door: Provider) -> URLSafeTimedSerializer:
    kinds = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    return URLSafeTimedSerializer(door.client_secret, salt="dti-luot-dang-nhap", signer_kwargs=kinds)


def _keep(response: Response, request: Request, door: Provider, begun: _Begun) -> None:
    """Makes the browser keep the attempt. It counts in the session in which it was begun, which ends with it."""
    session = token_hash(sent(request).token or "")
    attempt = begun.attempt
    value = _signer(door).dumps([session, attempt.state, attempt.nonce, attempt.verifier, begun.target])
    response.set_cookie(
        _name(request),
        value if isinstance(value, str) else value.decode(),
        max_age=ATTEMPT_SECONDS,
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="lax",
    )


def _kept(request: Request, door: Provider) -> _Begun | None:
    """The attempt that this browser began in this session; None when there is none, or it is too old or forged."""
    try:
        kept = _signer(door).loads(request.cookies.get(_name(request), ""), max_age=ATTEMPT_SECONDS)
    except BadSignature:
        return None
    session, state, nonce, verifier, target = kept
    if not secrets.compare_digest(session, token_hash(sent(request).token or "")):
        return None
    return _Begun(Attempt(state, nonce, verifier), safe_next(target))


def _forget(response: Response, request: Request) -> None:
    response.delete_cookie(_name(request), path="/", secure=is_secure(request), httponly=True, samesite="lax")


async def leave(request: Request) -> Response:
    """Sends the browser to the provider."""
    door, found = provider(), sent(request).visit
    assert door is not None
    form = await given_form(request, found)
    if isinstance(form, Response):
        return form
    assert found is not None
    target = safe_next(field_text(form, "toi"))
    if found.user_name is not None:
        return RedirectResponse(target, 303, headers={"cache-control": "no-store"})
    try:
        address, attempt = await departure(door, own_address(request, PROVIDER_RETURN))
    except ProviderError as error:
        return sign_in_page(found.csrf, target, faults=[str(error)], status=502)
    response = leaving_page(address)
    _keep(response, request, door, _Begun(attempt, target if len(target) <= _MOST_TARGET else "/"))
    return response


async def come_back(request: Request) -> Response:
    """Signs in whom the provider vouches for. Whatever comes of it, the attempt cannot be used again."""
    door, found = provider(), sent(request).visit
    assert door is not None
    if found is not None and found.user_name is not None:
        response = RedirectResponse(SIGN_IN, 303, headers={"cache-control": "no-store"})
        _forget(response, request)
        return response
    begun = _kept(request, door) if found is not None else None
    old, client = sent(request).token or "", request.headers.get("user-agent", "")
    try:
        back = own_address(request, PROVIDER_RETURN)
        who = await vouched(door, back, begun.attempt if begun else None, request.query_params, now())
        token = await to_thread.run_sync(sign_in_by_subject, gateway.engine(), who, old, now(), client)
    except (ProviderError, SignInRefusedError) as error:
        status = 502 if isinstance(error, ProviderSilentError) else 401
        return await _refused(request, begun.target if begun else "/", str(error), status)
    assert begun is not None
    response = onward(request, token, begun.target)
    _forget(response, request)
    return response


async def _refused(request: Request, target: str, sentence: str, status: int) -> Response:
    """Both doors again, with the reason, in a new session: what was begun in the old one is worth nothing now."""
    old, client = sent(request).token or "", request.headers.get("user-agent", "")
    token = await to_thread.run_sync(renew_visit, gateway.engine(), old, now(), client)
    opened = await to_thread.run_sync(visit, gateway.engine(), token, now())
    assert opened is not None
    response = sign_in_page(opened.csrf, target, faults=[sentence], status=status)
    give_token(response, request, token)
    _forget(response, request)
    return response


def provider_routes() -> list[Route]:
    """The two addresses, none without a provider. Raises ValueError for settings that cannot be used."""
    if provider() is None:
        return []
    return [
        Route(PROVIDER, leave, methods=["POST"]),
        Route(PROVIDER_RETURN, come_back, methods=["GET"]),
    ]
