"""What one sees of a descent.

terminal    the live map, plain lines, tables
figures     images and animations; ``drawing`` chooses which
page        the interactive page
records     plain values for JSON, and CSV
captions    how a descent is called; ``colours`` and ``window``: what all of these share
"""
