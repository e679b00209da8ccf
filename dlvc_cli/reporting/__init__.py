"""What a user sees: consumers of training events, tables, and figures.

``views``          ``open_view``: the right one of the views below
``live``           the panel that redraws itself in a terminal; ``notebook`` does so in Jupyter
``plain``          a line an epoch, where nothing may be redrawn, and the quiet view
``json_lines``     a JSON object an event, for programs
``state``          events folded into one value; ``panel``, ``curves`` and ``charts`` draw it
``look``           what a terminal can show; ``formats`` how numbers are written
``summary``        what a finished or stopped run says, and what to do next
``listing``        tables of what there is; ``results`` tables of what trained networks do
``plots``          PNG figures of runs; ``image`` an SVG of what a terminal shows

Nothing here imports torch; Rich, matplotlib and IPython are imported by the view that needs them.
"""
