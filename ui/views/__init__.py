"""What is shown: one module a page or panel. Views show; the session changes."""
