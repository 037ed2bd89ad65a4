"""Evidence onto paper: images, PDF pages, long plain text and blanks, each a PDF on the binder's sheet.

Everything stays inside the sheet's frame; the marks of a binder stand outside it.
"""

from __future__ import annotations

from evidencekit.printing.framing import pdf_pages
from evidencekit.printing.images import image_pages
from evidencekit.printing.output import blank_pdf
from evidencekit.printing.plain import text_pages

__all__ = ["blank_pdf", "image_pages", "pdf_pages", "text_pages"]
