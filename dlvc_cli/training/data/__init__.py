"""From a data set to batches on the device.

``splits``      a data set made ready: its splits, and the size that images are stored at
``decoded``     images decoded once: a split as one uint8 tensor
``applied_op``  a run's ops, built once and applied to whole batches
``pipeline``    the way of a batch on the device: ops, resizing, normalisation
"""
