"""Gradient descent on surfaces of two variables: the engine behind ``dlvc gd``.

request         options as they were given -> ``request_plan``: a surface, and ``trials``, which are
                an optimiser with its settings each
engine          a plan -> the ``surface``, by ``sampling`` a formula or from an image
                (``image_surface``), without ``poles``; its ``starts``; events; and ``walks``
single          the engine of one walk: ``kernel`` on Python's floats
compiled        the engine of many: the same kernel, compiled by numba
array_engine    the engine in NumPy, for what these cannot do: exact ``gradients``, torch's
                optimisers (``steppers``), and rules that numba cannot compile
walk_state      what all three move on; ``kept_path`` holds a path, thinned where it is long
suited_rates    which learning rate suits a surface, and default rates that follow it
advice          which rate to try where steps are too short for a surface
basins          which minimum each walk has come to, and the walks of a trial summed up
"""
