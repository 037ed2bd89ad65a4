"""Typesetting, pages and marks, shared by everything that is printed."""
