"""An identity provider on this machine: Authlib's own server behind real HTTP, with real keys, which can also be wicked.

It asks nobody for a password: its page names the people it knows, and remembers in a cookie who was chosen.
"""

import base64
import hmac
import html
import json
import secrets
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import uvicorn
from authlib.oauth2 import AuthorizationServer, OAuth2Error
from authlib.oauth2.rfc6749 import ClientMixin, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants import OpenIDCode
from authlib.oidc.rpinitiated import EndSessionEndpoint
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

CLIENT_ID = "dti"
CLIENT_SECRET = "bí-mật-của-phần-mềm-chấm-điểm".encode().hex()
DENIED = "-"
Claims = dict[str, Any]
_KEY = RSAKey.generate_key(2048, {"kid": "chìa 1"})


@dataclass(frozen=True)
class _Client(ClientMixin):
    """This application, as it is registered."""

    redirects: set[str]
    secret_methods: set[str]
    client_metadata: Mapping[str, Any]

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_default_redirect_uri(self) -> None:
        return None

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.redirects

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == CLIENT_SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in self.secret_methods

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass(frozen=True)
class _Code:
    """A code that was given out."""

    person: str
    redirect: str
    scope: str
    nonce: str | None
    code_challenge: str | None
    code_challenge_method: str | None

    def get_redirect_uri(self) -> str:
        return self.redirect

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(time.time())

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class _Asked(OAuth2Request):
    """A request of Starlette's as Authlib reads it."""

    def __init__(self, request: Request, form: Mapping[str, str]) -> None:
        super().__init__(request.method, str(request.url), headers=request.headers)
        self.payload = BasicOAuth2Payload({**request.query_params, **form})
        self.args, self.form = dict(request.query_params), dict(form)

    args: dict[str, str] = {}  # noqa: RUF012
    form: dict[str, str] = {}  # noqa: RUF012


