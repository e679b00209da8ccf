"""Gradient descent on surfaces of two variables: the engine behind ``dlvc gd``.

plan        options -> trials (an optimiser with its settings each), everything checked
prepare     the surface, sampled (``sampling``) or read (``picture``), and the starts
engine      trials -> events and walks, by one of three engines of the same arithmetic:
            ``single`` (a walk on Python's floats, ``kernel``), ``compiled`` (the kernel by
            numba, for many) and ``batch`` (NumPy; also exact gradients and torch optimisers)
walks       what comes out
"""
