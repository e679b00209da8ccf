"""Default learning rates of the optimisers, and where they come from.

From scratch: ``sgd`` has the course's 0.1; ``adam``, ``rmsprop`` and ``adagrad`` have the best of
a sweep with the course's network on its images (validation accuracy after four epochs, one
seed): adam 0.717 at 3e-4, 0.728 at 1e-3, 0.609 at 3e-3; rmsprop 0.687 at 1e-4, 0.697 at 3e-4,
0.665 at 1e-3; adagrad 0.685 at 1e-3, 0.693 at 3e-3, 0.680 at 1e-2. ``adamw`` follows ``adam``.

For pretrained layers, and for a head on frozen ones: 0.001 for ``sgd``, again the course's; 2e-4
for ``adam`` and ``adamw``, the best of a sweep with ``efficientnet_lite0`` on the course's images
(128 pixels, flip and crop, one epoch with a cosine schedule, one seed, five times the rate for the
head: 0.8653 at 1e-4, 0.8741 at 2e-4, 0.8599 at 5e-4); for the others the usual tenth of the rate
from scratch.

For descent, where positions are grid units of a 1000 x 1000 surface with values in [0, 1]: 10 for
gradient descent, the course's. The steps of Adam and its like are about as long as the learning
rate however flat the surface, so that 1 makes a step of about a grid unit: 1,000 of them bring the
median of 100 random starts to within 0.001 of the lowest value of the course's beale and madsen,
and no walk leaves the surface (at 10 on schaffer, a quarter of Adam's do). AdaGrad's
steps shrink, and ask for 10. Adadelta starts with steps of a thousandth of the learning rate;
Adafactor's are relative to the position's own size, some hundreds.
"""

from __future__ import annotations

from dlvc_cli import LearningRates

__all__ = ["RATES"]

RATES = {
    "sgd": LearningRates(scratch=0.1, finetune=0.001, descent=10.0),
    "adam": LearningRates(scratch=1e-3, finetune=2e-4, descent=1.0),
    "adamw": LearningRates(scratch=1e-3, finetune=2e-4, descent=1.0),
    "muon": LearningRates(scratch=0.05, finetune=0.005, descent=10.0),
    "rmsprop": LearningRates(scratch=3e-4, finetune=3e-5, descent=1.0),
    "adagrad": LearningRates(scratch=3e-3, finetune=3e-4, descent=10.0),
    "adadelta": LearningRates(scratch=1.0, finetune=0.1, descent=1000.0),
    "adafactor": LearningRates(scratch=1e-2, finetune=1e-3, descent=0.01),
}
"""By name in lower case, a class of ``torch.optim`` or a built-in optimiser."""