@dataclass
class OidcProvider:
    """The provider. people: what it says of everybody, by name.

    twist: changes the claims of an id token before it is signed. forge: makes the token of the claims instead of the
    honest signature. instead: answers given instead of the honest one, by path. user_info_only: these claims are not in
    the id token. secret_methods: how the client may prove itself.
    """

    issuer: str
    people: dict[str, Claims] = field(default_factory=dict)
    redirects: set[str] = field(default_factory=set)
    after_sign_out: list[str] = field(default_factory=list)
    twist: Callable[[Claims], Claims] = dict
    forge: Callable[[Claims], str] | None = None
    instead: dict[str, Callable[[], Awaitable[Response]]] = field(default_factory=dict)
    user_info_only: frozenset[str] = frozenset()
    secret_methods: set[str] = field(default_factory=lambda: {"client_secret_basic"})
    more_description: Claims = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: _KEY)
    codes: dict[str, _Code] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    nonces: set[str] = field(default_factory=set)

    def describe(self) -> Claims:
        """What stands at the well-known address."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/me",
            "end_session_endpoint": f"{self.issuer}/sign-out",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": sorted(self.secret_methods),
            **self.more_description,
        }

    def signed(self, claims: Claims, **header: str) -> str:
        """An id token with the provider's own signature."""
        return jwt.encode({"alg": "RS256", "kid": self.key.kid, **header}, claims, self.key)

    def choose(self, address: str, name: str) -> dict[str, str]:
        """What a browser brings back that goes to the address and chooses a person there (DENIED: none)."""
        query = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
        with httpx2.Client() as browser:
            page = browser.get(address)
            assert page.status_code == 200, page.text
            answer = browser.post(f"{self.issuer}/authorize?{urlencode(query)}", data={"person": name})
        assert answer.status_code == 302, answer.text
        return {key: values[0] for key, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def _compact(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def unsigned(claims: Claims, algorithm: str = "none") -> str:
    """An id token with `alg: none` that nobody has signed."""
    header = {"alg": algorithm, "typ": "JWT"}
    return f"{_compact(json.dumps(header).encode())}.{_compact(json.dumps(claims).encode())}."


def signed_by_secret(claims: Claims, secret: bytes) -> str:
    """An id token with HS256: whoever knows the secret could have made it."""
    text = unsigned(claims, "HS256").rstrip(".")
    return f"{text}.{_compact(hmac.digest(secret, text.encode(), 'sha256'))}"


class _Server(AuthorizationServer):
    """Authlib's server on Starlette."""

    def __init__(self, provider: OidcProvider) -> None:
        super().__init__()
        self.provider = provider
        self.register_token_generator("default", BearerTokenGenerator(lambda **_given: secrets.token_urlsafe(32)))
        self.register_grant(_grant(provider), [CodeChallenge(), _identity(provider)])
        self.register_endpoint(_sign_out(provider))

    def query_client(self, client_id: str) -> _Client | None:
        metadata = {"post_logout_redirect_uris": self.provider.after_sign_out}
        found = _Client(self.provider.redirects, self.provider.secret_methods, metadata)
        return found if client_id == CLIENT_ID else None

    def save_token(self, token: Mapping[str, Any], request: OAuth2Request) -> None:
        self.provider.tokens[token["access_token"]] = request.user

    def create_oauth2_request(self, request: OAuth2Request) -> OAuth2Request:
        return request

    def handle_response(self, status: int, body: Any, headers: list[tuple[str, str]]) -> Response:
        text = json.dumps(body) if isinstance(body, dict) else body
        return Response(text, status, dict(headers))

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Nobody listens."""


def _grant(provider: OidcProvider) -> type[AuthorizationCodeGrant]:
    class Grant(AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]  # noqa: RUF012

        def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
            asked = request.payload.data
            kept = [asked.get(name) for name in ("nonce", "code_challenge", "code_challenge_method")]
            provider.codes[code] = _Code(request.user, request.payload.redirect_uri, request.scope, *kept)

        def query_authorization_code(self, code: str, client: _Client) -> _Code | None:
            return provider.codes.get(code)

        def delete_authorization_code(self, authorization_code: _Code) -> None:
            provider.codes = {k: v for k, v in provider.codes.items() if v is not authorization_code}

        def authenticate_user(self, authorization_code: _Code) -> str:
            return authorization_code.person

    return Grant


def _identity(provider: OidcProvider) -> OpenIDCode:
    class Identity(OpenIDCode):
        def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
            return nonce in provider.nonces

        def resolve_client_private_key(self, client: _Client) -> RSAKey:
            return provider.key

        def get_client_claims(self, client: _Client) -> Claims:
            return {"iss": provider.issuer, "aud": CLIENT_ID}

        def get_encode_header(self, client: _Client) -> dict[str, str]:
            return {"alg": "RS256", "kid": str(provider.key.kid)}

        def generate_user_info(self, user: str, scope: str) -> Claims:
            return {k: v for k, v in provider.people[user].items() if k not in provider.user_info_only}

        def encode_id_token(self, token: Mapping[str, Any], request: OAuth2Request) -> str:
            honest = super().encode_id_token(token, request)
            claims = provider.twist(jwt.decode(honest, provider.key).claims)
            return provider.forge(claims) if provider.forge else provider.signed(claims)

    return Identity(require_nonce=True)


def _sign_out(provider: OidcProvider) -> type[EndSessionEndpoint]:
    class SignOut(EndSessionEndpoint):
        def is_post_logout_redirect_uri_legitimate(self, *_given: object) -> bool:
            return True

        def end_session(self, end_session_request: object) -> None:
            """The cookie is deleted with the answer."""

    return SignOut


def _app(provider: OidcProvider) -> Starlette:
    server = _Server(provider)

    async def asked(request: Request) -> _Asked:
        form = await request.form()
        return _Asked(request, {key: str(value) for key, value in form.items()})

    async def describe(_request: Request) -> Response:
        return JSONResponse(provider.describe())

    async def keys(_request: Request) -> Response:
        return JSONResponse({"keys": [provider.key.as_dict(private=False, use="sig")]})

    async def authorize(request: Request) -> Response:
        oauth = await asked(request)
        name = oauth.form.get("person") or request.cookies.get("person")
        try:
            grant = server.get_consent_grant(oauth, end_user=name)
        except OAuth2Error as error:
            return server.handle_error_response(oauth, error)
        if name is None:
            buttons = "".join(
                f'<button name="person" value="{html.escape(value)}">{html.escape(shown)}</button>'
                for value, shown in [*((n, n) for n in provider.people), (DENIED, "Từ chối")]
            )
            return HTMLResponse(f"<!DOCTYPE html><title>Nhà cung cấp</title><form method=post>{buttons}</form>")
        chosen = None if name == DENIED else name
        response = server.create_authorization_response(oauth, chosen, grant)
        provider.nonces.add(oauth.payload.data["nonce"])
        if chosen:
            response.set_cookie("person", chosen, httponly=True)
        return response

    async def token(request: Request) -> Response:
        return server.create_token_response(await asked(request))

    async def me(request: Request) -> Response:
        name = provider.tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        return JSONResponse(provider.people[name]) if name else Response(status_code=401)

    async def sign_out(request: Request) -> Response:
        response = server.create_endpoint_response("end_session", await asked(request)) or HTMLResponse("Đã đăng xuất")
        response.delete_cookie("person")
        return response

    def honest_or_not(path: str, endpoint: Callable[[Request], Awaitable[Response]], *methods: str) -> Route:
        async def answer(request: Request) -> Response:
            other = provider.instead.get(path)
            return await (other() if other else endpoint(request))

        return Route(path, answer, methods=list(methods))

    return Starlette(
        routes=[
            honest_or_not("/.well-known/openid-configuration", describe, "GET"),
            honest_or_not("/keys", keys, "GET"),
            honest_or_not("/authorize", authorize, "GET", "POST"),
            honest_or_not("/token", token, "POST"),
            honest_or_not("/me", me, "GET"),
            honest_or_not("/sign-out", sign_out, "GET"),
        ]
    )


@contextmanager
def running_provider(host: str = "127.0.0.1") -> Iterator[OidcProvider]:
    """Runs a provider on a free port of this machine."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        provider = OidcProvider(f"http://{host}:{listening.getsockname()[1]}")
        server = uvicorn.Server(uvicorn.Config(_app(provider), log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while thread.is_alive() and not server.started:
            time.sleep(0.01)
        try:
            yield provider
        finally:
            server.should_exit = True
            server.force_exit = True
            thread.join()
