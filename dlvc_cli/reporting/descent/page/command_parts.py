"""What the page needs to write the command of what it shows: words of a command line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dlvc_cli.config.descent import DescentConfig
from dlvc_cli.config.options import default_of
from dlvc_cli.contract.params import REQUIRED
from dlvc_cli.descent.request_plan import descent_words
from dlvc_cli.descent.suited_rates import default_rate
from dlvc_cli.descent.surface import Surface
from dlvc_cli.descent.trials import Trial, written_name
from dlvc_cli.descent.walks import Descent
from dlvc_cli.registry.offers import Choice

__all__ = ["base_words", "option_text", "trial_words", "usual_rate", "usual_settings"]


def base_words(descent: Descent) -> list[str]:
    """``dlvc gd SURFACE`` with the options that belong to the surface."""
    asked = descent.config
    return descent_words(DescentConfig(surface=asked.surface, domain=asked.domain, grid=asked.grid))


def usual_settings(descent: Descent) -> dict[str, Any]:
    """What a command without an option means."""
    return {
        "start": list(descent.surface.start),
        "eps": default_of(DescentConfig, "eps"),
        "optimizer": default_of(DescentConfig, "optimizer"),
        "stop": default_of(DescentConfig, "stop"),
        "maxSteps": default_of(DescentConfig, "max_steps"),
    }


def usual_rate(surface: Surface, choice: Choice) -> float | None:
    """The rate that a command without ``--lr`` means; None where that follows the surface, and
    with it what else is changed in the optimiser: then the page always says it."""
    own = float(choice.spec.learning_rates.descent)
    return own if default_rate(surface, choice) == own else None


def trial_words(surface: Surface, trial: Trial) -> dict[str, Any]:
    """A trial's optimiser: its ``text`` as ``--optimizer`` takes it, what of it only ``--sweep``
    can say, and its own learning rate."""
    values = trial.choice.values
    usual = usual_rate(surface, trial.choice)
    differs = [
        param.name
        for param in trial.choice.spec.params
        if param.default is REQUIRED or values[param.name] != param.default
    ]
    if not trial.choice.offer.prefix:
        name = trial.text.partition(":")[0]
        written = [f"{key}={option_text(values[key])}" for key in differs]
        return {"text": ":".join([name, *written]), "sweeps": [], "usualLr": usual}
    # A family's member takes no parameters in its text; of a sweep one value will do.
    return {"text": trial.text, "sweeps": list(_sweeps(differs, values)), "usualLr": usual}


def _sweeps(differs: list[str], values: dict[str, Any]) -> Iterator[str]:
    # Where nesterov is swept, momentum has another default.
    both = {"nesterov", "momentum"} & values.keys() if "nesterov" in differs else set()
    for key in values:
        if (key in differs or key in both) and values[key] is not None:
            yield f"{written_name(key)}={option_text(values[key])}"


def option_text(value: Any) -> str:
    """A parameter's value as an option string takes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "/".join(map(option_text, value))
    return str(value)
