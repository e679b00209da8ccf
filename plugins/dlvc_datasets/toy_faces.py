"""Cat-like and dog-like faces. Each trait is likelier in one of the two, none is certain."""

from __future__ import annotations

import numpy as np

from dlvc_datasets.toy_shapes import Array, Dice, Frame, ellipse, paint, polygon, ramp

__all__ = ["draw_face"]


def draw_face(image: Array, frame: Frame, dog: Array, dice: Dice) -> None:
    """Paint one face on each image.

    Args:
        image: (3, n, size, size), painted in place.
        frame: of unit size, its origin in the middle of the head.
        dog: (n, 1, 1), 1 for a dog, 0 for a cat.
        dice: where all else comes from.
    """
    fur = dice.colour(0.05, 0.95)
    second = fur + (dice.colour() - fur) * dice.uniform(0.2, 0.9)
    turned = dice.uniform(-0.28, 0.28)
    pricked = dice.chance(0.93 - 0.86 * dog)
    wide = dice.uniform(0.86, 1.0) - 0.1 * dog * dice.uniform()

    _pricked_ears(image, frame, pricked, fur, second, turned, dog, dice)
    head = ellipse(frame, 0.0, 0.0, wide, dice.uniform(0.8, 1.0))
    paint(image, head, fur)
    _markings(image, frame, head, second, dice)
    _floppy_ears(image, frame, 1 - pricked, fur, second, turned, dice)
    _muzzle(image, frame, dog, fur, turned, dice)
    _eyes(image, frame, dog, turned, dice)
    _whiskers(image, frame, dog, turned, dice)


def _pricked_ears(
    image: Array,
    frame: Frame,
    shown: Array,
    fur: Array,
    second: Array,
    turned: Array,
    dog: Array,
    dice: Dice,
) -> None:
    tip, outer = dice.uniform(1.2, 1.6), dice.uniform(0.62, 1.05)
    # A dog's stand closer together and are narrower.
    inner, edge = dice.uniform(0.12, 0.3) + 0.08 * dog, dice.uniform(0.82, 0.98) - 0.1 * dog
    inside = second + (dice.colour(0.3, 0.9) - second) * dice.uniform(0, 0.7)
    for side in (-1, 1):
        u = Frame(side * frame.u, frame.v, frame.pixel)
        near = 1 + side * turned * 0.6
        for grow, colour in ((1.0, fur), (0.55, inside)):
            middle_x, middle_y = (inner + edge + outer) / 3, (-0.7 - 0.3 - tip) / 3
            corners = [
                (
                    (middle_x + grow * (x - middle_x)) * near,
                    middle_y + grow * (y - middle_y),
                )
                for x, y in ((inner, -0.7), (outer, -tip), (edge, -0.3))
            ]
            paint(image, shown * polygon(u, *corners), colour)


def _floppy_ears(
    image: Array,
    frame: Frame,
    shown: Array,
    fur: Array,
    second: Array,
    turned: Array,
    dice: Dice,
) -> None:
    colour = fur + (second - fur) * dice.uniform(0.2, 1.0) * dice.chance(0.8)
    length, width = dice.uniform(0.42, 0.72), dice.uniform(0.2, 0.34)
    height = dice.uniform(-0.45, 0.05)
    shade = colour * 0.7
    for side in (-1, 1):
        # Hanging a little outwards, each ear by an angle of its own.
        ear = Frame(side * frame.u, frame.v, frame.pixel).place(
            dice.uniform(0.78, 0.98) * (1 + side * turned * 0.4), height, turn=dice.turn(0.8)
        )
        paint(image, shown * ellipse(ear, 0.0, 0.0, width + 0.07, length + 0.07), shade)
        paint(image, shown * ellipse(ear, 0.0, 0.0, width, length), colour)


def _markings(image: Array, frame: Frame, head: Array, second: Array, dice: Dice) -> None:
    """Stripes, a patch over one eye, or a blaze, as likely in cats as in dogs."""
    period = dice.uniform(0.22, 0.4)
    wave = frame.v + frame.u * dice.uniform(-0.6, 0.6)
    phase = wave / period - np.floor(wave / period)
    stripes = ramp(np.abs(phase - 0.5) - 0.28, 0.3) * ramp(-0.15 - frame.v, 0.3)
    paint(image, head * stripes * dice.chance(0.35) * dice.uniform(0.3, 0.9), second)
    patch = ellipse(frame, dice.uniform(-0.8, 0.8), dice.uniform(-0.7, 0.2), 0.45, 0.5)
    paint(image, head * patch * dice.chance(0.35), second)
    blaze = ellipse(frame, dice.uniform(-0.1, 0.1), -0.2, 0.16, 0.8)
    paint(image, head * blaze * dice.chance(0.25), second)


def _muzzle(image: Array, frame: Frame, dog: Array, fur: Array, turned: Array, dice: Dice) -> None:
    long = dice.chance(0.1 + 0.8 * dog)
    light = fur + (dice.colour(0.5, 1.0) - fur) * dice.uniform(0.1, 0.9)
    x = turned * 1.3
    y = dice.uniform(0.36, 0.5)
    width = dice.uniform(0.3, 0.42) - 0.02 * long
    height = dice.uniform(0.2, 0.3) + long * dice.uniform(0.15, 0.3)
    open_mouth, tongue = dice.chance(0.4), dice.colour(0.2, 0.9)
    paint(image, ellipse(frame, x, y + 0.5 * long * height, width, height), light)
    mouth = y + 0.35 * height + 0.5 * long * height
    licked = ellipse(frame, x, mouth + 0.12, 0.13, 0.12 + 0.12 * long)
    paint(image, open_mouth * licked, tongue)
    dark = dice.colour(0.0, 0.35)
    nose = dice.uniform(0.1, 0.14) + long * dice.uniform(0.02, 0.08)
    paint(image, ellipse(frame, x * 1.1, y - 0.12, nose, nose * 0.75), dark)


def _eyes(image: Array, frame: Frame, dog: Array, turned: Array, dice: Dice) -> None:
    slit = dice.chance(0.9 - 0.8 * dog)
    apart, y = dice.uniform(0.32, 0.46), dice.uniform(-0.25, -0.02)
    size = dice.uniform(0.13, 0.2)
    iris = dice.colour(0.1, 0.9)
    dark = dice.colour(0.0, 0.2)
    for side in (-1, 1):
        x = turned + side * apart
        paint(image, ellipse(frame, x, y, size * 1.1, size * (1.05 - 0.2 * slit)), iris)
        pupil = size * (0.75 - 0.4 * slit)
        paint(image, ellipse(frame, x, y, pupil, size * (0.75 + 0.15 * slit)), dark)


def _whiskers(image: Array, frame: Frame, dog: Array, turned: Array, dice: Dice) -> None:
    shown = dice.chance(0.75 - 0.6 * dog) * dice.uniform(0.3, 0.9)
    shade = dice.colour()
    reach = dice.uniform(0.85, 1.15)
    out = np.abs(frame.u - turned)
    along = ramp(out - 0.3, frame.pixel) * ramp(reach - out, frame.pixel)
    for slope in (-0.25, 0.0, 0.25):
        line = np.abs(frame.v - 0.38 - slope * (out - 0.2))
        paint(image, shown * along * ramp(0.03 - line, frame.pixel), shade)
