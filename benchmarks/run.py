"""Start-up, descent, ops, training and frozen features beside others, in turns in one run."""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import shlex
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import descent
import features
import first_step
import ops
import startup
import throughput
from rich.console import Console
from rich.table import Table

# What was reported, as Markdown.
WRITTEN: list[str] = []
PETS = Path(__file__).parent.parent.parent / "shared" / "data" / "pets"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="a folder with train/ and val/ of class folders")
    parser.add_argument("--rounds", type=int, default=3, help="turns of training (default 3)")
    parser.add_argument(
        "--only",
        choices=("startup", "first-step", "descent", "ops", "training", "features"),
        help="measure this alone",
    )
    parser.add_argument("--starts", type=int, default=15, help="turns of start-up (default 15)")
    parser.add_argument("--device", default="cpu", help="cpu or cuda (default cpu)")
    parser.add_argument("--write", type=Path, help="a Markdown file for what comes out")
    options = parser.parse_args()
    measure(options)
    if options.write is not None:
        options.write.write_text("\n".join([*machine(), *WRITTEN]).rstrip() + "\n")


def measure(options: argparse.Namespace) -> None:
    """Measure and report what is asked for."""
    if options.only in (None, "startup"):
        report(
            "Start-up, seconds (less is better)",
            startup.measure(options.starts),
            base="bare imports",
        )
    if options.only in (None, "descent"):
        report(
            "Descent, point-steps a second (more is better)",
            descent.measure(options.rounds),
            base="plain loop, one point",
        )
    if options.only in (None, "ops"):
        for side in (32, 160):
            for name, figures in ops.measure(options.rounds, options.device, side).items():
                report(
                    f"{name}, {side} pixels, {options.device}: images a second (more is better)",
                    figures,
                    base=ops.BASE,
                )
    if options.only not in (None, "first-step", "training", "features"):
        return
    with tempfile.TemporaryDirectory() as scratch:
        data = options.data or (PETS if PETS.is_dir() else throughput.draw(Path(scratch) / "data"))
        if options.only in (None, "first-step"):
            report(
                "To the first step, seconds (less is better)",
                first_step.measure(data.resolve(), Path(scratch), options.rounds),
                base="torch, and the images by hand",
            )
        if options.only in (None, "features"):
            report(
                "Frozen features, seconds (less is better)",
                features.measure(data.resolve(), Path(scratch), options.rounds),
                base="one bare pass",
            )
        if options.only in ("first-step", "features"):
            return
        report(
            f"Training on {options.device}, images a second (more is better)",
            throughput.measure(data, Path(scratch), options.rounds, options.device),
            base="ready batches",
        )


def report(title: str, figures: dict[str, list[float]], base: str) -> None:
    """Print medians, and medians of the ratios to ``base`` within each turn."""
    title = f"{title}; ratios to {base}"
    table = Table(title=title, title_justify="left", box=None)
    digits = 3 if max(map(max, figures.values())) < 1000 else 0
    headings = ("what", "median", "least", "most", "ratio")
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "what" else "right")
    lines = [f"### {title}", "", line(headings), line(["---"] * len(headings))]
    for name, values in figures.items():
        ratios = [value / other for value, other in zip(values, figures[base], strict=True)]
        cells = (statistics.median(values), min(values), max(values))
        written = [
            name,
            *(f"{cell:,.{digits}f}" for cell in cells),
            f"{statistics.median(ratios):,.2f}",
        ]
        table.add_row(*written)
        lines.append(line(written))
    console = Console()
    console.print(table)
    console.print()
    WRITTEN.extend([*lines, ""])


def line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def machine() -> list[str]:
    """What the figures are of, as Markdown."""
    processor = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):
        known = Path("/proc/cpuinfo").read_text().split("model name")[1].splitlines()[0]
        processor = known.partition(":")[2].strip()
    packages = ("torch", "torchvision", "numpy", "pillow", "timm", "kornia")
    versions = []
    for name in packages:
        with contextlib.suppress(PackageNotFoundError):
            versions.append(f"{name} {version(name)}")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return [
        "# Results",
        "",
        f"    python {shlex.join(sys.argv)}",
        "",
        f"{datetime.now(UTC):%d %B %Y}, {cores} cores of {processor}, {platform.system()}, "
        f"Python {platform.python_version()}, {', '.join(versions)}.",
        "",
    ]


if __name__ == "__main__":
    if subprocess.run([sys.executable, "-c", "import dlvc_cli"], check=False).returncode:
        sys.exit("dlvc is not installed here: run this with uv run.")
    main()
