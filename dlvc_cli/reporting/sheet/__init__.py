"""What all figures have in common: one font, one set of colours and sizes, one form of numbers.

``style``    colours, sizes, axes of a curve
``numbers``  numbers at axes, in legends and titles
``texts``    text that keeps to the room it has
``legend_table``  a legend as a table; ``broken_cells`` its long cells, in lines
``settle``   the last thing before a figure is written: no label on another, none outside
"""
