"""The network of a run: built, loaded, frozen, measured.

``build``         the model with its head
``layers``        a model taken apart: its parameters, its head, its layers
``shapes``        what each layer makes of an image, and at what cost
``read_weights``  weights to start from, read from wherever they are
``load_weights``  these loaded into a network, with a new head for their own
``freezing``      which parts learn, how fast, and in which mode the others run
``loss``          what training minimises
``named_groups``  what learns, as optimisers get it
``optimizer``     how it minimises
``digest``        a hash of tensors
``saved_weights`` the best weights in a file that says whose they are, and whether it is whole
``finite``        whether a network's numbers are finite
"""
