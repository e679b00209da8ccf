"""The built-in data sets that come from disk or the network: folder:PATH, pets, cifar10."""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import shutil
import struct
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dlvc_datasets import array_pickle, cifar_copy, folder_split
from dlvc_datasets.cifar10 import build_cifar10, build_pets
from dlvc_datasets.cifar_batches import BATCHES, CLASSES, read_batches
from dlvc_datasets.cifar_download import download
from dlvc_datasets.folder import FolderDataset, build, find
from helpers.folders import PETS
from PIL import Image

from dlvc_cli import BadOption, DataError, Dataset, Split
from dlvc_cli.images.decode import decode, probe
from dlvc_cli.registry.registry import registry

REAL_PETS = PETS


# Folders ------------------------------------------------------------------------------------


def fill(root: Path, *names: str) -> Path:
    """Make files of a few bytes that differ from file to file."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(f"content of {name}".encode())
    return root


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return fill(
        tmp_path / "photos",
        *(f"train/{name}/{i}.jpg" for name in ("dog", "cat", "bird") for i in range(3)),
        *(f"val/{name}/{i}.jpg" for name in ("cat", "dog", "bird") for i in range(2)),
    )


def pairs(data: FolderDataset, split: str) -> list[tuple[str, str]]:
    part = data.splits[split]
    return [(data.classes[k], n) for k, n in zip(part.labels, part.names, strict=True)]


def test_classes_are_sorted_and_names_are_paths_in_the_split(photos: Path) -> None:
    data = build(str(photos))
    assert data.classes == ("bird", "cat", "dog")
    assert list(data.splits) == ["train", "val"]
    assert pairs(data, "val")[:3] == [
        ("bird", "bird/0.jpg"),
        ("bird", "bird/1.jpg"),
        ("cat", "cat/0.jpg"),
    ]
    for index, name in enumerate(data.splits["train"].names):
        assert data.splits["train"].sample(index) == photos / "train" / name
    assert isinstance(data, Dataset)
    assert isinstance(data.splits["train"], Split)


def test_a_class_that_val_lacks_shifts_no_label(photos: Path) -> None:
    shutil.rmtree(photos / "val" / "bird")
    assert {name for name, _ in pairs(build(str(photos)), "val")} == {"cat", "dog"}
    assert all(label == name.split("/")[0] for label, name in pairs(build(str(photos)), "val"))


def test_a_class_that_only_val_has_is_an_error(photos: Path) -> None:
    fill(photos, "val/fish/1.jpg", "val/ant/1.jpg")
    with pytest.raises(DataError, match=r"val has classes that .* lacks: ant, fish\."):
        build(str(photos))


@pytest.mark.parametrize("name", ["valid", "validation", "Val"])
def test_val_by_other_names(photos: Path, name: str) -> None:
    (photos / "val").rename(photos / "moved")
    (photos / "moved").rename(photos / name)
    assert len(build(str(photos)).splits["val"].names) == 6


def test_two_names_for_one_split_are_an_error(photos: Path) -> None:
    shutil.copytree(photos / "val", photos / "valid")
    with pytest.raises(DataError, match="val/ and valid/, which are the same split"):
        build(str(photos))


def test_a_folder_without_splits_is_a_training_split(photos: Path) -> None:
    data = build(str(photos / "train"))
    assert list(data.splits) == ["train"]
    assert data.classes == ("bird", "cat", "dog")


def test_clutter_is_left_out_and_other_files_count(photos: Path) -> None:
    fill(
        photos,
        *("train/cat/.hidden.jpg", "train/cat/Thumbs.db", "train/cat/desktop.ini"),
        *(".git/config", "train/.cache/x.jpg", "__MACOSX/train/._a", "README.md"),
        *("train/labels.csv", "train/cat/notes.txt", "train/cat/deep/er/1.jpg"),
    )
    names = [name for _, name in pairs(build(str(photos)), "train") if name.startswith("cat")]
    expected = ["cat/0.jpg", "cat/1.jpg", "cat/2.jpg", "cat/deep/er/1.jpg", "cat/notes.txt"]
    assert names == expected


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_are_followed_and_loops_end(photos: Path, tmp_path: Path) -> None:
    elsewhere = fill(tmp_path / "elsewhere", "a.jpg", "b.jpg")
    (photos / "train" / "ant").symlink_to(elsewhere)
    (photos / "train" / "cat" / "loop").symlink_to(photos / "train" / "cat")
    (photos / "train" / "cat" / "gone.jpg").symlink_to(photos / "nowhere.jpg")
    data = build(str(photos))
    found = [name for _, name in pairs(data, "train")]
    assert found[:2] == ["ant/a.jpg", "ant/b.jpg"]
    assert [name for name in found if name.startswith("cat")] == [
        *("cat/0.jpg", "cat/1.jpg", "cat/2.jpg", "cat/gone.jpg")
    ]
    with pytest.raises(DataError, match=r"gone\.jpg"):
        decode(data.splits["train"].sample(found.index("cat/gone.jpg")))
    assert data.splits["train"].fingerprint().startswith("sha256:")


def without(root: Path, *names: str) -> None:
    for name in names:
        shutil.rmtree(root / name)


def test_wrong_layouts_say_what_is_wrong(photos: Path, tmp_path: Path) -> None:
    def error(path: Path) -> str:
        with pytest.raises(DataError) as caught:
            build(str(path))
        return str(caught.value)

    assert "There is no folder" in error(tmp_path / "nowhere")
    assert "is a file, not a folder" in error(photos / "train" / "cat" / "0.jpg")
    (photos / "void").mkdir()
    assert "has no class folders" in error(photos / "void")
    assert "train/cat/1.jpg" in error(photos / "void")
    assert f"Say folder:{photos}." in error(tmp_path)
    assert "has only one class, er" in error(fill(tmp_path / "one", "er/1.jpg"))
    fill(photos, "train/loose.PNG")
    assert "loose.PNG is in no class folder" in error(photos)
    (photos / "train" / "loose.PNG").unlink()
    (photos / "train" / "newt").mkdir()
    assert "newt holds no image" in error(photos)
    (photos / "train" / "newt").rmdir()
    without(photos / "val", "cat", "dog", "bird")
    assert "val holds no images" in error(photos)
    without(photos, "train")
    assert "has val/ but no train/" in error(photos)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root reads every folder")
def test_a_folder_that_cannot_be_read_is_named(photos: Path) -> None:
    (photos / "train" / "cat").chmod(0)
    try:
        with pytest.raises(DataError, match=r"train/cat can't be read"):
            build(str(photos))
    finally:
        (photos / "train" / "cat").chmod(0o755)


@pytest.mark.skipif(sys.platform != "linux", reason="file names are Unicode elsewhere")
def test_names_in_another_encoding_can_be_printed(photos: Path) -> None:
    odd = os.fsencode(photos / "train" / "cat") + b"/caf\xe9.jpg"
    Path(os.fsdecode(odd)).write_bytes(b"x")
    split = build(str(photos)).splits["train"]
    name = next(name for name in split.names if "caf" in name)
    assert name.encode() == b"cat/caf\\xe9.jpg"
    assert split.sample(list(split.names).index(name)).read_bytes() == b"x"
    assert split.fingerprint().startswith("sha256:")


def test_folder_fingerprint(photos: Path, tmp_path: Path) -> None:
    def fingerprint(root: Path) -> str:
        return build(str(root)).splits["train"].fingerprint()

    first = fingerprint(photos)
    assert first.startswith("sha256:")
    moved = shutil.copytree(photos, tmp_path / "else" / "where")
    assert fingerprint(moved) == first
    fill(moved, "train/cat/3.jpg")
    added = fingerprint(moved)
    (moved / "train" / "cat" / "3.jpg").write_bytes(b"CONTENT OF train/cat/3.jpg"[:25])
    assert len({first, added, fingerprint(moved)}) == 3
    (moved / "train" / "cat" / "3.jpg").rename(moved / "train" / "dog" / "3.jpg")
    assert fingerprint(moved) not in (first, added)


def test_fingerprint_of_a_large_split_reads_no_content(
    photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_split, "WHOLE_UP_TO", 10)
    split = build(str(photos)).splits["train"]
    before = split.fingerprint()
    assert before.startswith("names-sha256:")
    path = split.sample(0)
    path.write_bytes(path.read_bytes().upper())
    assert split.fingerprint() == before
    path.write_bytes(b"longer " + path.read_bytes())
    assert split.fingerprint() != before


def test_folder_is_found_through_the_registry(photos: Path) -> None:
    choice = registry().choose("datasets", f"folder:{photos}")
    assert choice.offer.name == "folder:photos"
    assert choice.build().classes == ("bird", "cat", "dog")


@pytest.mark.parametrize(
    ("path", "name"), [("my photos (2)", "my-photos-2-"), ("/", "folder"), ("_ä", "folder")]
)
def test_any_path_gives_a_name(path: str, name: str) -> None:
    assert find(path).name == name


def test_home_is_expanded(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(photos.parent))
    monkeypatch.setenv("USERPROFILE", str(photos.parent))
    assert build("~/photos").classes == ("bird", "cat", "dog")


def test_no_path_is_a_wrong_option() -> None:
    with pytest.raises(BadOption, match="needs a path"):
        find("")


@pytest.mark.skipif(not REAL_PETS.is_dir(), reason="the real images are not on this machine")
def test_the_real_pets() -> None:
    data = build(str(REAL_PETS))
    assert data.classes == ("cat", "dog")
    sizes = {name: len(split.names) for name, split in data.splits.items()}
    assert sizes == {"train": 7959, "val": 2041}
    for split in data.splits.values():
        for index in (0, len(split.names) - 1):
            assert probe(split.sample(index)) == (32, 32)
            assert decode(split.sample(index)).shape == (32, 32, 3)
            assert split.names[index].startswith(data.classes[split.labels[index]] + "/")
    assert data.splits["val"].fingerprint() == build(str(REAL_PETS)).splits["val"].fingerprint()


# CIFAR-10 -----------------------------------------------------------------------------------

ROWS = 20  # images of a batch made here


def batch_content(seed: int) -> dict[bytes, Any]:
    rng = np.random.default_rng(seed)
    labels = np.arange(ROWS) % 10
    rng.shuffle(labels)
    data = rng.integers(0, 256, (ROWS, 3072), dtype=np.uint8)
    return {b"batch_label": b"one", b"labels": labels.tolist(), b"data": data}


@pytest.fixture(scope="module")
def batches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cifar") / cifar_copy.FOLDER
    folder.mkdir()
    for seed, name in enumerate(BATCHES):
        with (folder / name).open("wb") as file:
            pickle.dump(batch_content(seed), file, protocol=2)
    (folder / "batches.meta").write_bytes(b"not read")
    return folder


@pytest.fixture(scope="module")
def archive(batches: Path) -> Path:
    path = batches.parent / cifar_copy.ARCHIVE
    with tarfile.open(path, "w:gz") as members:
        members.add(batches, cifar_copy.FOLDER)
    return path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, and no network."""
    monkeypatch.setenv("DLVC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DLVC_CIFAR10_URL", "http://127.0.0.1:9/cifar.tar.gz")
    return tmp_path / "home" / "data"


