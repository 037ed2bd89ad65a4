"""What mail of every make has in common: its envelope, its body as words, and the contact that it is."""
