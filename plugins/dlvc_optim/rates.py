"""Default learning rates of the optimisers, and where they come from.

From scratch: ``sgd`` has the course's 0.1; ``adam``, ``rmsprop`` and ``adagrad`` have the best of
a sweep by factors of about 3 with the course's network on its pictures, four epochs each.

For fine-tuning: 0.001 for ``sgd``, again the course's; for the others the usual tenth of the rate
from scratch.

For descent, where positions are grid units of a 1000 x 1000 surface with values in [0, 1]: 10 for
gradient descent, the course's. The steps of Adam and its like are about as long as the learning
rate however flat the surface, so that 1 makes a step of about a grid unit: from 100 random starts
that is enough to reach the lowest values of the course's beale and madsen in 1,000 steps, and no
walk leaves the surface (at 10 on schaffer, a quarter do). AdaGrad's steps shrink, and ask for 10.
Adadelta starts with steps of a thousandth of the learning rate; Adafactor's are relative to the
position's own size, some hundreds.
"""

from __future__ import annotations

from dlvc_cli import LearningRates

__all__ = ["RATES"]

RATES = {
    "sgd": LearningRates(scratch=0.1, finetune=0.001, descent=10.0),
    "adam": LearningRates(scratch=1e-3, finetune=1e-4, descent=1.0),
    "adamw": LearningRates(scratch=1e-3, finetune=1e-4, descent=1.0),
    "rmsprop": LearningRates(scratch=1e-3, finetune=1e-4, descent=1.0),
    "adagrad": LearningRates(scratch=1e-2, finetune=1e-3, descent=10.0),
    "adadelta": LearningRates(scratch=1.0, finetune=0.1, descent=1000.0),
    "adafactor": LearningRates(scratch=1e-2, finetune=1e-3, descent=0.01),
}
"""By name in lower case, a class of ``torch.optim`` or a built-in optimiser."""
