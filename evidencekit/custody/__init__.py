"""What must be trusted, and little of it: digests, originals, ledger, checkpoint, keys."""
