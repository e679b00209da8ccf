"""Training speed in images a second: ready batches, ``dlvc train``, torchvision's loader."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torchvision
from PIL import Image
from torch import Tensor, nn
from torchvision.transforms import v2

from dlvc_cli.registry.registry import registry

BATCH = 128


def measure(data: Path, scratch: Path, rounds: int, device: str) -> dict[str, list[float]]:
    """Measure each way once a turn; every figure is of a warm epoch."""
    ways: dict[str, Callable[[], float]] = {
        "ready batches": lambda: ready_batches(data, device),
        "dlvc train, live view": lambda: dlvc_train(data, scratch, device, "--precision", "fp32"),
        "the same in bf16": lambda: dlvc_train(data, scratch, device, "--precision", "bf16"),
        "the same, compiled": lambda: dlvc_train(
            data, scratch, device, "--precision", "fp32", "--compile"
        ),
        "torchvision, no workers": lambda: torchvision_loader(data, device, 0),
        "torchvision, 2 workers": lambda: torchvision_loader(data, device, 2),
    }
    figures: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            figures[name].append(way())
    return figures


def dlvc_train(data: Path, scratch: Path, device: str, *options: str) -> float:
    """``dlvc train`` on a pseudo-terminal, so that its live view is on; its last epoch of three."""
    out = scratch / f"run-{time.monotonic_ns()}"
    command = [
        str(Path(sys.executable).parent / "dlvc"), "train", "cnn", "--data", f"folder:{data}",
        "--aug", "flip,crop", "--wd", "1e-5", "--epochs", "3", "--out", str(out),
        "--device", device, *options,
    ]  # fmt: skip
    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm-256color", "COLUMNS": "120", "LINES": "40"}
    reader = threading.Thread(target=_drain, args=(ours,), daemon=True)
    reader.start()
    subprocess.run(command, check=True, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    lines = (out / "metrics.jsonl").read_text().splitlines()
    return float(json.loads(lines[-1])["images_per_s"])


def _drain(descriptor: int) -> None:
    try:
        while os.read(descriptor, 65536):
            pass
    except OSError:
        # Linux reports the end of a terminal so.
        pass


def ready_batches(data: Path, device: str) -> float:
    """The network alone in fp32, on batches that lie on the device as normalised floats."""
    count = sum(1 for _ in (data / "train").rglob("*.*"))
    images = torch.randn(count, 3, 32, 32, device=device)
    targets = torch.randint(0, 2, (count,), device=device)
    step = make_step(device)

    def epoch() -> None:
        for start in range(0, count, BATCH):
            step(images[start : start + BATCH], targets[start : start + BATCH])

    return timed(epoch, count, device)


def torchvision_loader(data: Path, device: str, workers: int) -> float:
    """ImageFolder and DataLoader with torchvision's own flip and crop."""
    transform = v2.Compose(
        [
            v2.ToImage(),
            v2.RandomHorizontalFlip(),
            v2.RandomCrop(32, padding=4),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize([0.5] * 3, [0.25] * 3),
        ]
    )
    images = torchvision.datasets.ImageFolder(str(data / "train"), transform)
    loader = torch.utils.data.DataLoader(
        images, BATCH, shuffle=True, num_workers=workers, persistent_workers=workers > 0
    )
    step = make_step(device)

    def epoch() -> None:
        for images, targets in loader:
            step(images.to(device), targets.to(device))

    return timed(epoch, len(images), device)


def make_step(device: str) -> Callable[[Tensor, Tensor], None]:
    """A training step of the course's network and recipe, as a bare loop has it."""
    network: nn.Module = registry().choose("models", "cnn").build(num_classes=2)
    layout = torch.channels_last if device.startswith("cuda") else torch.contiguous_format
    network = network.to(device)
    network = network.to(memory_format=layout)
    optimizer = torch.optim.SGD(
        network.parameters(), lr=0.1, momentum=0.9, nesterov=True, weight_decay=1e-5, fused=True
    )

    def step(images: Tensor, targets: Tensor) -> None:
        logits = network(images.contiguous(memory_format=layout))
        loss = nn.functional.cross_entropy(logits, targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def timed(epoch: Callable[[], None], count: int, device: str) -> float:
    """Images a second of the second epoch."""
    epoch()
    if device.startswith("cuda"):
        torch.cuda.synchronize()
    started = time.perf_counter()
    epoch()
    if device.startswith("cuda"):
        torch.cuda.synchronize()
    return count / (time.perf_counter() - started)


def draw(root: Path) -> Path:
    """Write JPEGs of noise, 4,000 to train on and 400 to validate on, 32x32."""
    rng = np.random.default_rng(0)
    for split, count in (("train", 2000), ("val", 200)):
        for label in ("cat", "dog"):
            folder = root / split / label
            folder.mkdir(parents=True)
            for number in range(count):
                pixels = rng.integers(0, 256, (32, 32, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(folder / f"{number:04}.jpg")
    return root
