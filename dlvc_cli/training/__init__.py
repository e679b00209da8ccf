"""The training engine: from a plan to a trained network, as a generator of events.

runtime.py      device, precision, threads
stored.py       pictures decoded once, as one uint8 tensor a split
data.py         a data set's splits, sizes and statistics
pipeline.py     ops, resizing and normalisation of batches on the device
network.py      the model, its head, and the loss of its outputs
objective.py    loss, optimiser and schedule
evaluate.py     loss and predictions over a whole split
checkpoint.py   all that a resume needs, in a file with a checksum
loop.py         epochs and steps
experiment.py   puts the parts together for a new or a resumed run
"""
