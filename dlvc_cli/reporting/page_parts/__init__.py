"""What all interactive pages have in common.

``framed_page``  a page as one file that asks nothing of the network
``bundle``       modules of JavaScript as one script
``markup``       HTML made of elements and text, in which text from outside never acts

``assets`` are ``frame.html``, ``colours.css`` and scripts: ``chart`` (curves) with ``ticks`` at its
axes and ``marks`` on it, ``dashes`` of curves of one colour, ``rims`` by which colours stand out,
``elements`` found and made, ``copying`` of a text by a button.
"""
