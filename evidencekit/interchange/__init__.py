"""The case in formats that other software reads."""
