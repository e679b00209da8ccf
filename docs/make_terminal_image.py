"""Draws the README's image: the terminal as a run left it.

python docs/make_terminal_image.py RUN --data pets
"""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from rich.console import Group
from rich.text import Text

from dlvc_cli.events import RunEnded, RunStarted
from dlvc_cli.reporting.terminal_svg import terminal_image
from dlvc_cli.reporting.training.panel import TrainingPanel
from dlvc_cli.reporting.training.progress import RunState
from dlvc_cli.runs.directory import RunDir, find_run

__all__ = ["final_state"]

_ROWS = 28


def final_state(run: RunDir, data: str | None = None) -> RunState:
    """Return what the live view knew at the end of a run, from the run's files.

    Args:
        data: what to call the data; by default as it was given.
    """
    record, status, metrics = run.record(), run.status(), run.metrics()
    config, model, images = record["config"], record["model"], record["data"]["images"]
    name = f"runs/{run.name}"
    state = RunState()
    state.update(
        RunStarted(
            run=name,
            model=model["name"],
            parameters=model["parameters"],
            trainable=model["trainable"],
            data=data or record["data"]["name"],
            classes=tuple(record["data"]["classes"]),
            train_images=images["train"],
            val_images=images["val"],
            stored_size=tuple(record["input"]["stored_size"]),
            input_size=tuple(record["input"]["input_size"]),
            device=record["device"],
            device_memory=None,
            precision=record["precision"],
            threads=record["threads"],
            seed=record["seed"],
            epochs=config["epochs"],
            steps_per_epoch=-(-images["train"] // config["batch_size"]),
            start_epoch=len(metrics),
            history=tuple(metrics),
        )
    )
    state.update(
        RunEnded(
            run=name,
            state=status["state"],
            reason=status["reason"] or "",
            epochs=status["epoch"],
            best_acc=status["best_acc"],
            best_epoch=status["best_epoch"],
            seconds=status["seconds"],
        )
    )
    return state


def main() -> None:
    """Write the image."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", help="a run, by path or by name")
    parser.add_argument("--data", help="what to call the data set")
    parser.add_argument("--command", help="what to show as typed (default: as recorded)")
    parser.add_argument("--columns", type=int, default=100)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("terminal.svg"))
    options = parser.parse_args()
    run = find_run(options.run)
    command = options.command or run.record()["command"]
    shown = Group(
        Text.assemble(("$ ", "green"), (command, "bold")),
        TrainingPanel(final_state(run, options.data)),
    )
    title = shlex.join(shlex.split(command)[:3])
    svg, _ = terminal_image(shown, columns=options.columns, rows=_ROWS, title=title)
    options.out.write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
