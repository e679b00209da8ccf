"""The training engine: from a plan to a trained network, as a generator of events.

experiment.py   a new or resumed run, from its plan to its last event
prepare.py      data and network made ready: sizes settled, everything tried
  data.py         a data set's splits and the size of its pictures
  stored.py       pictures decoded once, as one uint8 tensor a split
  pipeline.py     ops, resizing and normalisation of batches on the device
  network.py      the model with its head, and its weights in a file
  objective.py    the loss of its outputs, and the optimiser
loop.py         epochs: steps, validation, saving
  steps.py        one step
  session.py      all the parts of a run under way
  state.py        its position, sums and best so far
  clocks.py       when to say something and when to save
  checkpoint.py   all that a resume needs, in a file with a checksum
evaluate.py     loss and predictions over a whole split
inference.py    a trained run put to use
record.py       what run.json holds
runtime.py      device, precision, threads
"""
