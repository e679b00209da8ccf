"""``dlvc runs``: what trainings have left in ``runs/``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from dlvc_cli.commands.completion import complete_runs
from dlvc_cli.commands.list import list_objects
from dlvc_cli.errors import UsageError
from dlvc_cli.reporting.output import say

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, add_completion=False)

Run = Annotated[
    str, typer.Argument(help="A run's name or folder.", metavar="RUN", autocompletion=complete_runs)
]
Runs = Annotated[
    list[str],
    typer.Argument(
        help="Names or folders of runs.", metavar="RUN...", autocompletion=complete_runs
    ),
]
NewName = Annotated[str, typer.Argument(help="Its new name.", metavar="NAME")]
Search = Annotated[str | None, typer.Option(help="Part of a name, model, data or state.")]
Json = Annotated[bool, typer.Option("--json", help="An array of JSON objects.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")]
Out = Annotated[Path | None, typer.Option(help="The zip file; by default NAME.zip, here.")]
Weights = Annotated[bool, typer.Option(help="Take the best network along.")]


@app.callback()
def runs() -> None:
    """List, rename, remove or pack runs.

    Example: dlvc runs list
    """


@app.command("list")
def list_runs(search: Search = None, as_json: Json = False) -> None:
    """List the runs in runs/, the oldest first.

    Example: dlvc runs list --search cnn
    """
    list_objects("runs", search, as_json)


@app.command("rename")
def rename(run: Run, name: NewName) -> None:
    """Give a run another name.

    Example: dlvc runs rename cnn-toy-pets-1 baseline
    """
    from dlvc_cli.runs.directory import find_run
    from dlvc_cli.runs.manage import rename_run

    found = find_run(run)
    renamed = rename_run(found, name)
    say(f"{found.name} is called {renamed.name} now.")


@app.command("remove")
def remove(runs: Runs, yes: Yes = False) -> None:
    """Remove runs with all their files.

    Example: dlvc runs remove cnn-toy-pets-1
    """
    from dlvc_cli.reporting.formats import file_size
    from dlvc_cli.runs.directory import find_run
    from dlvc_cli.runs.manage import remove_run, size_of

    # All of them first: a wrong name removes nothing.
    found = [find_run(name) for name in runs]
    for run in found:
        size = file_size(size_of(run))
        if not yes:
            _ask(f"Remove {run.name} ({size})?")
        remove_run(run)
        say(f"{run.name} is removed, {size}.")


@app.command("pack")
def pack(run: Run, out: Out = None, weights: Weights = True) -> None:
    """Write a run into a zip file without checkpoints, to hand in.

    Example: dlvc runs pack cnn-toy-pets-1
    """
    from dlvc_cli.reporting.formats import file_size
    from dlvc_cli.runs.directory import find_run
    from dlvc_cli.runs.manage import pack_run

    found = find_run(run)
    target = out or Path(f"{found.name}.zip")
    if target.suffix.lower() != ".zip":
        raise UsageError(f"--out {target}: the file is a zip; give it a name that ends in .zip.")
    say(f"Wrote {target} ({file_size(pack_run(found, target, weights))}).")


def _ask(question: str) -> None:
    """Ask on the terminal.

    Raises:
        UsageError: there is nobody to ask.
        Exit: the answer is no.
    """
    if not sys.stdin.isatty():
        raise UsageError(f"{question} There is nobody to ask here: say --yes.")
    if not typer.confirm(question, err=True):
        raise typer.Exit(1)
