"""The training engine: from a plan to a trained network, as a generator of events.

start_up.py     a new run, or one that goes on, from its plan to its first step
new_run.py      a new run up to then
resumed_run.py  one that goes on
assembly.py     what both are put together with
setup.py        the parts of a run: data set, sizes and normalisation, the way through the network
dry_run.py      ops, loss, network and schedule held against the contract's checks, before any work
amounts.py      how many images a run has, how large they are, how long it takes to read them
timing.py       what an epoch takes, measured on noise
data/           from a data set to batches on the device
initialise.py   what of a new network depends on the training images
network/        the network of a run
features/       features of a frozen network, computed once
forward.py      rows of a split through ops and network
loop.py         epochs: steps, validation, saving
step_rate.py    the learning rate of each step, and what a resume makes of it
divergence.py   what is said where training has left the finite numbers
session.py      all the parts of a run under way
state.py        its position, sums and best so far
throttle.py     when to say something and when to save
checkpoint.py   all that a resume needs, in a file with a checksum
plain_state.py  states as values that such a file can hold
optimizer_state.py   that of an optimiser, and whether it can be had back
recovery.py     what is left of a damaged run when it is resumed
evaluate.py     loss and predictions over a whole split
averaged.py     that of an image and of variants of it, averaged
weight_average.py    a moving average of a network's weights over steps
inference.py    a trained run put to use
saliency.py     where in images it finds what speaks for a class
last_map.py     the last features of a network that lie where they lie in the image
record.py       what run.json holds
runtime.py      device, precision, threads, and the place among processes
allocator.py    memory that tensors leave
noise_steps.py  steps on noise, timed before training
chosen_precision.py   which precision is faster here
compiling.py    the first compiled step, and whether compiling pays
processes.py    several of them, which share each step
meeting_place.py  the store in which they find each other, and leave word of what ended them
agreement.py    that they were asked for the same
members.py      which of them are still there
whole_draws.py  what a network draws for a part of a batch
seeds.py        the seeds of weights, order and steps
"""
