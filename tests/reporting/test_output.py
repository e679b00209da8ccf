"""Output that can't be written, or not as it is, is never the end of a command."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from helpers.folders import make_folder, save_image

import dlvc_cli
from dlvc_cli.runs.directory import RunDir

FOREIGN = "[red]x\x1b[31m\n猫"


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """A run whose name and classes hold markup, control characters and foreign letters."""
    home = tmp_path_factory.mktemp("foreign")
    for split in ("train", "val"):
        for label, name in enumerate((FOREIGN, "Größe")):
            for number in range(4):
                save_image(home / "data" / split / name / f"{number}.png", label, number)
    options = {"view": "quiet", "threads": 1, "epochs": 1}
    dlvc_cli.train("cnn", data=f"folder:{home / 'data'}", out=home / "runs" / FOREIGN, **options)
    return home


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437", "cp850"])
def test_help_is_there_in_every_encoding(dlvc, encoding):
    done = subprocess.run(
        [sys.executable, "-m", "dlvc_cli", "train", "--help"],
        cwd=dlvc.folder,
        env=dlvc.environment | {"PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    text = done.stdout.decode(encoding)
    assert "--batch-size" in text and "\\u" not in text


def test_names_from_outside_are_shown_and_never_act(dlvc, foreign):
    dlvc.folder = foreign
    image = f"data/val/{FOREIGN}/0.png"
    for words in (
        ["test", FOREIGN],
        ["predict", FOREIGN, image],
        ["list", "runs"],
        ["show", FOREIGN],
        ["compare", FOREIGN, f"runs/{FOREIGN}"],
    ):
        done = dlvc(*words)
        assert "[red]x\\x1b[31m\\n猫" in done.stdout, words
        assert "\x1b" not in done.stdout + done.stderr
    failed = dlvc("predict", FOREIGN, "gone\x1b[31m\n.png", code=2)
    assert "gone\\x1b[31m\\n.png" in failed.stderr and failed.stderr.count("\n") == 1


def test_what_the_encoding_lacks_is_escaped(dlvc, foreign):
    dlvc.folder = foreign
    done = dlvc("test", FOREIGN, PYTHONIOENCODING="ascii")
    assert "[red]x\\x1b[31m\\n\\u732b" in done.stdout and "Gr\\xf6\\xdfe" in done.stdout
    for encoding in ("ascii", "utf-8"):
        done = dlvc("test", FOREIGN, "--json", PYTHONIOENCODING=encoding)
        assert json.loads(done.stdout)["classes"] == sorted(["Größe", FOREIGN])


def test_json_of_a_name_that_is_no_text_is_valid_and_gives_the_name_back(dlvc, foreign):
    name = os.fsdecode(b"caf\xe9.png")
    save_image(dlvc.folder / name, 0, 0)
    done = subprocess.run(
        [sys.executable, "-m", "dlvc_cli", "predict", foreign / "runs" / FOREIGN, name, "--json"],
        cwd=dlvc.folder,
        env=dlvc.environment | {"LC_ALL": "C"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (row,) = json.loads(done.stdout.decode("utf-8", "strict"))
    assert os.fsencode(row["path"]) == b"caf\xe9.png"


def shell(dlvc, words, redirection):
    line = f'"$0" -m dlvc_cli {words} {redirection}'
    done = subprocess.run(
        ["bash", "-c", line, sys.executable],
        cwd=dlvc.folder,
        env=dlvc.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


def test_results_that_are_lost_are_an_error_unless_nobody_wants_them(dlvc):
    failed = shell(dlvc, "list ops", "> /dev/full")
    assert failed.returncode == 1 and "No space left" in failed.stderr
    for words in ("list", "train --help"):
        done = shell(dlvc, words, "| head -1; exit ${PIPESTATUS[0]}")
        assert done.returncode == 0 and done.stderr == ""
    done = shell(dlvc, "gd schaffer --out g.png --save g.csv", "2>&1 | head -1; exit $PIPESTATUS")
    assert done.returncode == 0
    assert (dlvc.folder / "g.png").exists() and (dlvc.folder / "g.csv").exists()


@pytest.mark.parametrize("redirection", [">/dev/full 2>&1", ">&- 2>&-", "2>&1 | head -1"])
def test_a_training_whose_output_is_lost_is_no_failure(dlvc, few, redirection):
    words = f"train cnn --data {few} --epochs 3 --out run"
    done = shell(dlvc, words, f"{redirection}; exit ${{PIPESTATUS[0]}}")
    assert done.returncode == 0
    run = RunDir(dlvc.folder / "run")
    assert [line["epoch"] for line in run.metrics()] == [1, 2, 3]
    assert run.status()["state"] == "finished"
    # With standard error closed, a file would have got its number.
    assert (run.path / ".lock").read_bytes() == b""


def test_what_a_library_warns_of_becomes_a_note(dlvc, make_plugin, tmp_path):
    make_plugin(
        "dlvc-warns", "import warnings\nfor _ in range(2): warnings.warn('Glyph 1 lacks')\n"
    )
    assert dlvc("list", "ops").stderr == "note: Glyph 1 lacks.\n"


def test_a_message_with_lines_of_its_own_keeps_them(dlvc, tmp_path):
    images = make_folder(tmp_path / "images", {"train": 4, "val": 2})
    (images / "train" / "left" / "bad\x1b[31m.png").write_bytes(b"no image")
    failed = dlvc("train", "cnn", "--data", f"folder:{images}", code=1)
    assert "\n  " in failed.stderr and "bad\\x1b[31m.png" in failed.stderr
