"""Features of a frozen network, computed once.

``obstacle``        whether they can be, and what a user is told of it
``cached_forward``  training on them
``lazy_features``   each computed when it is first asked for
``store``           on disk: files of rows, in one entry of the cache
``disk``            the user's cache: where it is, what is in it, how large it may grow
"""
