"""``dlvc predict``: classes of image files."""

from __future__ import annotations

from typing import Annotated

import typer

from dlvc_cli.commands.completion import complete_runs
from dlvc_cli.commands.tta_option import Tta
from dlvc_cli.reporting.output import say_error, say_json

__all__ = ["predict"]

RunName = Annotated[
    str, typer.Argument(help="A run's name or folder.", metavar="RUN", autocompletion=complete_runs)
]
Images = Annotated[
    list[str], typer.Argument(help="Image files, folders, or patterns such as '*.jpg'.")
]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1, mps.")]
Json = Annotated[bool, typer.Option("--json", help="An array of path, label, probabilities.")]


def predict(
    run: RunName, images: Images, device: Device = "auto", tta: Tta = None, as_json: Json = False
) -> int:
    """Classify images with a run's best network.

    Example: dlvc predict cnn-toy-pets-1 my_cat.jpg holiday/
    """
    from dlvc_cli.images.find import image_files
    from dlvc_cli.images.folder_files import left_out_notice
    from dlvc_cli.runs.directory import find_run

    find_run(run)
    found = image_files(images)
    if found.others:
        say_error(left_out_notice(found.others))

    from dlvc_cli.api.run import load_run
    from dlvc_cli.errors import DataError

    loaded = load_run(run)
    predictions, failures = [], 0
    for file, result in zip(
        found.images, loaded.probabilities(found.images, device, tta), strict=True
    ):
        if isinstance(result, DataError):
            say_error(f"error: {result}")
            failures += 1
        else:
            predictions.append(loaded.prediction(str(file), result))
    if as_json:
        rows = [
            {"path": p.path, "label": p.label, "probabilities": dict(p.probabilities)}
            for p in predictions
        ]
        say_json(rows)
    elif predictions:
        from dlvc_cli.reporting.training.tables import print_predictions

        print_predictions(predictions, loaded.classes)
    return 1 if failures else 0
