"""``dlvc train``: its options are the fields of ``TrainConfig``."""

from __future__ import annotations

import dataclasses
import inspect
import json
import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

from dlvc_cli.commands.completion import complete_names, complete_runs
from dlvc_cli.config import Option, TrainConfig, flag, options_of
from dlvc_cli.errors import BadOption

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
Resume = Annotated[
    str | None,
    typer.Option(
        help="Go on with a run that was cut off; only --epochs, --data and --device may change.",
        rich_help_panel="Run",
        autocompletion=complete_runs,
        metavar="RUN",
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
    out: Out = None,
    resume: Resume = None,
    json_lines: Json = False,
    quiet: Quiet = False,
    **options: Any,
) -> int:
    """Train a model on pictures; Ctrl-C saves, and --resume goes on.

    Example: dlvc train cnn --aug flip,crop --wd 1e-5
    """
    given = {name: value for name, value in options.items() if value not in (None, [])}
    if model is not None:
        given["model"] = model
    if json_lines and quiet:
        raise BadOption("--json and --quiet exclude each other.")
    if resume is not None and (preset or config or out):
        raise BadOption("--resume goes with --epochs, --data and --device only.")
    file = _read_config(config) if config is not None else None

    from dlvc_cli.jobs import plan_job
    from dlvc_cli.reporting.views import open_view

    # All that can be found wrong without torch is found before it is imported.
    job = plan_job(given, file=file, preset=preset, out=out, resume=resume)
    outcome = job.run_with(open_view("json" if json_lines else "quiet" if quiet else "auto"))
    if not json_lines:
        from rich.console import Console

        from dlvc_cli.reporting.summary import training_summary

        Console(soft_wrap=True).print(training_summary(outcome.ended, outcome.started))
    return outcome.exit_code


def _read_config(path: Path) -> dict[str, Any]:
    """Read options from TOML, or from the ``config`` of a ``run.json``."""
    try:
        text = path.read_text(encoding="utf-8")
        values = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except OSError as error:
        raise BadOption(f"--config {path}: {error.strerror}.") from error
    except ValueError as error:
        raise BadOption(f"--config {path} is no valid TOML or JSON: {error}.") from error
    if isinstance(values, dict) and isinstance(values.get("config"), dict):
        values = values["config"]
    if not isinstance(values, dict):
        raise BadOption(f"--config {path} must hold options by name.")
    return {name.replace("-", "_"): value for name, value in values.items()}


def _parameter(field: dataclasses.Field[Any], option: Option) -> inspect.Parameter:
    """A field of the configuration as a parameter that Typer reads."""
    declared = str(field.type).partition(" |")[0]
    kind: Any = {
        "str": str,
        "int": int,
        "float": float,
        "bool": bool,
        "tuple[str, ...]": list[str],
    }[declared]
    name = flag(field.name)
    default = "" if field.default in (None, False, "", ()) else f" Default {field.default}."
    information = typer.Option(
        f"{name}/{flag('no_' + field.name)}" if kind is bool else name,
        help=option.help + default,
        rich_help_panel=option.panel,
        metavar="|".join(option.choices) or option.metavar,
        autocompletion=complete_names(option.completes) if option.completes else None,
        show_default=False,
    )
    return inspect.Parameter(
        field.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[kind | None, information],
    )


def _add_options(function: Any) -> None:
    """Give a command one option for each option of ``TrainConfig``."""
    signature = inspect.signature(function, eval_str=True)
    own = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
    options = options_of(TrainConfig)
    fields = [field for field in dataclasses.fields(TrainConfig) if field.name in options]
    added = [_parameter(field, options[field.name]) for field in fields]
    # Options of the recipe first, as --help should show them: the model, then these.
    function.__signature__ = signature.replace(parameters=[own[0], *added, *_keywords(own[1:])])


def _keywords(parameters: list[inspect.Parameter]) -> list[inspect.Parameter]:
    return [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in parameters]


_add_options(train)
