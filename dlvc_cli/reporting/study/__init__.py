"""Of a study: what is shown while it runs, its table and its figures.

``views``        which view suits while it runs; the plain one
``study_lines``  what is said of it in plain lines
``live``         a panel that redraws itself: ``standing`` is what it shows, ``study_panel`` how
``study_table``  a row an experiment: cells, and as Markdown, CSV and JSON
``terminal``     the table in a terminal
``outlook``      what would run, and about how long
``figures``      curves of experiments
"""
