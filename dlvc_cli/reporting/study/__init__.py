"""Of a study: what is shown while it runs, its table and its figures.

``views``    lines, JSON, or the live progress of all runs
``table``    a row an experiment: in a terminal, as Markdown, CSV and JSON
``figures``  curves of experiments
"""
