"""Signing in, out, and what belongs to it, as addresses of our own: they set cookies, which Streamlit cannot."""

import secrets
from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from assessment.identity_provider import Provider, ProviderError, end_session_address
from assessment.passwords import PasswordRefusedError
from assessment.sign_in import (
    Pending,
    SignInRefusedError,
    Visit,
    begin_enrolment,
    change_password,
    confirm_enrolment,
    give_second_factor,
    open_visit,
    sign_in,
    sign_out,
    visit,
)
from data.secret_box import SecretKeyError
from language import _
from ui import gateway
from ui.cookies import give_token, take_token
from ui.gate import (
    PASSWORD,
    PENDING_PAGES,
    SECOND_FACTOR,
    SIGN_IN,
    SIGN_OUT,
    now,
    own_address,
    safe_next,
    sent,
    with_next,
)
from ui.provider import provider
from ui.sign_in_pages import (
    code_page,
    enrolment_page,
    password_page,
    recovery_page,
    refusal_page,
    sign_in_page,
    signed_out_page,
)

MOST_BYTES = 20_000
_HASHING_AT_ONCE = 2
"""Each takes tens of megabytes and a processor; more at once would only let a flood of them starve the screens."""
_limiter: CapacityLimiter | None = None
_Given = TypeVar("_Given")
_Endpoint = Callable[[Request], Awaitable[Response]]
_Act = Callable[[Request, Visit, FormData], Awaitable[Response]]


async def _slowly(work: Callable[[], _Given]) -> _Given:
    """Runs what hashes passwords in a worker thread, few at a time, so that nobody else waits."""
    global _limiter
    if _limiter is None:
        # A limiter belongs to the event loop in which it is made.
        _limiter = CapacityLimiter(_HASHING_AT_ONCE)
    return await to_thread.run_sync(work, limiter=_limiter)


def _target(request: Request) -> str:
    return safe_next(request.query_params.get("toi"))


def onward(request: Request, token: str, target: str) -> Response:
    """Goes on with the new token; what is still pending, the gate asks for."""
    response = RedirectResponse(target, 303, headers={"cache-control": "no-store"})
    give_token(response, request, token)
    return response


async def given_form(request: Request, found: Visit | None) -> FormData | Response:
    """The fields of a form that this session was given; a refusal for anything else."""
    title = _("Chưa thực hiện được")
    if int(request.headers.get("content-length") or MOST_BYTES + 1) > MOST_BYTES:
        return refusal_page(title, _("Nội dung gửi lên quá lớn; hãy mở lại trang rồi thử lại."), 413)
    form = await request.form()
    if found is None or not secrets.compare_digest(str(form.get("csrf", "")).encode(), found.csrf.encode()):
        return refusal_page(title, _("Phiên đã hết hạn hoặc trang đã cũ; hãy mở lại trang đăng nhập rồi thử lại."), 403)
    return form


def _led_to_sign_in(request: Request) -> Response:
    return RedirectResponse(with_next(SIGN_IN, _target(request)), 303, headers={"cache-control": "no-store"})


def _page_of_account(show: Callable[[Request, Visit], Awaitable[Response]]) -> _Endpoint:
    """A page for whoever has given a name and a password; anybody else is led to the sign-in page."""

    @wraps(show)
    async def answer(request: Request) -> Response:
        found = sent(request).visit
        if found is None or found.user_name is None:
            return _led_to_sign_in(request)
        return await show(request, found)

    return answer


def _action(*, account: bool) -> Callable[[_Act], _Endpoint]:
    """What is done with the fields of a form that this session was given; anything else is refused.

    account: only for whoever has given a name and a password; anybody else is led to the sign-in page.
    """

    def of(act: _Act) -> _Endpoint:
        @wraps(act)
        async def answer(request: Request) -> Response:
            found = sent(request).visit
            if account and (found is None or found.user_name is None):
                return _led_to_sign_in(request)
            form = await given_form(request, found)
            if isinstance(form, Response):
                return form
            # Whoever has no visit has no form either.
            assert found is not None
            return await act(request, found, form)

        return answer

    return of


def field_text(form: FormData, name: str) -> str:
    """What a form gives in a field; empty without it."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


async def show_sign_in(request: Request) -> Response:
    """The form to sign in; a browser without a live session gets a visitor's."""
    found, target = sent(request).visit, _target(request)
    if found is not None and found.user_name is not None:
        page = target if found.pending is None else with_next(PENDING_PAGES[found.pending], target)
        return RedirectResponse(page, 303, headers={"cache-control": "no-store"})
    if found is not None:
        return sign_in_page(found.csrf, target)
    token = await to_thread.run_sync(open_visit, gateway.engine(), now(), request.headers.get("user-agent", ""))
    opened = await to_thread.run_sync(visit, gateway.engine(), token, now())
    assert opened is not None
    ended = [_("Phiên trước đã kết thúc hoặc hết hạn; đề nghị đăng nhập lại.")] if sent(request).token else []
    response = sign_in_page(opened.csrf, target, faults=ended)
    give_token(response, request, token)
    return response


