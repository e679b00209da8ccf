"""Wall seconds of ``dlvc list models`` and of the imports that any Typer and Rich program needs."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

COMMANDS = {
    "bare imports": [sys.executable, "-c", "import typer, rich.console, rich.table"],
    "dlvc list models": [str(Path(sys.executable).parent / "dlvc"), "list", "models"],
}


def measure(turns: int) -> dict[str, list[float]]:
    """Time each command once a turn, after one turn that doesn't count."""
    figures: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for turn in range(turns + 1):
        for name, command in COMMANDS.items():
            started = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            if turn:
                figures[name].append(time.perf_counter() - started)
    return figures
