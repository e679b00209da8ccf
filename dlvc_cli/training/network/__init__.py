"""The network of a run: built, loaded, frozen, measured."""
