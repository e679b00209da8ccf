"""A descent as one interactive page. ``assets/kernel.js`` is ``descent.kernel`` once more.

``write``        the file: page, scripts and data in one
``contents``     the data: surface, walks, optimisers
``scripts``      the page's modules of JavaScript as one
``live_rules``   the optimisers that the page computes itself
``rule_script``  an optimiser's rule in JavaScript, by ``translation`` from its Python
"""
