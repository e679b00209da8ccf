"""A descent as one interactive page. ``assets/kernel.js`` is ``descent.kernel`` once more.

``write``          the file: page, scripts and data in one
``contents``       the data: surface, walks, optimisers
``packing``        arrays as text, exactly and short; of a surface what its ``forecast`` leaves
``command_parts``  what the command of whatever the page shows is put together from
``scripts``        the page's modules of JavaScript as one
``live_rules``     the optimisers that the page computes itself
``typesetting``    a surface's formula in MathML
``rule_script``    an optimiser's rule in JavaScript, by ``translation`` from its Python

``assets`` are ``page.html``, ``page.css`` and the scripts; those that other pages have, too, are in
``reporting.page_parts``. ``main`` opens the page.

State        ``page`` what is set, shown and played; ``address`` and ``page_state`` that in the
             page's address, ``command`` as command lines
Data         ``unpack`` what was packed, with ``undo_forecast``; ``python_operators`` for rules
Walking      ``kernel`` steps, ``walks`` all rows bit by bit, ``past`` any step once more,
             ``rows`` optimisers and their settings, ``places`` in grid units and in the plane
Map          ``map`` with ``viewport``, ``terrain``, ``trace`` (paths); ``arrows`` on
             it; ``page_parts`` has the chart of the values
3-D          ``relief`` with ``camera``, ``relief_mesh`` (the net), ``relief_gl`` or
             ``relief_painter`` (the ground), ``relief_walks`` (what lies on it)
Rates        ``rates_panel`` with ``rates_grid`` (its walks) and ``rates_chart``
Controls     ``desk`` with ``inputs`` and ``start_fields``, ``around`` (heading, player, readouts),
             ``help``, ``presentation``, ``saved_image``
Hands        ``hands`` on map, chart and player, ``relief_hands``, ``rates_hands``, by ``fingers``
"""
