"""CIFAR-10 is downloaded once, whole or not at all; a server here stands in for the network."""

from __future__ import annotations

import contextlib
import hashlib
import io
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast

import pytest
from dlvc_datasets import cifar_copy, cifar_download
from dlvc_datasets.cifar10 import build_cifar10, build_pets
from dlvc_datasets.cifar_batches import BATCHES, read_batches
from dlvc_datasets.cifar_download import download
from helpers.stand_ins import fill

from dlvc_cli import DataError


class Server(ThreadingHTTPServer):
    """Serves one file, the whole of it or ``cut`` bytes less; or bytes that never end."""

    content = b""
    cut = 0
    endless: float | None = None  # seconds between its pieces
    requests = 0


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = cast(Server, self.server)
        server.requests += 1
        if self.path != "/cifar.tar.gz":
            self.send_error(404)
            return
        self.send_response(200)
        if server.endless is not None:
            self.end_headers()
            with contextlib.suppress(OSError):
                while True:
                    self.wfile.write(bytes(100))
                    time.sleep(server.endless)
        self.send_header("Content-Length", str(len(server.content)))
        self.end_headers()
        self.wfile.write(server.content[: len(server.content) - server.cut])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(home: Path, archive: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as running:
        running.content = archive.read_bytes()
        threading.Thread(target=running.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{running.server_port}/cifar.tar.gz"
        monkeypatch.setenv("DLVC_CIFAR10_URL", url)
        yield running
        running.shutdown()


def left_behind(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.suffix != ".lock"]


def test_download(
    server: Server, home: Path, batches: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    md5 = hashlib.md5(server.content).hexdigest()
    assert download(home, "pets", md5) == home / cifar_copy.FOLDER
    assert left_behind(home) == [cifar_copy.FOLDER]
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1
    assert "note: downloading CIFAR-10" in output.err
    expected = build_pets(str(batches)).splits["train"].fingerprint()
    assert build_pets().splits["train"].fingerprint() == expected
    assert download(home, "pets", md5) == home / cifar_copy.FOLDER
    assert server.requests == 1


def test_two_at_once_download_once(server: Server, home: Path) -> None:
    md5 = hashlib.md5(server.content).hexdigest()
    code = (
        "import sys; from pathlib import Path; from dlvc_datasets.cifar_download import download; "
        "print(download(Path(sys.argv[1]), 'pets', sys.argv[2]))"
    )
    command = [sys.executable, "-c", code, str(home), md5]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for process in both:
        output, _ = process.communicate(timeout=60)
        assert output.strip() == str(home / cifar_copy.FOLDER)
    assert server.requests == 1
    assert set(read_batches(home / cifar_copy.FOLDER)) == set(BATCHES)


def test_a_wrong_checksum_leaves_nothing(server: Server, home: Path) -> None:
    with pytest.raises(DataError, match="checksum"):
        build_pets()
    assert left_behind(home) == []


def test_a_download_cut_off_leaves_nothing(server: Server, home: Path) -> None:
    server.cut = 1000
    with pytest.raises(DataError, match=r"connection ended after|IncompleteRead"):
        build_cifar10()
    assert left_behind(home) == []


def test_a_download_without_an_end_is_given_up(
    server: Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.endless = 0.0
    monkeypatch.setattr(cifar_download, "_MOST", 10_000)
    with pytest.raises(DataError, match="larger than 10,000 bytes"):
        build_cifar10()
    server.endless = 0.1
    monkeypatch.setattr(cifar_download, "_PATIENCE", 0.3)
    monkeypatch.setattr(cifar_download, "_SLOWEST", 5000)
    with pytest.raises(DataError, match=r"too slow: [\d,]+ bytes came in"):
        build_cifar10()
    assert left_behind(home) == []


def test_a_file_that_says_it_is_too_large_is_not_fetched(
    server: Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cifar_download, "_MOST", len(server.content) - 1)
    with pytest.raises(DataError, match="larger than"):
        build_cifar10()
    assert left_behind(home) == []


def test_what_a_killed_download_left_is_removed(server: Server, home: Path) -> None:
    fill(home, ".cifar-10.part/cifar-10-python.tar.gz")
    download(home, "pets", hashlib.md5(server.content).hexdigest())
    assert left_behind(home) == [cifar_copy.FOLDER]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/cifar.tar.gz", "nonsense", None])
def test_no_network_says_which_file_to_put_where(
    server: Server, home: Path, monkeypatch: pytest.MonkeyPatch, url: str | None
) -> None:
    url = url or f"http://127.0.0.1:{server.server_port}/elsewhere"
    monkeypatch.setenv("DLVC_CIFAR10_URL", url)
    with pytest.raises(DataError) as caught:
        build_pets()
    message = str(caught.value)
    assert "Errno" not in message
    for part in (url, cifar_copy.ARCHIVE, cifar_copy.FOLDER, str(home), "--data pets:PATH"):
        assert part in message
    assert left_behind(home) == []


def test_a_terminal_gets_a_progress_bar(
    server: Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    download(home, "pets", hashlib.md5(server.content).hexdigest())
    assert "━" in terminal.getvalue()
    assert "Downloading CIFAR-10" in terminal.getvalue()
