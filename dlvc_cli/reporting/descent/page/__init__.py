"""A descent as one interactive page. ``assets/kernel.js`` is ``descent.kernel`` once more."""
