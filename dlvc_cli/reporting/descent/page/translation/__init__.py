"""Plain arithmetic in Python, translated into JavaScript that gives the same numbers."""
