"""The synthetic stalking case: received files of every kind, and the story that goes with them."""

from __future__ import annotations

from evidencekit.demo.received import write_received
from evidencekit.demo.story import Story

__all__ = ["Story", "write_received"]
