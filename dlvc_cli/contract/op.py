"""What an op's factory returns: a function, or an :class:`Op` that says more of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dlvc_cli.errors import SpecError

__all__ = ["MOST_VARIANTS", "Op", "Variants"]

MOST_VARIANTS = 64
"""With more, an image would hardly get the same one twice: computing once would save nothing."""


@dataclass(frozen=True, kw_only=True)
class Variants:
    """The few variants of an image that a random op such as ``flip`` chooses from.

    Args:
        count: how many there are, from 1 to 64.
        draw: ``draw(draws) -> int64 (N,)``, from the same draws that the op itself is given: which
            variant each image of a batch becomes, from 0 to ``count`` - 1. Variant 0 is the image
            as it is outside training.

    Raises:
        SpecError: ``count`` or ``draw`` is something else.
    """

    count: int
    draw: Callable[[Any], Any]

    def __post_init__(self) -> None:
        whole = isinstance(self.count, int) and not isinstance(self.count, bool)
        if not whole or not 1 <= self.count <= MOST_VARIANTS:
            raise SpecError(
                f"the count of Variants must be a whole number from 1 to {MOST_VARIANTS}, not "
                f"{self.count!r}"
            )
        if not callable(self.draw):
            raise SpecError(f"the draw of Variants must be a function, not {self.draw!r:.40}")


@dataclass(frozen=True, kw_only=True)
class Op:
    """An op, and what depends on its parameters beside what it does to images.

    Args:
        apply: what it does, in the form that the spec's ``takes`` names (see ``OpSpec``).
        stand_in: what runs instead outside training, in the same form (a random ``crop`` to a
            smaller size becomes a centre crop); None for nothing. Of a random op only: others run
            always.
        variants: of a random op that gives an image one of a few variants, which. The features
            of a frozen network are then computed once for each, not in every epoch.

    Raises:
        SpecError: one of them is something else.
    """

    apply: Callable[..., Any]
    stand_in: Callable[..., Any] | None = None
    variants: Variants | None = None

    def __post_init__(self) -> None:
        if not callable(self.apply):
            raise SpecError(f"the apply of an Op must be a function, not {self.apply!r:.40}")
        if self.stand_in is not None and not callable(self.stand_in):
            raise SpecError(f"the stand_in of an Op must be a function, not {self.stand_in!r:.40}")
        if self.variants is not None and not isinstance(self.variants, Variants):
            raise SpecError(f"the variants of an Op must be Variants, not {self.variants!r:.40}")