@_action(account=False)
async def do_sign_in(request: Request, found: Visit, form: FormData) -> Response:
    """Signs in with a name and a password."""
    user_name, target = field_text(form, "tai_khoan"), safe_next(field_text(form, "toi"))
    client = request.headers.get("user-agent", "")
    old = sent(request).token or ""
    try:
        password = field_text(form, "mat_khau")
        token = await _slowly(partial(sign_in, gateway.engine(), user_name, password, old, now(), client))
    except SignInRefusedError as error:
        return sign_in_page(found.csrf, target, faults=[str(error)], user_name=user_name[:64], status=401)
    return onward(request, token, target)


@_action(account=False)
async def do_sign_out(request: Request, found: Visit, _sent: FormData) -> Response:
    """Ends the session, and offers whoever came by the identity provider to sign out there too."""
    await to_thread.run_sync(sign_out, gateway.engine(), sent(request).token or "", now())
    door = provider() if found.by_provider else None
    response: Response = RedirectResponse(SIGN_IN, 303, headers={"cache-control": "no-store"})
    if door is not None:
        response = signed_out_page(await _way_out(request, door))
    take_token(response, request)
    return response


async def _way_out(request: Request, door: Provider) -> str | None:
    try:
        return await end_session_address(door, own_address(request, SIGN_IN))
    except ProviderError:
        return None


@_page_of_account
async def show_password(request: Request, found: Visit) -> Response:
    """The form to change the password."""
    target = _target(request)
    if found.pending == Pending.SECOND_FACTOR:
        return RedirectResponse(with_next(SECOND_FACTOR, target), 303, headers={"cache-control": "no-store"})
    assert found.user_name is not None
    return password_page(found.csrf, target, found.user_name, forced=found.pending == Pending.CHANGE_PASSWORD)


@_action(account=True)
async def do_password(request: Request, found: Visit, form: FormData) -> Response:
    """Changes the password."""
    target, wanted = safe_next(field_text(form, "toi")), field_text(form, "mat_khau_moi")
    assert found.user_name is not None
    try:
        if wanted != field_text(form, "nhap_lai"):
            raise PasswordRefusedError((_("Hai lần nhập mật khẩu mới khác nhau; hãy nhập lại."),))
        current, old = field_text(form, "mat_khau"), sent(request).token or ""
        token = await _slowly(partial(change_password, gateway.engine(), old, current, wanted, now()))
    except (PasswordRefusedError, SignInRefusedError) as error:
        faults = error.faults if isinstance(error, PasswordRefusedError) else (str(error),)
        forced = found.pending == Pending.CHANGE_PASSWORD
        return password_page(found.csrf, target, found.user_name, forced=forced, faults=faults, status=422)
    return onward(request, token, target)


async def _second_factor_page(request: Request, found: Visit, target: str, faults: tuple[str, ...] = ()) -> Response:
    """The page that fits: give a code, or set the second factor up."""
    status = 422 if faults else 200
    if found.pending == Pending.SECOND_FACTOR:
        return code_page(found.csrf, target, faults=faults, status=status)
    try:
        enrolment = await to_thread.run_sync(
            begin_enrolment, gateway.engine(), gateway.secrets(), sent(request).token or "", now()
        )
    except (SignInRefusedError, ValueError) as error:
        return refusal_page(_("Xác thực hai bước"), str(error), 409)
    forced = found.pending == Pending.ENROL
    return enrolment_page(found.csrf, target, enrolment, forced=forced, faults=faults, status=status)


@_page_of_account
async def show_second_factor(request: Request, found: Visit) -> Response:
    """The form of the second factor."""
    target = _target(request)
    if found.pending == Pending.CHANGE_PASSWORD:
        return RedirectResponse(with_next(PASSWORD, target), 303, headers={"cache-control": "no-store"})
    return await _second_factor_page(request, found, target)


@_action(account=True)
async def do_second_factor(request: Request, found: Visit, form: FormData) -> Response:
    """Takes a code of the second factor, or turns the second factor on."""
    target, code, token = safe_next(field_text(form, "toi")), field_text(form, "ma"), sent(request).token or ""
    try:
        if found.pending == Pending.SECOND_FACTOR:
            renewed = await to_thread.run_sync(
                give_second_factor, gateway.engine(), gateway.secrets(), token, code, now()
            )
            return onward(request, renewed, target)
        renewed, codes = await to_thread.run_sync(
            confirm_enrolment, gateway.engine(), gateway.secrets(), token, code, now()
        )
    except (SignInRefusedError, SecretKeyError) as error:
        return await _second_factor_page(request, found, target, (str(error),))
    response = recovery_page(codes, target)
    give_token(response, request, renewed)
    return response


SIGN_IN_ROUTES = [
    Route(SIGN_IN, show_sign_in, methods=["GET"]),
    Route(SIGN_IN, do_sign_in, methods=["POST"]),
    Route(SIGN_OUT, do_sign_out, methods=["POST"]),
    Route(PASSWORD, show_password, methods=["GET"]),
    Route(PASSWORD, do_password, methods=["POST"]),
    Route(SECOND_FACTOR, show_second_factor, methods=["GET"]),
    Route(SECOND_FACTOR, do_second_factor, methods=["POST"]),
]
