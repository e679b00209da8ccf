"""Frozen features: seconds of a bare pass, and of ten epochs of ``dlvc train`` that share one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import torch
from PIL import Image
from torchvision.models import resnet18
from torchvision.transforms.v2.functional import pil_to_tensor

SIZE = 112
EPOCHS = 10


def measure(data: Path, scratch: Path, rounds: int) -> dict[str, list[float]]:
    """Measure each way once a turn, each in a process of its own, start-up included."""
    weights = scratch / "resnet18.pth"
    torch.manual_seed(0)
    torch.save(resnet18().state_dict(), weights)
    figures: dict[str, list[float]] = {}
    for turn in range(rounds):
        cache = scratch / f"cache-{turn}"
        ways = {
            "one bare pass": [sys.executable, __file__, str(data), str(weights)],
            "dlvc, 10 epochs": _train(data, weights, scratch / f"first-{turn}"),
            "dlvc, again with another --wd": [
                *_train(data, weights, scratch / f"second-{turn}"), "--wd", "0.1",
            ],
        }  # fmt: skip
        for name, command in ways.items():
            started = time.perf_counter()
            subprocess.run(command, check=True, env=os.environ | {"XDG_CACHE_HOME": str(cache)})
            figures.setdefault(name, []).append(time.perf_counter() - started)
    return figures


def _train(data: Path, weights: Path, out: Path) -> list[str]:
    return [
        str(Path(sys.executable).parent / "dlvc"), "train", "resnet", "--data", f"folder:{data}",
        "--weights", str(weights), "--feature-extract", "--image-size", str(SIZE),
        "--epochs", str(EPOCHS), "--out", str(out), "--quiet",
    ]  # fmt: skip


def bare_pass(data: Path, weights: Path) -> None:
    """Read all images and run each through the network once, in the fastest layout."""
    files = sorted(file for split in ("train", "val") for file in (data / split).glob("*/*"))
    images = torch.stack([pil_to_tensor(Image.open(file).convert("RGB")) for file in files])
    network = resnet18()
    network.load_state_dict(torch.load(weights, weights_only=True))
    network.fc = torch.nn.Identity()
    network.eval().to(memory_format=torch.channels_last)
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    with torch.inference_mode():
        for batch in images.split(128):
            images = torch.nn.functional.interpolate(
                batch.float() / 255, (SIZE, SIZE), mode="bilinear", antialias=True
            )
            images = (images - mean[:, None, None]) / std[:, None, None]
            network(images.contiguous(memory_format=torch.channels_last))


if __name__ == "__main__":
    bare_pass(Path(sys.argv[1]), Path(sys.argv[2]))
