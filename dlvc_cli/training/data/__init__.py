"""From a data set to batches on the device.

``splits``        a data set made ready: its splits, and the size that images are stored at
``renumbered``      a data set of some classes, with the labels that a run gives them
``hold_out``      which samples serve as training, validation and test images
``missing_classes``whether every class has images to learn from, and to be measured on
``stored_size``   the one size that images are stored at, chosen from those found
``built``         a data set as its plugin builds it, held against the contract
``subsets``       samples of a split, in the order in which they are read
``samples``       work on many of them, in threads and processes
``reader_pool``   processes that measure and decode image files
``overview``      what a data set holds: counts of classes, sizes of images
``decoded``       images decoded once: a split as one uint8 tensor, or as rows of a file
``pixel_file``    a file of decoded images, mapped into memory
``image_cache``   where such files are kept for other runs, and how large they may grow
``kept_images``   a split of a data set, decoded once and kept
``applied_op``    a run's ops, built once and applied to whole batches
``read_ahead``    readers that stay ahead of the device
``contact_sheet`` what epochs make of a few images
``pipeline``      the way of a batch on the device: ops, resizing, normalisation
"""
