"""Soft-edged shapes for batches of small images, drawn in NumPy.

Arithmetic is limited to ``+ - * /``, square roots, minima and maxima, which IEEE 754 rounds the
same way everywhere: the images, and so their fingerprint, are the same on every machine.
Coordinates x run right and y down; an image covers [-1, 1] in both.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array", "Dice", "Frame", "ellipse", "paint", "polygon", "ramp"]

Array = NDArray[Any]
"""Float32 throughout; NumPy's stubs widen it in arithmetic with plain floats."""


class Dice:
    """Random numbers for ``n`` images at once, each as an (n, 1, 1) column.

    ``RandomState``, because NumPy promises that its streams never change (NEP 19).
    """

    def __init__(self, seed: int, n: int) -> None:
        self._rng = np.random.RandomState(seed)
        self.n = n

    def uniform(self, low: float = 0.0, high: float = 1.0) -> Array:
        """Return (n, 1, 1) in [low, high)."""
        return self._unit((self.n, 1, 1)) * np.float32(high - low) + np.float32(low)

    def chance(self, p: float | Array) -> Array:
        """Return (n, 1, 1) of 0 and 1, 1 with probability ``p``."""
        return (self._unit((self.n, 1, 1)) < p).astype(np.float32)

    def colour(self, low: float = 0.0, high: float = 1.0) -> Array:
        """Return muted colours (3, n, 1, 1), each channel in [low, high)."""
        red, green, blue = channels = self._unit((3, self.n, 1, 1))
        grey = (red + green + blue) / 3
        muted = grey + (channels - grey) * self.uniform(0.1, 0.7)
        return muted * np.float32(high - low) + np.float32(low)

    def noise(self, size: int) -> Array:
        """Return (3, n, size, size) of mean 0 in (-1, 1), with a triangular distribution."""
        shape = (2, 3, self.n, size, size)
        count = 6 * self.n * size * size
        parts = np.frombuffer(self._rng.bytes(count), np.uint8).reshape(shape)
        first, second = parts.astype(np.float32)
        return (first - second) * np.float32(1 / 255)

    def turn(self, most: float) -> tuple[Array, Array]:
        """Return cosine and sine of an angle up to about ``most`` radians either way."""
        # The half-angle formulas need no trigonometric function.
        half = self.uniform(-most / 2, most / 2)
        norm = 1 + half * half
        return (1 - half * half) / norm, 2 * half / norm

    def _unit(self, shape: tuple[int, ...]) -> Array:
        return self._rng.random_sample(shape).astype(np.float32)


class Frame:
    """A coordinate system of its own for each of n images.

    Attributes:
        u, v: the coordinates of every pixel's centre, (n, size, size).
        pixel: the width of a pixel in these coordinates, (n, 1, 1).
    """

    def __init__(self, u: Array, v: Array, pixel: Array) -> None:
        self.u, self.v, self.pixel = u, v, pixel

    @classmethod
    def image(cls, n: int, size: int) -> Frame:
        """Return the frame of the whole image, [-1, 1] both ways."""
        line = (2 * np.arange(size, dtype=np.float32) + 1) / np.float32(size) - 1
        u = np.broadcast_to(line[None, None, :], (n, size, size))
        v = np.broadcast_to(line[None, :, None], (n, size, size))
        return cls(u, v, np.full((n, 1, 1), 2 / size, np.float32))

    def place(
        self,
        x: Array | float,
        y: Array | float,
        scale: Array | float = 1.0,
        turn: tuple[Array, Array] | None = None,
        stretch: Array | float = 1.0,
    ) -> Frame:
        """Return a frame with its origin at (x, y), turned, ``scale`` units of this one wide.

        ``stretch`` is how much higher than wide it is.
        """
        u, v = self.u - x, self.v - y
        if turn is not None:
            cosine, sine = turn
            u, v = cosine * u + sine * v, cosine * v - sine * u
        return Frame(u / scale, v / (scale * stretch), self.pixel / scale)


def ramp(distance: Array, width: Array | float) -> Array:
    """Return 0 to 1 as ``distance`` goes from -width / 2 to width / 2."""
    return np.clip(distance / width + np.float32(0.5), 0, 1)


def ellipse(
    frame: Frame,
    x: Array | float,
    y: Array | float,
    width: Array | float,
    height: Array | float,
) -> Array:
    """Return the coverage (n, size, size) of an ellipse, given its centre and half axes."""
    u, v = (frame.u - x) / width, (frame.v - y) / height
    return ramp((1 - np.sqrt(u * u + v * v)) * np.minimum(width, height), frame.pixel)


def polygon(frame: Frame, *corners: tuple[Array | float, Array | float]) -> Array:
    """Return the coverage (n, size, size) of a convex polygon, its corners clockwise on screen."""
    inside: Array | None = None
    for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True):
        dx, dy = np.float32(1) * (x1 - x0), np.float32(1) * (y1 - y0)
        side = (dx * (frame.v - y0) - dy * (frame.u - x0)) / np.sqrt(dx * dx + dy * dy)
        inside = side if inside is None else np.minimum(inside, side)
    assert inside is not None
    return ramp(inside, frame.pixel)


def paint(image: Array, coverage: Array, colour: Array) -> None:
    """Lay ``colour`` (3, n, 1, 1) over ``image`` (3, n, size, size) where ``coverage`` says."""
    change = colour - image
    change *= coverage
    image += change
