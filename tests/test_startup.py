"""Describing is free: nothing heavy is imported to list, show, complete, or refuse."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

HEAVY = (
    "torch", "torchvision", "timm", "numpy", "skimage", "sklearn", "matplotlib", "numba", "PIL",
    "scipy",
)  # fmt: skip

PROBE = f"""
import sys
from dlvc_cli.__main__ import main
try:
    main(sys.argv[1:])
finally:
    heavy = [name for name in {HEAVY!r} if name in sys.modules]
    print("HEAVY", *heavy, file=sys.stderr)
"""


Started = subprocess.CompletedProcess[str]


@pytest.fixture
def start(dlvc: Any) -> Callable[..., tuple[Started, set[str]]]:
    """Runs dlvc, and returns what it did and which of the heavy modules are imported then."""

    def run(*words: str, code: int = 0, **variables: str) -> tuple[Started, set[str]]:
        done = subprocess.run(
            [sys.executable, "-c", PROBE, *words],
            cwd=dlvc.folder,
            env=dlvc.environment | variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        name, *heavy = done.stderr.splitlines()[-1].split()
        assert name == "HEAVY", done.stderr
        return done, set(heavy)

    return run


AT_FIRST_STEP = f"""
import sys
from dlvc_cli.__main__ import main
from dlvc_cli.training import loop
step = loop._train_step
def first(*args):
    loop._train_step = step
    found = [name for name in {HEAVY!r} if name in sys.modules]
    print("HEAVY", *found, file=sys.stderr)
    return step(*args)
loop._train_step = first
main(sys.argv[1:])
"""


def test_training_imports_what_it_needs(dlvc, few):
    """Curves are drawn at its end."""
    words = ["train", "cnn", "--data", few, "--max-steps", "2", "--aug", "flip,crop"]
    done = subprocess.run(
        [sys.executable, "-c", AT_FIRST_STEP, *words],
        cwd=dlvc.folder,
        env=dlvc.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    (line,) = (line for line in done.stderr.splitlines() if line.startswith("HEAVY"))
    assert set(line.split()[1:]) == {"torch", "numpy", "PIL"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("--help", 0),
        ("--version", 0),
        ("train --help", 0),
        ("list", 0),
        ("list models", 0),
        ("list metrics", 0),
        ("list models --json", 0),
        ("list runs", 0),
        ("gd --help", 0),
        ("gd nonsense", 2),
        ("gd schaffer --lr -1", 2),
        ("gd schaffer --optimizer nonsense", 2),
        ("gd schaffer --sweep lr=a", 2),
        ("plugins list", 0),
        ("nonsense", 2),
        ("train nonsense", 2),
        ("train cnn --aug flop", 2),
        ("train cnn --aug crop:size=abc", 2),
        ("train cnn --lr -1", 2),
        ("train cnn --lr abc", 2),
        ("train cnn --optimizer adam --momentum 0.9", 2),
        ("train cnn --nonsense", 2),
        ("train alexnet --image-size 8", 2),
        ("train cnn --device gpu", 2),
        ("train resnet --weights IMAGENET1K_V", 2),
        ("train cnn --data folder:nowhere", 2),
        ("train --resume nowhere", 2),
        ("test nowhere", 2),
        ("predict nowhere cat.jpg", 2),
        ("compare nowhere", 2),
        ("show nonsense", 2),
        ("show crop", 0),
        ("list nonsense", 2),
    ],
)
def test_describing_and_refusing_import_nothing_heavy(start, words, code):
    _, heavy = start(*words.split(), code=code)
    assert not heavy


def test_a_single_walk_needs_numpy_alone(start):
    _, heavy = start("gd", "schaffer", "--max-steps", "10")
    assert heavy <= {"numpy", "PIL"}


def test_a_folder_is_shown_without_torch(start, few):
    _, heavy = start("show", few)
    assert heavy <= {"numpy", "PIL"}


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("dlvc tr", "train"),
        ("dlvc train sq", "squeezenet"),
        ("dlvc train cnn --aug flip,cr", "flip,crop"),
        ("dlvc train cnn --data fol", "folder:"),
        ("dlvc list mod", "models"),
        ("dlvc gd scha", "schaffer"),
    ],
)
def test_tab_completes_names(start, typed, offered):
    last = str(len(typed.split()) - 1)
    done, heavy = start(_DLVC_COMPLETE="complete_bash", COMP_WORDS=typed, COMP_CWORD=last)
    assert offered in done.stdout.split() and not heavy


def test_the_public_face_is_explicit_and_light():
    source = (
        "import sys, dlvc_cli as dlvc\n"
        f"assert not [n for n in {HEAVY!r} if n in sys.modules]\n"
        "assert all(hasattr(dlvc, name) for name in dlvc.__all__)\n"
    )
    subprocess.run([sys.executable, "-c", source], check=True)
