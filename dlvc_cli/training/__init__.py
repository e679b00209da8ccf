"""The training engine: from a plan to a trained network, as a generator of events.

experiment.py   a new or resumed run, from its plan to its last event
assemble.py     the parts of a session put together
prepare.py      data and network made ready: sizes settled, everything tried
  data.py         a data set's splits and the size of its images
  stored.py       images decoded once, as one uint8 tensor a split
  pipeline.py     ops, resizing and normalisation of batches on the device
  network.py      the model with its head, and its weights in a file
  trial.py        ops and network tried on a few images before any work
  start.py        a network started from weights learned elsewhere
  weights.py      such weights, read
  fitting.py      and fitted to it, with a new head where theirs has no place
  freezing.py     which parts of it learn, and in which mode the others run
  describe_layers.py      its parameters and layers, for dlvc show
  objective.py    the loss of its outputs, and the optimiser
loop.py         epochs: steps, validation, saving
  forward.py      rows of a split through ops and network
  cached.py       the same, on features that are computed once
  features.py     these features, in a table
  segments.py     and on disk
  digest.py       a hash of tensors
  session.py      all the parts of a run under way
  state.py        its position, sums and best so far
  throttle.py     when to say something and when to save
  checkpoint.py   all that a resume needs, in a file with a checksum
evaluate.py     loss and predictions over a whole split
inference.py    a trained run put to use
record.py       what run.json holds
runtime.py      device, precision, threads, and the place among processes
seeds.py        the seeds of weights, order and steps
"""
