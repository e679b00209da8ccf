"""A descent as one interactive page. ``assets/kernel.js`` is ``descent.kernel`` once more.

``write``          the file: page, scripts and data in one
``contents``       the data: surface, walks, optimisers
``packing``        arrays as text, exactly and short; of a surface what its ``forecast`` leaves
``command_parts``  what the command of whatever the page shows is put together from
``scripts``        the page's modules of JavaScript as one
``live_rules``     the optimisers that the page computes itself
``typesetting``    a surface's formula in MathML
``rule_script``    an optimiser's rule in JavaScript, by ``translation`` from its Python
"""
