"""What a user sees of a training.

``views``       ``open_view``: the right one of the views below
``live``        the panel that redraws itself in a terminal; ``notebook`` does so in Jupyter
``plain``       a line an epoch, where nothing may be redrawn
``json_lines``  a JSON object an event, for programs
``progress``    events folded into one value; ``panel`` and, in it, ``curves`` draw that
``summary``     what a finished or stopped run says, and what to do next
``confusion``   what a test says: accuracy, and which classes are taken for which
``certainty``   ... and how sure the network is; ``reliability_figure`` draws that
``tables``      predictions, and runs compared
``plots``       figures of one run; ``comparison_figure`` of several
``curve_axes``  what these draw on; ``measures`` what can be drawn, and how it is called
"""
