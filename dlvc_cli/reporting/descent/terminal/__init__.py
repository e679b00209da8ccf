"""A descent in the terminal.

``views``  ``open_view``: the right one of the views below
``live``   the map that redraws itself; a ``frame`` of it is ``terrain``, ``value_chart`` and text,
           in the colours of a ``palette``, with ``letters`` for what is marked; ``replay`` makes
           them of walks whose paths are known
``plain``  lines where nothing may be redrawn, and what every view of a descent is
``table``  the table at the end
"""
