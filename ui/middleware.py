"""The ASGI middleware of the application, outermost first."""

from starlette.middleware import Middleware

from ui.security import SecurityHeaders
from ui.vietnamese import VietnameseDocument

MIDDLEWARE = [Middleware(SecurityHeaders), Middleware(VietnameseDocument)]
