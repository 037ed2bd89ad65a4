"""Productions: what is disclosed to the other side, numbered, indexed, and provable without our software."""
