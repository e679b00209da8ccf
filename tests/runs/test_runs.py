"""Damaged runs: whatever happened to a file, each command says so or is not concerned."""

from __future__ import annotations

import importlib.util
import json
import os
import random
import shutil
from pathlib import Path

import pytest
from helpers.folders import QUIET
from helpers.offered import offer

import dlvc_cli
from dlvc_cli import DlvcError
from dlvc_cli.__main__ import main

GOLDEN = Path(__file__).parents[1] / "golden" / "run-v1"
IMAGE = GOLDEN / "images" / "val" / "rows" / "0.png"
TIMINGS = {"seconds", "images_per_s"}
# Values that stand where another kind is expected.
ODD = [
    None, True, -1, 0, 2.5, 10**400, "", "\ud800", "x\0y", [], {}, [[]], {"a": {"b": [1]}},
]  # fmt: skip


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    """A folder with a finished run of this version, and one of the first that was cut off."""
    spec = importlib.util.spec_from_file_location("small_model", GOLDEN / "small_model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = tmp_path_factory.mktemp("base")
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        offer(patched, module.dlvc_models()[0])
        options = {"data": f"folder:{GOLDEN / 'images'}", "epochs": 3, "lr": 0.05, "batch_size": 8}
        dlvc_cli.train("small", **options, **QUIET, out="runs/new")
        dlvc_cli.train("small", **options, **QUIET, out="runs/other", seed=5)
        shutil.copytree(GOLDEN / "cut", folder / "runs" / "old")
        yield folder


@pytest.fixture
def here(base, tmp_path, monkeypatch) -> Path:
    shutil.copytree(base / "runs", tmp_path / "runs")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def damages(content: bytes, rng: random.Random, count: int):
    """Yield damaged contents of a file: cut, flipped, replaced, and odd values in its JSON."""
    yield from (
        b"",
        b"\0",
        b"\xff\xfe",
        b"null",
        b"[" * 100_000,
        b'{"a":' * 200 + b"1" + b"}" * 200,
    )
    for _ in range(count):
        place = rng.randrange(len(content))
        flipped = bytearray(content)
        flipped[place] ^= 1 << rng.randrange(8)
        yield content[:place]
        yield bytes(flipped)
        yield content[:place] + rng.randbytes(9) + content[place + 9 :]


def odd_values(value: dict, rng: random.Random, count: int):
    """Yield a JSON object with one value, at any depth, replaced or left out."""
    for _ in range(count):
        changed = json.loads(json.dumps(value))
        changed.pop("digest", None)
        holder, key = None, None
        inside = changed
        while isinstance(inside, dict | list) and inside and (holder is None or rng.random() < 0.7):
            holder = inside
            key = (
                rng.choice(list(inside)) if isinstance(inside, dict) else rng.randrange(len(inside))
            )
            inside = inside[key]
        if rng.random() < 0.3:
            del holder[key]
        else:
            holder[key] = rng.choice(ODD)
        yield json.dumps(changed).encode()


def run_main(capsys, *words: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main([*words])
    said = capsys.readouterr()
    assert "fault in dlvc" not in said.err and "Traceback" not in said.err, (words, said.err)
    return ended.value.code, said.out


def predicted(name: str) -> dict | str:
    """What a run says of an image, or why it does not."""
    try:
        return dict(dlvc_cli.load_run(name).predict(IMAGE)[0].probabilities)
    except DlvcError as error:
        return str(error)


def check_commands(capsys, name: str, others: set[str]) -> None:
    """No command calls it a fault in dlvc, and the other runs are listed as they are."""
    code, out = run_main(capsys, "list", "runs", "--json")
    rows = {row["name"]: row for row in json.loads(out)}
    assert code == 0 and {rows[other]["state"] for other in others} <= {"finished", "cut off"}
    run_main(capsys, "list", "runs")
    run_main(capsys, "show", name)
    run_main(capsys, "compare", name, "other", "--json")


def resumed(name: str, epochs: int) -> list | str:
    try:
        options = {"data": f"folder:{GOLDEN / 'images'}", "device": "cpu"}
        run = dlvc_cli.train(resume=Path("runs", name), epochs=epochs, **options, view="quiet")
    except DlvcError as error:
        return str(error)
    return [{key: line[key] for key in line if key not in TIMINGS} for line in run.metrics]


@pytest.mark.parametrize("name", ["new", "old"])
@pytest.mark.parametrize("file", ["run.json", "status.json", "metrics.jsonl", "best.safetensors"])
def test_a_damaged_file_is_said_or_does_no_harm(here, capsys, name, file):
    rng = random.Random(f"{name} {file}")
    target = here / "runs" / name / file
    content = target.read_bytes()
    right, lines = predicted(name), dlvc_cli.load_run(name).metrics
    assert isinstance(right, dict)
    contents = [*damages(content, rng, 12)]
    if file.endswith(".json"):
        contents += odd_values(json.loads(content), rng, 40)
    elif file.endswith("l"):
        contents += odd_values(json.loads(content.splitlines()[0]), rng, 20)
    for number, damaged in enumerate(contents):
        target.write_bytes(damaged)
        if number % 3 == 0:
            check_commands(capsys, name, {"new", "old", "other"} - {name})
        found = predicted(name)
        checked = name == "new" or file in ("status.json", "metrics.jsonl")
        if checked and not (file == "run.json" and b'"digest"' not in damaged):
            assert isinstance(found, str) or found == right
        if name == "new" and file == "metrics.jsonl":
            files = dlvc_cli.load_run(name)._dir
            assert files.damage() or files.metrics() == lines


def replaced(target: Path, by: str) -> None:
    target.unlink()
    if by == "folder":
        target.mkdir()
    elif by == "fifo":
        os.mkfifo(target)
    elif by == "link":
        target.symlink_to("/dev/zero")


FILES = "run.json status.json metrics.jsonl best.safetensors last.ckpt previous.ckpt .lock".split()


@pytest.mark.parametrize("by", ["folder", "fifo", "link", "nothing"])
@pytest.mark.parametrize("file", FILES)
def test_what_is_no_file_in_a_file_s_place_is_said_or_does_no_harm(here, capsys, file, by):
    target = here / "runs" / "new" / file
    right = predicted("new")
    target.touch()
    replaced(target, by)
    if file == "run.json":
        code, out = run_main(capsys, "list", "runs", "--json")
        assert code == 0 and {row["name"] for row in json.loads(out)} >= {"old", "other"}
        run_main(capsys, "show", "new")
    else:
        check_commands(capsys, "new", {"old", "other"})
    found = predicted("new")
    assert found == right or file in ("run.json", "best.safetensors")
    resumed("new", 4)


@pytest.mark.parametrize("file", ["status.json", "metrics.jsonl", "last.ckpt"])
def test_a_resume_of_a_damaged_run_goes_on_exactly_or_says_why_not(here, base, file):
    rng = random.Random(file)
    target = here / "runs" / "new" / file
    (here / "runs" / "new" / "previous.ckpt").unlink(missing_ok=True)
    shutil.copytree("runs/new", "kept")
    right = resumed("new", 4)
    assert len(right) == 4
    for damaged in [*damages(target.read_bytes(), rng, 2)]:
        shutil.rmtree("runs/new")
        shutil.copytree("kept", "runs/new")
        target.write_bytes(damaged)
        found = resumed("new", 4)
        assert found == right or (isinstance(found, str) and file == "last.ckpt")


def test_another_run_s_file_in_its_place_is_said(here):
    for file in ("best.safetensors", "last.ckpt"):
        shutil.copy(f"runs/other/{file}", f"runs/new/{file}")
    assert "another run" in predicted("new")
    Path("runs/new/previous.ckpt").unlink(missing_ok=True)
    assert "another run" in resumed("new", 4)
    shutil.copy("runs/other/best.safetensors", "runs/old/best.safetensors")
    assert "another run" in predicted("old")
