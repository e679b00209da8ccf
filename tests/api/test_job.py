"""A training job, from its plan to its curves."""

from __future__ import annotations

import shutil
import subprocess
import sys
import textwrap

import pytest
from helpers.transfer import Listener, make_weights
from PIL import Image

import dlvc_cli


@pytest.fixture
def dlvc(dlvc, trained):
    shutil.copytree(trained / "runs", dlvc.folder / "runs")
    return dlvc


def test_a_run_draws_its_curves(dlvc):
    for name in ("loss.png", "accuracy.png"):
        image = Image.open(dlvc.folder / "runs" / "one" / name)
        assert min(image.size) > 300 and len(set(image.convert("L").tobytes())) > 20


def test_a_cache_limit_that_is_no_number_is_refused_before_anything_heavy(dlvc, tmp_path):
    (tmp_path / "w.pth").touch()
    code = """
        import sys
        from dlvc_cli.__main__ import main
        try:
            main(sys.argv[1:])
        finally:
            print("HEAVY", *({"torch", "numpy"} & set(sys.modules)), file=sys.stderr)
    """
    words = ["train", "cnn", "--data", "toy-pets", "--weights", tmp_path / "w.pth"]
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *words, "--feature-extract"],
        env=dlvc.environment | {"DLVC_CACHE_GB": "much"},
        cwd=dlvc.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2 and "$DLVC_CACHE_GB is a number" in done.stderr
    assert done.stderr.splitlines()[-1] == "HEAVY"


@pytest.mark.parametrize("data", ["folder:nowhere", "cifar10:path=nowhere"])
def test_data_that_is_not_there_is_refused_before_anything_is_told(dlvc, data):
    (line,) = dlvc("train", "cnn", "--data", data, code=2).stderr.splitlines()
    assert line.startswith("error: ") and "nowhere" in line


def test_other_data_that_is_not_there_is_refused_before_a_run_goes_on(dlvc):
    words = ("train", "--resume", "one", "--epochs", "9", "--data", "folder:nowhere")
    (line,) = dlvc(*words, code=2).stderr.splitlines()
    assert line.startswith("error: There is no folder") and "nowhere" in line


def test_what_a_user_is_told_first_is_recorded_in_that_order(own_folder, tmp_path, few):
    make_weights("cnn", tmp_path / "w.pth")
    heard = Listener()
    options = {"weights": "w.pth", "feature_extract": True, "max_steps": 1, "threads": 1}
    run = dlvc_cli.train("cnn", data=few, view=heard, **options)
    told = [
        "Only the head is trained; the frozen features of an image are computed once, and kept.",
        "cnn starts from w.pth.",
    ]
    assert run.record["notices"] == told == heard.texts.splitlines()[:2]
    names = [event.name for event in heard.events]
    assert names[:2] == ["notice", "notice"] and names.index("data_progress") > 1
