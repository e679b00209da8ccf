"""A descent as figures and animations, drawn with matplotlib.

walk_figure, sweep_figure, basin_figure, starts_figure, animation   one for each kind of descent
canvas                                                              the sheet they are drawn on
map_panel, curve_panel                                              maps, and values by step
marks, lines, legend                                                what these are made of
"""
