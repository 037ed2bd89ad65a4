"""The chronology: what happened when, each row citing its exhibit and page."""

from evidencekit.chronology.report import COLUMNS, NOTE, cells, csv_bytes, write
from evidencekit.chronology.rows import cite_pages, rows

__all__ = ["COLUMNS", "NOTE", "cells", "cite_pages", "csv_bytes", "rows", "write"]
