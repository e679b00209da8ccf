"""A descent as figures and animations, drawn with matplotlib.

walk_figure, sweep_figure, basin_figure, starts_figure, animation   one for each kind of descent
basin_colours                                                       colours of walks by their ends
canvas                                                              a figure, its parts in inches
map_panel, curve_panel                                              maps, and values by step
marks, lines, legend                                                what these are made of
"""
