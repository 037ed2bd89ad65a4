"""Long work on a case's items that nobody waits for: words in pictures, drafts of transcripts, ExifTool's reading."""

from evidencekit.background.queue import KINDS, Chore, Done, Failure, chores_for, failures, waiting, work

__all__ = ["KINDS", "Chore", "Done", "Failure", "chores_for", "failures", "waiting", "work"]
