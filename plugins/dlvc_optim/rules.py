"""Array rules of the built-in optimisers: the updates of ``torch.optim``, in plain arithmetic.

Sources: momentum and Nesterov's in Sutskever, Martens, Dahl and Hinton, On the importance of
initialization and momentum in deep learning, ICML 2013; AdaGrad in Duchi, Hazan and Singer, JMLR
2011; RMSprop in Hinton's lecture 6e, 2012; Adam in Kingma and Ba, ICLR 2015. Details (where eps
stands, the order of steps) are torch's.
"""

from __future__ import annotations

from typing import Any

from dlvc_cli import Rule
from dlvc_optim.decay_rates import check_below_one

__all__ = ["adagrad", "adam", "gd", "momentum", "muon", "nesterov", "rmsprop", "sgd"]


def gd() -> Rule:
    """x <- x - lr g."""
    return Rule(update=_gd)


def momentum(momentum: float = 0.9) -> Rule:
    """v <- beta v - lr g; x <- x + v."""
    check_below_one("momentum", momentum=momentum)
    return Rule(update=_momentum, state=1, settings=(momentum,))


def nesterov(momentum: float = 0.9) -> Rule:
    """Momentum with the gradient of x + beta v. Those points are the iterates of torch's form."""
    check_below_one("nesterov", momentum=momentum)
    return Rule(update=_momentum, state=1, settings=(momentum,), look_ahead=_ahead)


def sgd(momentum: float = 0.0, nesterov: bool = False) -> Rule:
    """One of the three above."""
    check_below_one("sgd", momentum=momentum)
    if momentum == 0:
        return gd()
    return Rule(
        update=_momentum, state=1, settings=(momentum,), look_ahead=_ahead if nesterov else None
    )


def muon(
    momentum: float = 0.95,
    rest_momentum: float = 0.9,
    matrices: float = 1.0,
    vectors: float = 1.0,
    iterations: int = 5,
    hold_norm: bool = False,
) -> Rule:
    """Nesterov's momentum: points are a matrix of no hidden layer."""
    check_below_one("muon", momentum=momentum, rest_momentum=rest_momentum)
    return Rule(update=_scaled, state=1, settings=(rest_momentum, matrices), look_ahead=_ahead)


def adagrad(eps: float = 1e-10) -> Rule:
    """The gradient over the root of its sum of squares."""
    return Rule(update=_adagrad, state=1, settings=(eps,))


def rmsprop(
    alpha: float = 0.99, eps: float = 1e-8, momentum: float = 0.0, centered: bool = False
) -> Rule:
    """The gradient over the root of its running mean square, or over its deviation."""
    check_below_one("rmsprop", alpha=alpha, momentum=momentum)
    return Rule(update=_rmsprop, state=3, settings=(alpha, eps, momentum, float(centered)))


def adam(beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8) -> Rule:
    """The running mean of gradients over the root of that of their squares, both corrected."""
    check_below_one("adam", beta1=beta1, beta2=beta2)
    return Rule(update=_adam, state=4, settings=(beta1, beta2, eps))


def _gd(x: Any, gradient: Any, state: Any, step: Any, lr: Any, settings: Any, xp: Any) -> Any:
    return x - lr * gradient, state


def _momentum(x: Any, gradient: Any, state: Any, step: Any, lr: Any, settings: Any, xp: Any) -> Any:
    (velocity,) = state
    (beta,) = settings
    velocity = beta * velocity - lr * gradient
    return x + velocity, (velocity,)


def _scaled(x: Any, gradient: Any, state: Any, step: Any, lr: Any, settings: Any, xp: Any) -> Any:
    (velocity,) = state
    beta, factor = settings
    velocity = beta * velocity - lr * factor * gradient
    return x + velocity, (velocity,)


def _ahead(x: Any, state: Any, settings: Any) -> Any:
    return x + settings[0] * state[0]


def _adagrad(x: Any, gradient: Any, state: Any, step: Any, lr: Any, settings: Any, xp: Any) -> Any:
    (total,) = state
    (eps,) = settings
    total = total + gradient * gradient
    return x - lr * gradient / (xp.sqrt(total) + eps), (total,)


def _rmsprop(x: Any, gradient: Any, state: Any, step: Any, lr: Any, settings: Any, xp: Any) -> Any:
    square, mean, velocity = state
    alpha, eps, momentum, centered = settings
    square = alpha * square + (1 - alpha) * gradient * gradient
    mean = mean + (1 - alpha) * (gradient - mean)
    # abs: for a constant gradient the variance may come out as 0 minus a rounding error.
    spread = xp.sqrt(abs(square - centered * mean * mean)) + eps
    velocity = momentum * velocity + gradient / spread
    return x - lr * velocity, (square, mean, velocity)


def _adam(x: Any, gradient: Any, state: Any, step: Any, lr: Any, settings: Any, xp: Any) -> Any:
    # The corrections 1 - beta^step come from the recursion of the means themselves, since powers
    # are not rounded alike everywhere.
    mean, square, weight1, weight2 = state
    beta1, beta2, eps = settings
    mean = mean + (1 - beta1) * (gradient - mean)
    square = beta2 * square + (1 - beta2) * gradient * gradient
    weight1 = beta1 * weight1 + (1 - beta1)
    weight2 = beta2 * weight2 + (1 - beta2)
    spread = xp.sqrt(square) / xp.sqrt(weight2) + eps
    return x - lr / weight1 * mean / spread, (mean, square, weight1, weight2)
