"""``dlvc train``: its options are the fields of ``TrainConfig``."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from dlvc_cli.commands.completion import complete_names, complete_runs
from dlvc_cli.commands.typer_options import add_options
from dlvc_cli.config.place import place_of
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.errors import BadOption
from dlvc_cli.files import open_regular, read_json

__all__ = ["train"]

Model = Annotated[
    str | None,
    typer.Argument(help="A model: see dlvc list models.", autocompletion=complete_names("models")),
]
Preset = Annotated[
    str | None,
    typer.Option(
        help="A named bundle of options; see dlvc list presets.",
        rich_help_panel="Run",
        autocompletion=complete_names("presets"),
    ),
]
Config = Annotated[
    Path | None,
    typer.Option(help="Options from a TOML file or a run.json.", rich_help_panel="Run"),
]
Out = Annotated[
    Path | None,
    typer.Option(help="The run's folder; by default a new one in runs/.", rich_help_panel="Run"),
]
Name = Annotated[
    str | None,
    typer.Option(help="The run's name in runs/, beside --out.", rich_help_panel="Run"),
]
Resume = Annotated[
    str | None,
    typer.Option(
        help="Go on with a run that was cut off; only --epochs, --schedule-epochs, --data and "
        "--device may change.",
        rich_help_panel="Run",
        autocompletion=complete_runs,
        metavar="RUN",
    ),
]
Sweep = Annotated[
    list[str] | None,
    typer.Option(
        help="Try several values: wd=0,1e-5 (may be repeated: all combinations).",
        rich_help_panel="Several runs",
        metavar="OPTION=A,B,...",
    ),
]
Seeds = Annotated[
    int | None, typer.Option(help="So many seeds.", rich_help_panel="Several runs", min=1)
]
Folds = Annotated[
    int | None,
    typer.Option(
        help="Cross-validation: a run for each of so many folds.",
        rich_help_panel="Several runs",
        min=2,
    ),
]
Jobs = Annotated[
    int,
    typer.Option(
        help="Runs at a time; they share the cores.", rich_help_panel="Several runs", min=1
    ),
]
On = Annotated[
    str,
    typer.Option(
        "--on",
        help="What runs them: see dlvc list executors.",
        rich_help_panel="Several runs",
        autocompletion=complete_names("executors"),
    ),
]
Json = Annotated[
    bool, typer.Option("--json", help="One JSON object a line on stdout.", rich_help_panel="Run")
]
Quiet = Annotated[
    bool, typer.Option("--quiet", help="Warnings and the result only.", rich_help_panel="Run")
]


def train(
    model: Model = None,
    preset: Preset = None,
    config: Config = None,
    name: Name = None,
    out: Out = None,
    resume: Resume = None,
    sweep: Sweep = None,
    seeds: Seeds = None,
    folds: Folds = None,
    jobs: Jobs = 1,
    on: On = "local",
    json_lines: Json = False,
    quiet: Quiet = False,
    **options: Any,
) -> int:
    """Train a model on images; Ctrl-C saves, and --resume goes on.

    Example: dlvc train cnn --aug flip,crop --wd 1e-5
    """
    given = {name: value for name, value in options.items() if value not in (None, [])}
    if model is not None:
        given["model"] = model
    if json_lines and quiet:
        raise BadOption("--json and --quiet exclude each other.")
    if resume is not None and config is not None:
        raise BadOption("--resume keeps the run's options: leave out --config.")
    file = _read_config(config) if config is not None else None
    if sweep or seeds or folds:
        if place_of().world > 1:
            raise BadOption(
                "Several processes train one run. For several runs, leave torchrun out."
            )
        if resume is not None or out is not None:
            raise BadOption("Several runs have folders in studies/: leave out --resume and --out.")
        if json_lines:
            raise BadOption("--json tells of one run. For several, see studies/NAME/table.csv.")
        given = _with_file(given, file)
        return _train_several(given, preset, name, sweep or (), seeds, folds, jobs, on, quiet)

    from dlvc_cli.api.job import plan_job
    from dlvc_cli.reporting.streams import results_are_kept
    from dlvc_cli.reporting.training.views import open_view

    # All that can be found wrong without torch is found before it is imported.
    job = plan_job(given, file=file, preset=preset, name=name, out=out, resume=resume)
    outcome = job.run_with(open_view("json" if json_lines else "quiet" if quiet else "auto"))
    results_are_kept()
    if not json_lines and place_of().writes:
        from dlvc_cli.reporting.console import open_console
        from dlvc_cli.reporting.training.summary import training_summary

        console = open_console(soft_wrap=True)
        width = console.width if console.is_terminal else None
        console.print(training_summary(outcome.ended, outcome.started, quiet, width))
    return outcome.exit_code


def _with_file(given: dict[str, Any], file: dict[str, Any] | None) -> dict[str, Any]:
    """Lay options of the command line over those of a configuration file."""
    return {name: value for name, value in (file or {}).items() if value is not None} | given


def _train_several(
    given: dict[str, Any],
    preset: str | None,
    name: str | None,
    sweeps: Sequence[str],
    seeds: int | None,
    folds: int | None,
    jobs: int,
    on: str,
    quiet: bool,
) -> int:
    """Train a study: every combination, seed and fold."""
    from dlvc_cli.api.study_job import plan_study_job
    from dlvc_cli.commands.reproduce import run_and_print
    from dlvc_cli.experiments.sweep import parse_sweep, varied_study
    from dlvc_cli.runs.manage import named_directory

    found = [parse_sweep(text) for text in sweeps]
    for key, _ in found:
        if [other for other, _ in found].count(key) > 1:
            raise BadOption(f"--sweep {key} is given twice.")
    file_preset = given.pop("preset", None)
    study = varied_study(
        given,
        preset=preset or file_preset,
        sweep=dict(found),
        seeds=seeds,
        folds=folds,
        name=None if name is None else named_directory(name).name,
    )
    job = plan_study_job(study, executor=on, jobs=jobs)
    return run_and_print(job, "quiet" if quiet else "auto")


def _read_config(path: Path) -> dict[str, Any]:
    """Read options from TOML, or from the ``config`` of a ``run.json``."""
    try:
        if path.suffix == ".json":
            values = read_json(path)
        else:
            with open_regular(path) as opened:
                values = tomllib.load(opened)
    except OSError as error:
        raise BadOption(f"--config {path}: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise BadOption(f"--config {path} is no valid TOML or JSON: {error}.") from error
    if isinstance(values, dict) and isinstance(values.get("config"), dict):
        values = values["config"]
    if not isinstance(values, dict):
        raise BadOption(f"--config {path} must hold options by name.")
    return {name.replace("-", "_"): value for name, value in values.items()}


add_options(train, TrainConfig)
