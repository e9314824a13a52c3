"""The ASGI middleware of the application, outermost first."""

from starlette.middleware import Middleware

from ui.answers import VietnameseAnswers
from ui.download_gate import DownloadGate
from ui.gate import Gate
from ui.security import SecurityHeaders
from ui.upload_limit import UploadLimit
from ui.vietnamese import VietnameseDocument

FRAME = [Middleware(SecurityHeaders), Middleware(VietnameseAnswers), Middleware(VietnameseDocument)]
"""What makes the frontend ours, without the gates."""
MIDDLEWARE = [FRAME[0], Middleware(Gate), Middleware(DownloadGate), Middleware(UploadLimit), *FRAME[1:]]
