"""Seconds from nothing to a training's first step, beside importing torch and reading by hand."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

__all__ = ["measure"]

# What one would write first: torch, the images of both splits as one tensor each, a network.
_BY_HAND = """
import sys
from pathlib import Path
import numpy as np
import torch
from PIL import Image

def read(split):
    files = sorted(file for file in (Path(sys.argv[1]) / split).glob("*/*") if file.is_file())
    pixels = np.stack([np.asarray(Image.open(file).convert("RGB")) for file in files])
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous()

train, val = read("train"), read("val")
mean = train.float().div(255).mean((0, 2, 3))
"""

# torch imports its compiler where an optimiser is made, whoever makes it: a second or more.
_OPTIMISER = """
network = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(3072, 2))
torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9, nesterov=True)
"""

# dlvc, stopped where the first step would begin.
_DLVC = """
import os, sys
from dlvc_cli.__main__ import main
from dlvc_cli.training import start_up
start_up.train = lambda *_: os._exit(0)
main(sys.argv[1:])
"""


def measure(data: Path, scratch: Path, rounds: int) -> dict[str, list[float]]:
    """Measure each way once a turn, each in a process of its own."""
    figures: dict[str, list[float]] = {}
    for turn in range(rounds):
        cache = {"XDG_CACHE_HOME": str(scratch / f"start-{turn}")}
        ways = {
            "torch, and the images by hand": [sys.executable, "-c", _BY_HAND, str(data)],
            "the same, and an optimiser": [
                sys.executable, "-c", _BY_HAND + _OPTIMISER, str(data),
            ],
            "import torch alone": [sys.executable, "-c", "import torch"],
            "dlvc, the first time": _train(data, scratch / f"one-{turn}"),
            "dlvc, images kept": _train(data, scratch / f"two-{turn}"),
            "dlvc, --no-image-cache": [
                *_train(data, scratch / f"three-{turn}"), "--no-image-cache",
            ],
        }  # fmt: skip
        for name, command in ways.items():
            started = time.perf_counter()
            subprocess.run(command, check=True, env=os.environ | cache)
            figures.setdefault(name, []).append(time.perf_counter() - started)
    return figures


def _train(data: Path, out: Path) -> list[str]:
    return [
        sys.executable, "-c", _DLVC, "train", "cnn", "--data", f"folder:{data}", "--aug",
        "flip,crop", "--out", str(out), "--quiet",
    ]  # fmt: skip
