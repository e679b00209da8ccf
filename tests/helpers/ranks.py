"""``dlvc`` in several processes that meet, as torchrun starts them: forks of one that has torch.

Run as a script, this module is the process that is forked.
"""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Ranks"]

_TIMEOUT = 240  # seconds


@dataclass
class Ended:
    """A process that has ended."""

    code: int
    stdout: str
    stderr: str


class Ranks:
    """Starts ``dlvc`` in so many processes at a time.

    Args:
        folder: that they work in; their output goes into files beside it.
        environment: theirs, but for what torchrun sets.

    Attributes:
        pids: of those started last, by rank.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder, self._environment = folder, dict(environment)
        self._server = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=self._environment,
        )
        self.pids: list[int] = []

    def start(
        self, world: int, *words: str | Path, folders: Sequence[Path] = (), **variables: str
    ) -> None:
        """Start them; the words and variables are the same for all.

        Args:
            folders: that each of them works in, where they differ.
        """
        # The store is that of the process that is forked, as torchrun's.
        places = [
            {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": world, "LOCAL_WORLD_SIZE": world}
            | {"MASTER_ADDR": "127.0.0.1", "TORCHELASTIC_USE_AGENT_STORE": "True"}
            for rank in range(world)
        ]
        request = {
            "folder": str(self._folder),
            "folders": [str(path) for path in folders or [self._folder] * world],
            "words": [*map(str, words)],
            "environments": [
                self._environment | {k: str(v) for k, v in place.items()} | variables
                for place in places
            ],
        }
        self._ask(request)
        self.pids = self._answer()

    def wait(self) -> list[Ended]:
        """Return how they have ended, by rank."""
        codes = self._answer()
        texts = [
            [self._output(rank, name).read_text() for name in ("out", "err")]
            for rank in range(len(codes))
        ]
        return [Ended(code, *text) for code, text in zip(codes, texts, strict=True)]

    def __call__(self, world: int, *words: str | Path, **variables: str) -> list[Ended]:
        """Start them, and return how they have ended; none may fail."""
        self.start(world, *words, **variables)
        ended = self.wait()
        assert {one.code for one in ended} == {0}, ended
        return ended

    def close(self) -> None:
        """End the process that is forked, and all that it has started."""
        for pid in self.pids:
            subprocess.run(["kill", "-KILL", str(pid)], check=False, capture_output=True)
        self._server.kill()
        self._server.wait()

    def _ask(self, request: object) -> None:
        assert self._server.stdin is not None
        self._server.stdin.write(json.dumps(request) + "\n")
        self._server.stdin.flush()

    def _answer(self) -> list[int]:
        assert self._server.stdout is not None
        found: list[int] = json.loads(self._server.stdout.readline())
        return found

    def _output(self, rank: int, name: str) -> Path:
        return Path(f"{self._folder}-rank{rank}.{name}")


def _serve() -> list[str] | None:
    for name in ("torch", "torch._dynamo", "numpy", "PIL.Image", "matplotlib.figure"):
        __import__(name)
    from torch.distributed import TCPStore

    for line in sys.stdin:
        request = json.loads(line)
        store = TCPStore("127.0.0.1", 0, is_master=True, wait_for_workers=False)
        pids = []
        for rank, environment in enumerate(request["environments"]):
            pid = os.fork()
            if pid == 0:
                return _become(request, rank, environment | {"MASTER_PORT": str(store.port)})
            pids.append(pid)
        print(json.dumps(pids), flush=True)
        codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
        print(json.dumps(codes), flush=True)
    return None


def _become(request: dict[str, object], rank: int, environment: dict[str, str]) -> list[str]:
    for number, name in ((1, "out"), (2, "err")):
        file = os.open(
            f"{request['folder']}-rank{rank}.{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        )
        os.dup2(file, number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(request["folders"][rank])  # type: ignore[index]
    os.environ.clear()
    os.environ.update(environment)
    # Nobody's signal but their own.
    os.setsid()
    return list(request["words"])  # type: ignore[call-overload]


if __name__ == "__main__":
    words = _serve()
    if words is not None:
        sys.argv[1:] = words
        runpy.run_module("dlvc_cli", run_name="__main__", alter_sys=True)
