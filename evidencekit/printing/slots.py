"""Pictures in the midst of typeset words: the typesetter leaves a slot and says where it lies, and the picture's own
data is drawn there afterwards. Through the typesetter they would cost many times their size in memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evidencekit.errors import ReaderError
from evidencekit.printing.images import draw
from evidencekit.printing.output import save_part
from evidencekit.printing.paper import Box, Sheet
from evidencekit.printing.pictures import Picture, Told, load_pictures
from evidencekit.printing.typeset import Section

if TYPE_CHECKING:
    import pikepdf

_POINT = 0.75  # of a pixel, where nothing says how large a picture is shown
_TALLEST = 0.9  # of the room's height


@dataclass(frozen=True, slots=True)
class Slot:
    """A picture's number and its size on paper in points."""

    number: int
    width: float
    height: float


class Slots:
    """The pictures of one rendition. ``notes`` holds what paper could not show of them."""

    def __init__(self, room: tuple[float, float]) -> None:
        """``room``: the width and height, in points, that a picture can take at most."""
        self._room = room
        self._pictures: list[tuple[Picture, float, float]] = []
        self._places: list[tuple[int, int, float, float]] = []
        self.notes = Told()

    def add(self, file: Path, width: float = 0, height: float = 0) -> Slot | None:
        """A slot for the picture in ``file``, shown ``width`` by ``height`` points large, 0 where nothing says so;
        None when it cannot be printed."""
        try:
            picture = next(load_pictures(file, self.notes), None)
        except ReaderError:
            return None
        if picture is None:
            return None
        across, down = picture.shown
        wide = width or (height * across / down if height else across * _POINT)
        tall = height or wide * down / max(1, across)
        scale = min(1.0, self._room[0] / max(1, wide), self._room[1] * _TALLEST / max(1, tall))
        self._pictures.append((picture, wide * scale, tall * scale))
        return Slot(len(self._pictures) - 1, wide * scale, tall * scale)

    def found(self, sections: Iterable[Section], before: int) -> None:
        """Takes the sections named ``picture NUMBER X Y`` of a typeset part that follows ``before`` pages."""
        for section in sections:
            kind, _, rest = section.name.partition(" ")
            if kind == "picture":
                number, x, y = rest.split(" ")
                self._places.append((before + section.page - 1, int(number), float(x), float(y)))

    def fill(self, target: Path, sheet: Sheet) -> None:
        """Draws every picture into its slot in the bound rendition."""
        import pikepdf

        if not self._places:
            return
        with pikepdf.open(target, allow_overwriting_input=True) as pdf:
            made: dict[int, pikepdf.Object] = {}
            for page, number, x, y in self._places:
                if page < len(pdf.pages):
                    self._draw(pdf, pdf.pages[page], number, (x, y), sheet, made)
            save_part(pdf, target)

    def _draw(
        self,
        pdf: pikepdf.Pdf,
        page: pikepdf.Page,
        number: int,
        at: tuple[float, float],
        sheet: Sheet,
        made: dict[int, pikepdf.Object],
    ) -> None:
        import pikepdf

        picture, width, height = self._pictures[number]
        if number not in made:
            made[number] = pdf.make_indirect(picture.embed(pdf))
        if "/XObject" not in page.Resources:
            page.Resources.XObject = pikepdf.Dictionary()
        name = f"/EKPicture{number}"
        page.Resources.XObject[name] = made[number]
        box = Box(at[0], sheet.height - at[1] - height, width, height)
        page.contents_add(pdf.make_stream(draw(box, picture.orientation).replace(b"/P Do", f"{name} Do".encode())))
