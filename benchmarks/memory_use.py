"""Memory of a training against the number of its images: streamed, and held in memory.

Every figure is the peak of what a ``dlvc train`` process has resident, start to end, all images
read at least once. Speeds are of one epoch over the same images, in turns.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

COUNTS = (1_000, 10_000, 50_000, 200_000)
WAYS = {
    "in memory": ["--no-stream", "--no-image-cache"],
    "mapped": ["--no-stream"],
    "streamed": ["--stream"],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=COUNTS[-1], help="images (default 200,000)")
    parser.add_argument("--rounds", type=int, default=3, help="turns of speed (default 3)")
    parser.add_argument("--figure", type=Path, help="an image file to draw memory to")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        peaks: dict[str, list[int]] = {way: [] for way in WAYS}
        counts = [count for count in COUNTS if count <= options.most]
        for count in counts:
            data = draw(scratch, count)
            # Decoded and kept first, so that all read the same.
            train(data, scratch, WAYS["mapped"], "--max-steps", "1")
            for way, words in WAYS.items():
                peaks[way].append(train(data, scratch, words, "--max-steps", "20")[0])
                print(f"{count:>7,} images, {way:<9}  {peaks[way][-1] / 1e6:>5,.0f} MB", flush=True)
        data = draw(scratch, 10_000)
        rates: dict[str, list[float]] = {way: [] for way in WAYS}
        for _ in range(options.rounds):
            for way, words in WAYS.items():
                rates[way].append(train(data, scratch, words)[1])
        for way, found in rates.items():
            ratios = [one / other for one, other in zip(found, rates["in memory"], strict=True)]
            print(
                f"{way:<9}  {statistics.median(found):>7,.0f} images/s, "
                f"{statistics.median(ratios):.3f} of in memory"
            )
        if options.figure is not None:
            plot(options.figure, counts, peaks)


def draw(scratch: Path, count: int) -> Path:
    """A data set of JPEGs, 32x32: so many to train on, and 200 to validate on."""
    base = scratch / "base"
    if not base.exists():
        base.mkdir()
        rng = np.random.default_rng(0)
        for number in range(1000):
            pixels = rng.integers(0, 256, (32, 32, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(base / f"{number}.jpg")
    data = scratch / f"images-{count}"
    for split, many in (("train", count), ("val", 200)):
        for label in ("cat", "dog"):
            folder = data / split / label
            folder.mkdir(parents=True, exist_ok=True)
            for number in range(many // 2):
                link = folder / f"{number:06}.jpg"
                if not link.exists():
                    link.hardlink_to(base / f"{number % 1000}.jpg")
    return data


def train(data: Path, scratch: Path, words: list[str], *more: str) -> tuple[int, float]:
    """Train for an epoch; return the peak of resident bytes, and images a second."""
    out = scratch / f"run-{time.monotonic_ns()}"
    command = [
        sys.executable, "-m", "dlvc_cli", "train", "cnn", "--data", f"folder:{data}", "--aug",
        "flip,crop", "--epochs", "1", "--threads", "1", "--out", str(out), "--quiet",
        *words, *more,
    ]  # fmt: skip
    environment = os.environ | {"XDG_CACHE_HOME": str(scratch / "cache"), "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    most = 0
    while process.poll() is None:
        most = max(most, resident(process.pid))
        time.sleep(0.02)
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed.")
    (line,) = (out / "metrics.jsonl").read_text().splitlines()
    return most, float(json.loads(line)["images_per_s"])


def resident(process: int) -> int:
    """Bytes that a process has resident, its own and those of files."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(found[0]) * 1024 if found else 0


def plot(figure: Path, counts: list[int], peaks: dict[str, list[int]]) -> None:
    """Draw peaks of memory over numbers of images."""
    from matplotlib.figure import Figure

    drawn = Figure(figsize=(6, 3.6), layout="constrained")
    axes = drawn.subplots()
    for way, found in peaks.items():
        axes.plot(counts, [peak / 1e6 for peak in found], marker="o", label=way)
    axes.plot(counts, [count * 3072 / 1e6 for count in counts], "k:", label="the images alone")
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("images of 32 x 32")
    axes.set_ylabel("peak of resident memory in MB")
    axes.legend()
    axes.grid(alpha=0.3)
    drawn.savefig(figure)


if __name__ == "__main__":
    main()
