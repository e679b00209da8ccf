"""A run on disk.

``directory``    a run's folder: found, made, locked
``stored``       its files, read and written at one door
``schema``       what its JSON files must hold
``history``      runs as plain values, for tables and JSON
``best``         the best epoch, by the lines of its metrics
``predictions``  what the best network says of each image of a split, kept in a file
``split_figures``  what they say of a whole split: confusion, precision, recall, worst images
``calibration``    whether a network is as often right as it is sure
``statistics``   intervals of accuracies, and whether two differ by more than chance
``paired``       two runs on the same images
``manage``       renamed, removed, packed
``results``      what trained networks say
``balance``      whether classes are uneven, and what is told of it
"""
