"""Plain arithmetic in Python, translated into JavaScript that gives the same numbers.

``functions``    functions: their statements, and the functions that they call
``expressions``  what stands in statements, in the order of Python
``known``        what of Python's, math's and NumPy's own functions JavaScript has, too
``values``       what is known of a value: its JavaScript, and of which kind it is
``sources``      a function's own source, where it is what runs
"""
