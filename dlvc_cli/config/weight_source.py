"""Where a network's first weights come from, found out without reading them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from dlvc_cli.config.train import TrainConfig
from dlvc_cli.contract.specs import ModelSpec
from dlvc_cli.contract.suggestions import did_you_mean, near
from dlvc_cli.contract.weights import WeightsSpec
from dlvc_cli.errors import BadOption, UsageError
from dlvc_cli.runs.directory import RunDir, all_runs, find_run

__all__ = ["WeightSource", "find_weight_source"]


@dataclass(frozen=True)
class WeightSource:
    """Weights to start from, and how their images were prepared.

    Attributes:
        text: what they are, for messages.
        word: what ``--weights`` takes to mean them, from any folder.
        weights: the model's own weights; else ``file``, the path of a file, is set.
        input_size: (height, width) of the images that they know, None where nobody says.
        mean, std: the per-channel normalisation of these, likewise.
        classes: the names of the classes that their head tells apart, likewise.
        of_run: they are a run's best, and must be its own.
        run_id: this run's id, None for one of before runs had any.
    """

    text: str
    word: str
    weights: WeightsSpec | None = None
    file: Path | None = None
    input_size: tuple[int, int] | None = None
    mean: tuple[float, ...] | None = None
    std: tuple[float, ...] | None = None
    classes: tuple[str, ...] | None = None
    of_run: bool = False
    run_id: str | None = None

    def sentence(self, model: str) -> str:
        """What a user is told of a network that starts from them."""
        return f"{model} starts from {self.text}."


def find_weight_source(config: TrainConfig, spec: ModelSpec) -> WeightSource | None:
    """Return what ``--pretrained`` or ``--weights`` asks for; None to start from scratch.

    Raises:
        BadOption: there are no such weights.
    """
    if config.pretrained:
        if not spec.weights:
            raise BadOption(
                f"--pretrained: {config.model} has no pretrained weights of its own. Name a file "
                "or a run with --weights, or choose a model that has (dlvc list models)."
            )
        return _of_spec(spec.weights[0])
    if config.weights is None:
        return None
    for weights in spec.weights:
        if weights.name == config.weights:
            return _of_spec(weights)
    return _of_path(config.weights, config.model, spec)


def _of_spec(weights: WeightsSpec) -> WeightSource:
    return WeightSource(
        text=f"{weights.name} ({weights.source})",
        word=weights.name,
        weights=weights,
        input_size=(weights.input_size, weights.input_size),
        mean=weights.mean,
        std=weights.std,
    )


def _of_path(text: str, model: str, spec: ModelSpec) -> WeightSource:
    path = Path(text).expanduser()
    if path.is_file():
        beside = RunDir(path.parent)
        if path.name == beside.best_file.name and beside.record_file.is_file():
            return _of_run(beside)
        file = WeightSource(text=path.name, word=str(path.resolve()), file=path.resolve())
        if not spec.weights:
            return file
        # Files of a model that was trained on ImageNet mostly come from there.
        usual = _of_spec(spec.weights[0])
        return replace(usual, text=file.text, word=file.word, weights=None, file=file.file)
    try:
        run = find_run(path)
    except UsageError:
        raise BadOption(
            f"--weights: there is no file or run called {text!r}.{_known(text, model, spec)}"
        ) from None
    return _of_run(run)


def _known(text: str, model: str, spec: ModelSpec) -> str:
    """Say which weights of the model, or run, may be meant, or else how the weights are called."""
    names = [weights.name for weights in spec.weights]
    meant = did_you_mean(near(text, [*names, *(run.name for run in all_runs())]))
    if meant or not names:
        return meant
    return f" The weights of {model} are called {', '.join(names[:6])}."


def _of_run(run: RunDir) -> WeightSource:
    record = run.record()
    inputs = record["input"]
    height, width = inputs["input_size"]
    if why := run.why_no_weights():
        raise BadOption(f"--weights: {why}")
    return WeightSource(
        text=f"the run {run.name}",
        word=str(run.path.resolve()),
        file=run.best_file,
        input_size=(height, width),
        mean=tuple(inputs["mean"]),
        std=tuple(inputs["std"]),
        classes=tuple(record["data"]["classes"]),
        of_run=True,
        run_id=record.get("id"),
    )