def test_pets_are_the_cats_and_dogs(batches: Path) -> None:
    data = build_pets(str(batches))
    assert data.classes == ("cat", "dog")
    assert {name: len(split.labels) for name, split in data.splits.items()} == {
        "train": 16,
        "val": 4,
        "test": 4,
    }
    assert isinstance(data, Dataset)
    assert isinstance(data.splits["train"], Split)
    for split in data.splits.values():
        for index, name in enumerate(split.names):
            part, row = name.split("/")
            content = batch_content(BATCHES.index(part))
            assert content[b"labels"][int(row)] == (3, 5)[split.labels[index]]
            planes = content[b"data"][int(row)].reshape(3, 32, 32)
            np.testing.assert_array_equal(split.sample(index), planes.transpose(1, 2, 0))
    assert {name.split("/")[0] for name in data.splits["train"].names} == set(BATCHES[:4])
    assert {name.split("/")[0] for name in data.splits["val"].names} == {"data_batch_5"}
    assert {name.split("/")[0] for name in data.splits["test"].names} == {"test_batch"}


def test_cifar10_has_all_ten_classes(batches: Path) -> None:
    data = build_cifar10(str(batches))
    assert data.classes == CLASSES
    assert {name: len(split.labels) for name, split in data.splits.items()} == {
        "train": 80,
        "val": 20,
        "test": 20,
    }
    assert data.splits["val"].labels == batch_content(4)[b"labels"]


