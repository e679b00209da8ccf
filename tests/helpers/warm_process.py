"""Processes of ``dlvc`` that don't import torch anew: each is a fork of one that has.

Importing torch, its compiler (which its optimisers import) and matplotlib takes longer than most of
what the tests train, and they start hundreds of processes. What is forked has these modules and
nothing of dlvc; it gets arguments, folder, environment and streams of its own, runs
``python -m dlvc_cli`` from the beginning, and ends as any process does.

Run as a script, this module is the process that is forked: it takes requests at a socket.
"""

from __future__ import annotations

import contextlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = ["WarmProcesses", "suits"]

_HEAVY = ("torch", "torch._dynamo", "numpy", "PIL.Image", "matplotlib.figure", "rich.console")
# What an interpreter takes note of when it starts, and never again.
_AT_START = ("PYTHON", "LC_", "LANG", "OMP_", "MKL_", "LD_", "MPL", "CUDA")


def suits(environment: Mapping[str, str]) -> bool:
    """Whether a fork can stand for a process with this environment: it differs in nothing that
    counts only when an interpreter or a library starts. A search path is given to the fork.
    """

    def at_start(variables: Mapping[str, str]) -> dict[str, str]:
        return {
            name: value
            for name, value in variables.items()
            if name.startswith(_AT_START) and name not in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
        }

    return at_start(environment) == at_start(os.environ)


class WarmProcesses:
    """Starts forks of a process that has imported what is heavy.

    Attributes:
        closed: whether it can start no more.
    """

    def __init__(self) -> None:
        self.closed = False
        self._folder = tempfile.TemporaryDirectory()
        address = str(Path(self._folder.name, "socket"))
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(address)
            listener.listen()
            self._server = subprocess.Popen([sys.executable, __file__, address])
            self._link, _ = listener.accept()

    def run(
        self,
        words: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        timeout: float,
    ) -> subprocess.CompletedProcess[str]:
        """Run ``python -m dlvc_cli`` with these words to its end, as ``subprocess.run`` does.

        Raises:
            subprocess.TimeoutExpired: it takes longer than ``timeout`` seconds.
        """
        request = {"words": [*words], "folder": str(folder), "environment": dict(environment)}
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            socket.send_fds(self._link, [b"+"], [out.fileno(), err.fileno()])
            message = json.dumps(request).encode()
            self._link.sendall(len(message).to_bytes(4, "big") + message)
            self._link.settimeout(timeout)
            try:
                answer = _receive(self._link, 4)
            except TimeoutError:
                # Its link is in the middle of something: it is of no more use.
                self.close()
                self.closed = True
                raise subprocess.TimeoutExpired([*words], timeout) from None
            code = int.from_bytes(answer, "big", signed=True)
            texts = []
            for stream in (out, err):
                stream.seek(0)
                texts.append(stream.read().decode())
        return subprocess.CompletedProcess([*words], code, *texts)

    def close(self) -> None:
        """End the process that is forked, and what it is waiting for."""
        self._link.close()
        self._server.wait()
        self._folder.cleanup()


def _receive(link: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = link.recv(count - len(data))
        if not part:
            raise EOFError
        data += part
    return data


def _serve(address: str) -> list[str]:
    """Take requests until there is nobody to make any; a fork returns, with its arguments."""
    link = socket.socket(socket.AF_UNIX)
    link.connect(address)
    for name in _HEAVY:
        __import__(name)
    while True:
        try:
            _, streams, _, _ = socket.recv_fds(link, 1, 2)
            request = json.loads(_receive(link, int.from_bytes(_receive(link, 4), "big")))
        except (EOFError, OSError, ValueError):
            os._exit(0)
        process = os.fork()
        if process == 0:
            link.close()
            return _become(request, streams)
        for stream in streams:
            os.close(stream)
        code = _code_of(process, link)
        # Nobody may be there to hear it.
        with contextlib.suppress(OSError):
            link.sendall(code.to_bytes(4, "big", signed=True))


def _code_of(process: int, link: socket.socket) -> int:
    """Wait for a fork; where whoever asked is gone meanwhile, end it."""
    watch = os.pidfd_open(process)
    try:
        ready, _, _ = select.select([watch, link], [], [])
        if link in ready:
            os.kill(process, signal.SIGKILL)
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    finally:
        os.close(watch)


def _become(request: Mapping[str, object], streams: Sequence[int]) -> list[str]:
    """Be a process as it was asked for: streams, folder, environment, search path."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, stream in enumerate((nothing, *streams)):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, buffering, encoding="utf-8", errors=errors, closefd=False)  # noqa: SIM115
        for number, mode, buffering, errors in (
            (0, "r", -1, "strict"),
            (1, "w", -1, "strict"),
            (2, "w", 1, "backslashreplace"),
        )
    )
    os.chdir(str(request["folder"]))
    os.environ.clear()
    os.environ.update(request["environment"])  # type: ignore[call-overload]
    # As the interpreter does: the folder, then what the environment says, before what is installed.
    given = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    installed = [place for place in sys.path[1:] if place not in _OWN_PATH]
    sys.path[:] = ["", *filter(None, given), *installed]
    sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
    return list(request["words"])  # type: ignore[call-overload]


_OWN_PATH = os.environ.get("PYTHONPATH", "").split(os.pathsep)

if __name__ == "__main__":
    sys.argv[1:] = _serve(sys.argv[1])
    runpy.run_module("dlvc_cli", run_name="__main__", alter_sys=True)
