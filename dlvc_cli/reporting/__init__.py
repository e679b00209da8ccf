"""What a user sees: consumers of events, tables and figures.

``training``       of a training: views, tables, figures
``descent``        of a descent: views, tables, figures, animations, the interactive page
``study``          of a study: what is shown while it runs, its table and figures
``pages``          of runs and studies: the pages that reports are
``page_parts``     what these and a descent's page have in common

``base``           what every view is, and the quiet one
``streams``        standard output and error that never fail
``output``         lines and JSON that commands print; ``console`` Rich's consoles
``outside_text``   text from outside, as it may be shown
``look``           what a terminal can show; ``formats`` how numbers and names are written
``live_screen``    a page that redraws itself in a terminal; ``progress_bars`` in it
``plain_table``    a table that suits narrow terminals
``terminal_chart`` curves of text, with axes or without
``terminal_svg``   what a terminal shows, as SVG
``sheet``          what all figures have in common: style, numbers, text that fits, legends
``colours``        of maps, walks and saliency, without matplotlib
``scales``         when an axis is logarithmic, wherever it is drawn
``targets``        files that can be written, checked before anything heavy is imported
``run_options``    the options by which runs differ
``worth``          what an accuracy is worth, as all tables write it
``listing``        tables of what there is, and the page about one; ``run_page`` that about a run
``run_facts``      what a run was made of, in words
``cache_tables``   what is kept for later runs
``network_table``  a model's layers; ``data_table`` what a data set holds
``measuring``      how far the measuring of a data set's images is

Nothing here imports torch; NumPy, Rich, matplotlib and IPython are imported by the module that
needs them, and by nothing that a usage error reads. ``training`` and ``descent`` don't import each
other.
"""
