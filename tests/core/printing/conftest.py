"""Papers, and renderings to compare."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from evidencekit.printing.paper import PaperName, Sheet, sheet


@pytest.fixture(params=list(PaperName))
def paper(request: pytest.FixtureRequest) -> Sheet:
    return sheet(request.param)


@pytest.fixture
def letter() -> Sheet:
    return sheet(PaperName.LETTER)


@pytest.fixture
def render() -> Callable[..., Image.Image]:
    """A page of a PDF as a person sees it, drawn by PDFium."""
    import pypdfium2

    def draw(path: Path, page: int = 0, scale: float = 1.0) -> Image.Image:
        document = pypdfium2.PdfDocument(path)
        try:
            if document.get_formtype():
                document.init_forms()
            return document[page].render(scale=scale).to_pil().convert("RGB")
        finally:
            document.close()

    return draw
