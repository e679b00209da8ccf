"""What all interactive pages have in common.

``bundle``  modules of JavaScript as one script; a template filled
``markup``  HTML made of elements and text, in which text from outside never acts

``assets`` are ``colours.css`` and scripts: ``chart`` (curves) with ``ticks`` at its axes and
``marks`` on it, ``dashes`` of curves of one colour, ``rims`` by which colours stand out,
``elements`` found and made, ``copying`` of a text by a button.
"""
