"""moto's S3 as a process of its own: `python bucket_server.py FOLDER` writes its port to FOLDER/port.

moto looks whether a key is there and then puts it, with nothing in between that keeps another request out:
two PUTs with If-None-Match can both win. S3 decides that in one step, so requests that write pass one by one.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class OneByOne:
    """A WSGI application that answers one writing request at a time."""

    def __init__(self, inner: Application) -> None:
        self.inner = inner
        self.lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """The answer of the inner application."""
        if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            return self.inner(environ, start)
        with self.lock:
            return list(self.inner(environ, start))


class Quiet(MotoRequestHandler):
    """Logs nothing; keeps connections, as S3 does."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """One line a request would be hundreds of thousands."""


def main(folder: Path) -> None:
    """Serve on loopback until killed."""
    application = OneByOne(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Quiet)
    (folder / "port.new").write_text(str(server.server_port))
    (folder / "port.new").rename(folder / "port")
    server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
