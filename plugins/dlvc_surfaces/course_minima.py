"""Where the course's three surfaces are lowest within their own domains, as points (x, y).

The numbers are roots of the derivatives, to double precision.
"""

from __future__ import annotations

import math

__all__ = ["beale", "madsen", "schaffer"]

Points = tuple[tuple[float, float], ...]

# Of beale's domain, in x and in y.
_LIMIT = 4.5


def beale(form: str) -> Points:
    """One point; or for the course's form points along the curve x (1 - y) = 2.125.

    The course's formula depends on x (1 - y) alone, so that it is lowest along both branches of a
    hyperbola. Neighbouring points are at most 0.009 apart, as those of a grid of 1000 x 1000 are.
    """
    if form == "textbook":
        return ((3.0, 0.5),)
    return (*_beale_branch(1.0), *_beale_branch(-1.0))


def _beale_branch(sign: float) -> Points:
    """The part of the branch with the sign of x that lies in the domain."""
    product = 2.125
    # x = sign e^s and y = 1 - product / x; the ends are where |x| or |y| reaches the limit.
    low, high = math.log(product / (_LIMIT + sign)), math.log(_LIMIT)
    count = math.ceil((high - low) / 0.0016)
    exponents = (low + (high - low) * k / count for k in range(count + 1))
    xs = (sign * min(math.exp(s), _LIMIT) for s in exponents)
    return tuple((x, max(min(1 - product / x, _LIMIT), -_LIMIT)) for x in xs)


def madsen(form: str) -> Points:
    """One point; or for the textbook's form two, since f(-x, -y) = f(x, y)."""
    if form == "textbook":
        x, y = 0.15543723585956107, -0.6945637753029045
        return ((x, y), (-x, -y))
    return ((0.46630566644137533, -0.9326113328827507),)


def schaffer(form: str) -> Points:
    """Four points on the axes; or for the course's form eight on the border, by the corners.

    The course's formula is above 1/2 everywhere and falls towards it far out, so that it has no
    minimum on the whole plane; within -50..50 it is lowest at these points.
    """
    if form == "textbook":
        a = 1.2531318314637332
        return ((0.0, a), (0.0, -a), (a, 0.0), (-a, 0.0))
    a, b = 50.0, 49.984289728297696
    signs = [(s, t) for s in (1, -1) for t in (1, -1)]
    return tuple(p for s, t in signs for p in ((s * a, t * b), (s * b, t * a)))
