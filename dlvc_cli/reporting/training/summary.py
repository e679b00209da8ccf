"""What a run says when it is over: how it went, and what to do next."""

from __future__ import annotations

import shlex
from textwrap import wrap

from rich.text import Text

from dlvc_cli.events import RunEnded, RunStarted
from dlvc_cli.reporting import formats
from dlvc_cli.reporting.outside_text import shown
from dlvc_cli.reporting.worth import interval
from dlvc_cli.runs.balance import is_uneven
from dlvc_cli.runs.statistics import interval_of_share

__all__ = ["training_summary"]

# Columns of the names of facts.
_LABEL = 10


def training_summary(
    event: RunEnded, started: RunStarted, heading: bool = True, width: int | None = None
) -> Text:
    """Return the summary; print it with ``soft_wrap=True``, so that commands stay on one line.

    Args:
        heading: begin with how the run ended, which a view has said already.
        width: of the terminal; where it is narrow, what commands are for stands above them.
    """
    text = Text()
    if heading:
        style = "bold green" if event.state == "finished" else "bold yellow"
        text.append(f"{formats.ending(event)}\n", style)
    if event.best_acc is None:
        finite = "no validation was finite" if event.epochs else "no epoch was finished"
        best = f"none yet: {finite}"
    else:
        balanced = ""
        if is_uneven(started.val_counts):
            balanced = f" (balanced {formats.decimals(event.best_balanced_acc)})"
        best = f"{event.best_acc:.4f} validation accuracy{balanced}, at epoch {event.best_epoch}"
        if started.monitor != "val_acc":
            best += f", whose {started.monitor} of {formats.decimals(event.best_value)} is the best"
    facts = [
        ("best", best),
        *_worth(event, started),
        ("epochs", f"{event.epochs} of {started.epochs}"),
        ("time", formats.duration(event.seconds)),
        ("run", shown(event.run)),
    ]
    for name, value in facts:
        lines = wrap(value, max((width or 1000) - _LABEL, 20), break_long_words=False)
        text.append(f"  {name:<{_LABEL - 2}}", "dim")
        text.append(f"\n{'':{_LABEL}}".join(lines) + "\n")
    commands = _next(event)
    if commands:
        text.append("Next:\n")
    column = max((len(command) for command, _ in commands), default=0)
    purposes = max((len(purpose) for _, purpose in commands), default=0)
    beside = width is None or column + purposes + 6 <= width
    for command, purpose in commands:
        if beside:
            text.append(f"  {command:<{column}}", "cyan").append(f"  # {purpose}\n", "dim")
        else:
            text.append(f"  # {purpose}\n", "dim").append(f"  {command}\n", "cyan")
    text.right_crop(1)
    return text


def _worth(event: RunEnded, started: RunStarted) -> list[tuple[str, str]]:
    """What the best accuracy is worth: its interval, and the test at the end."""
    facts = []
    found = interval_of_share(event.best_acc, started.val_images)
    if found is not None:
        facts.append(("95 %", f"{interval(found)} (Wilson)"))
    if event.test_acc is not None:
        test = f"{event.test_acc:.4f} accuracy of that network on images that no choice has seen"
        facts.append(("test", test))
    return facts


def _next(event: RunEnded) -> list[tuple[str, str]]:
    run = shown(shlex.quote(event.run))
    commands = []
    if event.state == "stopped":
        commands.append((f"dlvc train --resume {run}", "go on where it stopped"))
    if event.best_acc is not None:
        commands += [
            (f"dlvc test {run}", "loss, accuracy and confusion matrix"),
            (f"dlvc predict {run} IMAGE", "what it sees in an image of yours"),
            (f"dlvc compare {run} OTHER", "beside another run"),
            (f"dlvc report {run}", "a page of it all, with images"),
        ]
    return commands
