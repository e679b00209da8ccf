"""``--compile``: the first compiled step, and whether compiling pays over the whole training.

What is compiled is kept in dlvc's cache folder (``$TORCHINDUCTOR_CACHE_DIR``, where that is set),
so that the next run of the same network finds it.
"""

from __future__ import annotations

import logging
import os
import statistics
from collections.abc import Generator

from platformdirs import user_cache_path

from dlvc_cli.config.plan import Plan
from dlvc_cli.errors import BadOption, first_line, out_of_memory
from dlvc_cli.events import Event, Notice
from dlvc_cli.training.network.freezing import Learning
from dlvc_cli.training.network.loss import Objective
from dlvc_cli.training.noise_steps import NoiseSteps, steps_of
from dlvc_cli.training.runtime import Runtime

__all__ = ["Compiling"]

_KEPT = "TORCHINDUCTOR_CACHE_DIR"
_TURNS = 3


class Compiling:
    """Measures steps as they are, before the network is compiled, and then compiled.

    Where ``--compile`` isn't asked for, it does nothing.

    Args:
        learning: not compiled yet, on the runtime's device.
        size: (height, width) of the network's input.
        classes: that there are.
        images: of the training split.
    """

    def __init__(
        self,
        plan: Plan,
        runtime: Runtime,
        learning: Learning,
        objective: Objective,
        size: tuple[int, int],
        classes: int,
        images: int,
    ) -> None:
        self._plan, self._runtime, self._images = plan, runtime, images
        if not plan.config.compile:
            return
        os.environ.setdefault(_KEPT, str(user_cache_path("dlvc") / "compiled"))
        # It looks for CUDA's tools where there is no GPU, and says so.
        logging.getLogger("torch.utils.cpp_extension").setLevel(logging.ERROR)
        batch = runtime.least(min(plan.config.batch_size, images))
        self._steps = NoiseSteps(learning, objective, (batch, 3, *size), classes)
        with self._steps.undisturbed():
            self._steps.seconds(runtime)
            self._eager = self._median()

    def settle(self) -> Generator[Event, None, None]:
        """Do the first compiled step, and say where all steps together don't pay for it.

        Raises:
            BadOption: the network can't be compiled on this machine.
        """
        config = self._plan.config
        if not config.compile:
            return
        with self._steps.undisturbed():
            try:
                spent = self._steps.seconds(self._runtime)
                compiled = self._median()
            except Exception as error:
                if out_of_memory(error):
                    raise
                raise BadOption(
                    f"--compile: {config.model} can't be compiled here: {first_line(error)}. "
                    "Leave --compile out; on a CPU it needs a C++ compiler, g++ for example."
                ) from error
        count = steps_of(config, self._images)
        saved = (self._eager - compiled) * count
        if saved < spent:
            change = f"saves about {saved:.0f} s" if saved > 0 else f"costs {-saved:.0f} s more"
            if round(saved) == 0:
                change = "saves nothing"
            yield Notice(
                text=f"--compile took {spent:.0f} s and {change} over the {count:,} steps of this "
                "training: without it, training is over sooner.",
                level="warning",
            )

    def _median(self) -> float:
        return statistics.median(self._steps.seconds(self._runtime) for _ in range(_TURNS))