def test_a_copy_is_found_in_all_its_forms(batches: Path, archive: Path, home: Path) -> None:
    expected = build_pets(str(batches)).splits["train"].fingerprint()
    assert expected.startswith("sha256:")
    assert build_pets(str(batches.parent)).splits["train"].fingerprint() == expected
    assert build_pets(str(archive)).splits["train"].fingerprint() == expected
    home.mkdir(parents=True)
    shutil.copy(archive, home)
    assert build_pets(str(home)).splits["train"].fingerprint() == expected
    assert build_pets().splits["train"].fingerprint() == expected
    assert build_pets(str(batches)).splits["val"].fingerprint() != expected


def test_available_only_with_a_copy(batches: Path, home: Path) -> None:
    assert not cifar_copy.available()
    shutil.copytree(batches, home / cifar_copy.FOLDER)
    assert cifar_copy.available()
    assert build_pets().classes == ("cat", "dog")


def test_data_folder_is_the_users_where_none_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DLVC_HOME", raising=False)
    assert cifar_copy.data_folder().is_absolute()
    assert cifar_copy.data_folder().parts[-2:] == ("dlvc", "data")


def test_a_path_without_a_copy_never_falls_back(home: Path, tmp_path: Path, batches: Path) -> None:
    shutil.copytree(batches, home / cifar_copy.FOLDER)
    with pytest.raises(DataError, match="There is no folder or file"):
        build_pets(str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match="holds no copy of CIFAR-10"):
        build_pets(str(tmp_path))
    words = tmp_path / "words.txt"
    words.write_text("not an archive")
    with pytest.raises(DataError, match="cannot be read as a copy"):
        build_pets(str(words))


