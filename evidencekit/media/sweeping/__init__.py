"""What is searched for before anything leaves: one module per way in which words and positions hide in a file."""
