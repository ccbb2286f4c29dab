"""The command line as its users have it: a child process, its exit code, its words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RS = Path(sys.executable).parent / "rs"


@dataclass(frozen=True)
class Done:
    """What a finished command left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """Both streams; no crash is ever part of them."""
        text = self.out + self.err
        assert "Traceback" not in text, text
        return text

    def document(self) -> Any:
        """The one JSON document on standard output."""
        assert "Traceback" not in self.err, self.err
        return json.loads(self.out)


def rs(*words: object, file_limit: int | None = None, **environment: str) -> Done:
    """Run `rs` with these words; file_limit: no file may grow beyond so many KiB."""
    call = [str(RS), *(str(word) for word in words)]
    if file_limit is not None:
        call = ["bash", "-c", f'ulimit -f {file_limit}; exec "$@"', "bash", *call]
    done = subprocess.run(call, env={**os.environ, **environment}, capture_output=True, text=True)
    return Done(done.returncode, done.stdout, done.stderr)


def tree(root: Path, *folders: str) -> dict[str, bytes]:
    """Content of every file below some folders of a root, by relative name."""
    files = [path for folder in folders for path in (root / folder).rglob("*") if path.is_file()]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}
