"""All that decides a descent."""

from __future__ import annotations

from dataclasses import dataclass

from dlvc_cli.config.options import check_options, option
from dlvc_cli.errors import BadOption

__all__ = ["DescentConfig"]

_START = "Where it starts"
_STEP = "How it steps"
_STOP = "When it stops"
_SURFACE = "Surface"


@dataclass(frozen=True, kw_only=True)
class DescentConfig:
    """All that decides a descent. ``None`` means: the default that suits the rest.

    Positions and ``eps`` are in grid units of the sampled surface: x1 is the column, x2 the row.
    """

    surface: str
    start: tuple[tuple[float, float], ...] = option(
        (),
        "Column and row to start from, in grid units (may be repeated); by default the surface's.",
        panel=_START,
        metavar="X,Y",
    )
    random_starts: int | None = option(
        None,
        "So many starts, drawn evenly over the surface.",
        panel=_START,
        low=1,
        high=10_000_000,
        metavar="N",
    )
    seed: int = option(0, "Seed of the random starts.", panel=_START, low=0)
    basins: int | None = option(
        None,
        "An N by N grid of starts over the whole surface: which minimum does each reach?",
        panel=_START,
        low=2,
        high=3000,
        metavar="N",
    )
    lr: float | None = option(
        None,
        "Learning rate; by default the optimiser's own (sgd: 10) or the formula's.",
        panel=_STEP,
    )
    eps: float = option(
        1.0,
        "Step of the numerical gradient, a central difference (one-sided by the border).",
        panel=_STEP,
        # Below, the two ends of the difference would often be one and the same float.
        low=1e-6,
    )
    beta: float | None = option(
        None, "Momentum; with --nesterov by default 0.9, else none.", panel=_STEP, low=0, high=1
    )
    nesterov: bool | None = option(
        None, "Nesterov's momentum: the gradient is taken where the momentum leads.", panel=_STEP
    )
    optimizer: str = option(
        "sgd",
        "Optimiser, or several to compare: gd,momentum,nesterov,adam.",
        panel=_STEP,
        completes="optimizers",
    )
    sweep: tuple[str, ...] = option(
        (),
        "Try several values: lr=1,5,10 (may be repeated: all combinations).",
        panel=_STEP,
        metavar="OPTION=A,B,...",
    )
    stop: float = option(1e-6, "Stop where the gradient's norm is below this.", panel=_STOP, low=0)
    max_steps: int = option(100_000, "Stop after so many steps.", panel=_STOP, low=1)
    domain: tuple[float, ...] | None = option(
        None,
        "Sample this range of x and y instead of the surface's own.",
        panel=_SURFACE,
        metavar="LOW,HIGH",
    )
    grid: int = option(
        1000, "Sample so many points along x and y.", panel=_SURFACE, low=3, high=5000
    )
    exact: bool = option(
        False,
        "Descend on the formula itself, with gradients by autograd, not on its samples.",
        panel=_SURFACE,
    )

    def __post_init__(self) -> None:
        check_options(self)
        for name, least in (("eps", self.eps), ("lr", self.lr)):
            if least is not None and not least > 0:
                raise BadOption(f"--{name} must be above 0, not {least:g}.")
        ways = {"--start": self.start, "--random-starts": self.random_starts}
        given = [name for name, value in (ways | {"--basins": self.basins}).items() if value]
        if len(given) > 1:
            raise BadOption(f"{' and '.join(given)} exclude each other: leave one out.")