def test_a_part_of_a_copy_is_an_error(batches: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(batches, tmp_path / "copy")
    (copy / "test_batch").unlink()
    (copy / "data_batch_3").unlink()
    with pytest.raises(DataError, match="lacks data_batch_3, test_batch"):
        build_pets(str(copy))


def test_a_damaged_copy_is_an_error(batches: Path, archive: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(batches, tmp_path / "copy")
    whole = (copy / "data_batch_2").read_bytes()
    (copy / "data_batch_2").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match="data_batch_2 is no batch of CIFAR-10, or damaged"):
        build_pets(str(copy))
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    with pytest.raises(DataError, match=r"cut\.tar\.gz"):
        build_pets(str(cut))


@pytest.mark.parametrize(
    "content",
    [
        [1, 2],
        {b"data": batch_content(0)[b"data"]},
        batch_content(0) | {b"labels": [3] * (ROWS - 1)},
        batch_content(0) | {b"labels": [3] * (ROWS - 1) + [10]},
        batch_content(0) | {b"data": np.zeros((ROWS, 3072), np.float32)},
        batch_content(0) | {b"data": np.array([{}], object)},
    ],
)
def test_a_pickle_of_something_else_is_an_error(
    batches: Path, tmp_path: Path, content: object
) -> None:
    copy = shutil.copytree(batches, tmp_path / "copy")
    (copy / "data_batch_1").write_bytes(pickle.dumps(content, protocol=2))
    with pytest.raises(DataError, match="data_batch_1"):
        build_pets(str(copy))


class Evil:
    def __init__(self, call: object, *arguments: object) -> None:
        self.reduced = (call, arguments)

    def __reduce__(self) -> Any:
        return self.reduced


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_malicious_pickle_runs_nothing(batches: Path, tmp_path: Path, protocol: int) -> None:
    copy = shutil.copytree(batches, tmp_path / "copy")
    mark = tmp_path / "mark"
    for evil in (
        Evil(os.system, f"touch {mark}"),
        Evil(eval, f"open({str(mark)!r}, 'w')"),
        Evil(np.fromfile, str(copy / "test_batch")),
        Evil(np.ndarray, (1,), np.dtype(object), b"\1" * 8),
    ):
        content = pickle.dumps(batch_content(0) | {b"extra": evil}, protocol=protocol)
        (copy / "data_batch_1").write_bytes(content)
        with pytest.raises(DataError, match=r"or damaged \("):
            build_pets(str(copy))
        assert not mark.exists()


def python2_pickle(data: np.ndarray, labels: list[int]) -> bytes:
    """A batch as Python 2 and the NumPy of 2009 pickled it: text is bytes there."""

    def text(value: bytes) -> bytes:
        return b"T" + struct.pack("<i", len(value)) + value

    kind = b"cnumpy\ndtype\n" + text(b"u1") + b"K\0K\1\x87R(K\3" + text(b"|") + b"NNN"
    kind += (b"J" + struct.pack("<i", -1)) * 2 + b"K\0tb"
    shape = b"".join(b"M" + struct.pack("<H", side) for side in data.shape) + b"\x86"
    array = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\x85" + text(b"b")
    array += b"\x87R(K\1" + shape + kind + b"\x89" + text(data.tobytes()) + b"tb"
    numbers = b"](" + b"".join(b"K" + bytes([label]) for label in labels) + b"e"
    return b"\x80\2}(" + text(b"data") + array + text(b"labels") + numbers + b"u."


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # numpy.core, as such pickles call it
def test_pickles_of_python_2_are_read() -> None:
    data = np.arange(2 * 3072).astype(np.uint8).reshape(2, 3072)
    pickled = python2_pickle(data, [3, 5])
    for read in (pickle.load, array_pickle.load):  # the first shows that the form is right
        options = {"encoding": "bytes"} if read is pickle.load else {}
        content = read(io.BytesIO(pickled), **options)
        np.testing.assert_array_equal(content[b"data"], data)
        assert content[b"labels"] == [3, 5]


def test_arrays_in_fortran_order_are_read() -> None:
    array = np.asfortranarray(np.arange(6, dtype=np.uint8).reshape(2, 3))
    for protocol in range(pickle.HIGHEST_PROTOCOL):
        content = array_pickle.load(io.BytesIO(pickle.dumps({b"data": array}, protocol)))
        np.testing.assert_array_equal(content[b"data"], array)


# Download -----------------------------------------------------------------------------------


class Server(ThreadingHTTPServer):
    """Serves one file, the whole of it or ``cut`` bytes less."""

    content = b""
    cut = 0
    requests = 0


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server: Server = self.server  # type: ignore[assignment]
        server.requests += 1
        if self.path != "/cifar.tar.gz":
            self.send_error(404)
            return
        self.send_response(200)
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
    assert "Downloading CIFAR-10" in output.err
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


# Descriptions -------------------------------------------------------------------------------


def test_what_the_plugin_offers() -> None:
    offers = {offer.name: offer for offer in registry().offers("datasets")}
    assert {"pets", "cifar10", "toy-pets"} <= set(offers)
    ranked = {name: offer.spec.rank for name, offer in offers.items() if offer.plugin.builtin}
    assert ranked == {"pets": 10, "cifar10": None, "toy-pets": 100}
    assert "folder" in {family.name for family in registry().families("datasets")}
    choice = registry().choose("datasets", "pets:C:/my data/cifar")
    assert choice.values == {"path": "C:/my data/cifar"}


def test_describing_and_looking_for_a_copy_import_nothing_heavy() -> None:
    code = (
        "import sys, dlvc_datasets, dlvc_datasets.cifar_copy as c; from dlvc_datasets.folder "
        "import find; dlvc_datasets.dlvc_datasets(); c.available(); find('x'); "
        "print(sorted({'torch', 'numpy', 'PIL', 'rich'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "[]", result.stderr


def test_images_from_a_folder_decode(tmp_path: Path) -> None:
    for name in ("train/cat/a.png", "train/dog/b.png"):
        (tmp_path / name).parent.mkdir(parents=True)
        Image.new("RGB", (5, 4), "red").save(tmp_path / name)
    split = build(str(tmp_path)).splits["train"]
    assert decode(split.sample(1)).tolist() == [[[255, 0, 0]] * 5] * 4
