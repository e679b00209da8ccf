"""Make the run of this folder: see README.md. Needs the code of before the stream versions."""

from __future__ import annotations

import contextlib
import json
import shutil
from pathlib import Path

import numpy as np
from dlvc_cli.training.clocks import SaveClock
from PIL import Image

import dlvc_cli

IMAGES = Path("images")
TIMINGS = {"seconds", "images_per_s"}


class Cut(BaseException):
    """Ends a run as if it had been killed."""


class Scissors:
    """A view that cuts a run off right after a checkpoint."""

    def __init__(self, epoch: int, step: int) -> None:
        self._place = (epoch, step)

    def __enter__(self) -> Scissors:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def __call__(self, event: object) -> None:
        if event.name == "checkpoint_saved" and (event.epoch, event.step) == self._place:
            raise Cut


def make_images() -> None:
    """Stripes along the rows or the columns, with noise."""
    for split, count in (("train", 8), ("val", 5)):
        for label, name in enumerate(("rows", "columns")):
            for number in range(count):
                rng = np.random.default_rng((len(split), label, number))
                stripes = 40 * ((np.arange(8) + number) // 2 % 2)
                pixels = rng.integers(0, 120, (8, 8, 3)) + 40
                pixels += stripes[:, None, None] if label == 0 else stripes[None, :, None]
                file = IMAGES / split / name / f"{number}.png"
                file.parent.mkdir(parents=True, exist_ok=True)
                Image.fromarray(pixels.astype(np.uint8)).save(file)


def train(out: str, cut: Scissors) -> None:
    with contextlib.suppress(Cut):
        dlvc_cli.train(
            "small", data=f"folder:{IMAGES}", aug="flip,crop:pad=1", optimizer="sgd", lr=0.05,
            wd=1e-3, schedule="cosine", batch_size=5, epochs=5, seed=7, threads=1,
            running_accuracy=True, out=out, view=cut,
        )  # fmt: skip


make_images()
SaveClock.due = lambda self, epoch_ended: True
train("whole", Scissors(99, 0))
train("cut", Scissors(2, 2))
lines = [json.loads(line) for line in Path("whole/metrics.jsonl").read_text().splitlines()]
reached = [{key: line[key] for key in line if key not in TIMINGS} for line in lines]
Path("reached.json").write_text(json.dumps(reached, indent=2) + "\n")
for name in ("previous.ckpt", ".lock", "loss.png", "accuracy.png"):
    Path("cut", name).unlink(missing_ok=True)
shutil.rmtree("whole")
