"""Plugins: found, isolated where they are broken, and asked by name.

``registry``     finds plugins through entry points, calls their hooks, and resolves names
``offers``       what they offer: an object with its plugin, and one with values for its parameters
``meant``        what may be meant by a name that nothing has
``describe``     offers and plugins as plain values, for tables and ``--json``
"""
