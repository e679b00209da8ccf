"""Of a study: what is shown while it runs, its table and its figures.

``views``        lines or JSON while it runs
``study_table``  a row an experiment: cells, and as Markdown, CSV and JSON
``terminal``     the table in a terminal
``outlook``      what would run, and about how long
``figures``      curves of experiments
"""
