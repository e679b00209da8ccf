"""What a user sees of a descent.

``terminal``  views: the live map, plain lines; the table at the end
``drawing``   which figure, animation or page suits a descent and a file's name
``figures``   figures and animations; ``page`` the interactive page
``records``   plain values for JSON, and CSV
``captions``  how a descent is called; ``window``: the part that all of these show
"""
