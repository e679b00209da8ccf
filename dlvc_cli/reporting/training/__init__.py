"""What a user sees of a training."""
