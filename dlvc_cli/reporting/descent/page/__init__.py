"""A descent as one interactive page. ``assets/engine.js`` is the kernel and the rules once more."""
