"""Gradient descent on surfaces of two variables: the engine behind ``dlvc gd``.

request     what was asked for -> options
plan        options -> a surface, and ``trials``: an optimiser with its settings each
engine      a plan -> the surface, sampled (``sampling``) or read (``image``), the ``starts``,
            then events and ``walks``, by one of three engines of the same arithmetic:
            ``single`` (a walk on Python's floats, ``kernel``), ``compiled`` (the kernel by
            numba, for many) and ``batch`` (NumPy; also exact gradients and torch optimisers)
basins      which minimum each walk has come to
"""
