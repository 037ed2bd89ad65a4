"""What is asked: one module a dialog."""
