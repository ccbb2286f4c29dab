"""A line to an S3 server that fails on purpose: answers lost, 503 instead of work, a condition left out.

What it does is set per request method by `faults`: each call of `bad_line.next(METHOD)` takes one from the front.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

LOSE, BUSY, CARELESS = "answer lost", "503", "If-None-Match left out"


class BadLine:
    """Faults that wait for the next requests of a method. careless: the condition never arrives."""

    def __init__(self, endpoint: str) -> None:
        self.target = urlsplit(endpoint).netloc
        self.waiting: dict[str, list[str]] = {}
        self.seen: list[tuple[str, str]] = []
        self.careless = False
        self.lock = threading.Lock()
        self.endpoint = ""

    def fail(self, method: str, *faults: str) -> None:
        """Let the next requests of a method fail so."""
        self.waiting.setdefault(method, []).extend(faults)

    def take(self, method: str) -> str:
        """The fault of this request; '' for none."""
        with self.lock:
            fault = self.waiting[method].pop(0) if self.waiting.get(method) else ""
            self.seen.append((method, fault))
            return fault


class _Handler(BaseHTTPRequestHandler):
    line: BadLine

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = self.line.take(self.command)
        if fault == BUSY:
            self.send_error(503, "Slow Down")
            return
        careless = self.line.careless or fault == CARELESS
        headers = {k: v for k, v in self.headers.items() if not (careless and k.lower() == "if-none-match")}
        server = http.client.HTTPConnection(self.line.target, timeout=60)
        server.request(self.command, self.path, body, headers)
        answer = server.getresponse()
        content = answer.read()
        server.close()
        self.close_connection = True
        if fault == LOSE:
            return
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "transfer-encoding", "content-length", "server", "date"):
                self.send_header(name, value)
        length = answer.getheader("Content-Length") if self.command == "HEAD" else str(len(content))
        self.send_header("Content-Length", length or "0")
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _pass_on

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def bad_line(endpoint: str) -> Iterator[BadLine]:
    """A line that stands for as long as the block runs; its own address is `endpoint`."""
    line = BadLine(endpoint)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"line": line}))
    line.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield line
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
