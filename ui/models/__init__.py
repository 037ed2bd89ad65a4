"""Qt models over the core's values."""
