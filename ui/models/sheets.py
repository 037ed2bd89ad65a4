"""How exhibits will print, leaf by leaf: which pages, in which order, and how sure their number is.

Nothing is printed to find out. An image's pages follow from its size and a document's from its page count; what is
only known once it is set (text, mail, the slip sheet of many items) is counted by the newest binder or by what an
earlier one kept, else it is an estimate and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from evidencekit.casefile import Case
from evidencekit.model import Kind
from evidencekit.printing.paper import PaperName, Sheet, sheet
from ui.models.exhibits import Board, Entry, Key, Thing

MOST_SHOWN = 12
"""Pages of one item that stand for themselves; more are told as a number."""
_SLIP_HOLDS = 4  # items on the first page of a slip sheet
_SLIP_MORE = 6  # items on every further one


class Leaf(StrEnum):
    """What one page is."""

    SLIP = "slip"
    PAGE = "page"
    MORE = "more"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Count:
    """Printed pages of an item; not ``sure``: an estimate."""

    pages: int
    sure: bool = True


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """One page of the strip. ``n`` is its page of the exhibit (1-based), ``item`` and ``page`` (0-based) what stands
    on it; ``stands_for`` how many pages a :attr:`Leaf.MORE` is."""

    kind: Leaf
    key: Key
    label: str
    n: int = 0
    of: int = 0
    item: str = ""
    page: int = 0
    stands_for: int = 1


@dataclass(frozen=True, slots=True)
class Printed:
    """One exhibit as it will print: its pages in order, how many, and whether that number is sure."""

    key: Key
    label: str
    pages: tuple[PrintedPage, ...]
    total: int
    sure: bool

    @property
    def words(self) -> str:
        """“5 pages”, “about 12 pages”."""
        about = "" if self.sure else "about "
        return f"{about}{self.total} page{'' if self.total == 1 else 's'}"


def counted(case: Case, board: Board) -> dict[str, Count]:
    """Printed pages of every item on the board, as far as they are known without printing."""
    paper = sheet(board.paper, board.profile.gutter)
    kept = _kept(case, board, paper)
    return {number: kept.get(number) or count_of(thing, paper) for number, thing in board.things.items()}


def count_of(thing: Thing, paper: Sheet) -> Count:
    """Printed pages of an item by what is known of it."""
    from evidencekit.printing.images import plan_cuts

    if thing.kind is Kind.IMAGE and thing.pixels:
        cuts = len(plan_cuts(*thing.pixels, paper))
        return Count(cuts * max(1, thing.pages or 1), sure=cuts == 1 or (thing.pages or 1) == 1)
    if thing.media_type == "application/pdf":
        return Count(thing.pages or 0, sure=thing.pages is not None)
    if thing.kind is Kind.IMAGE:
        return Count(1, sure=False)
    if thing.kind is Kind.EMAIL or thing.media_type.startswith("text/"):
        return Count(max(1, thing.pages or 1), sure=False)
    return Count(0)


def _kept(case: Case, board: Board, paper: Sheet) -> dict[str, Count]:
    """What an earlier binder on this paper kept of items whose pages cannot be told otherwise."""
    from evidencekit.binder.cache import Cache
    from evidencekit.binder.gather import context_of
    from evidencekit.custody.names import shown

    if not (case.derived / "pages").is_dir():
        return {}
    cache, found = Cache(case.derived / "pages", case.home.mac), {}
    for number, thing in board.things.items():
        if not count_of(thing, paper).sure:
            context = context_of(case, number, thing.kind)
            about = (thing.sha256, thing.media_type, shown(thing.name), case.info.timezone)
            place = cache.place_of(*about, paper, context)
            pages = cache.kept(place)
            if pages is not None:
                found[number] = Count(pages.count)
    return found


def printed(board: Board, counts: Mapping[str, Count]) -> list[Printed]:
    """Every exhibit and draft that prints, in order; a withdrawn one has no page."""
    return [_printed(entry, counts) for entry in board.entries if not entry.withdrawn]


def _printed(entry: Entry, counts: Mapping[str, Count]) -> Printed:
    parts = [counts.get(number, Count(0, sure=False)) for number in entry.items]
    slip = slip_pages(len(entry.items))
    if entry.placed is not None:
        slip, parts = _as_built(entry.placed.pages, slip, parts)
    total = slip.pages + sum(each.pages for each in parts)
    pages = _leaves(entry, slip.pages, parts, total)
    return Printed(entry.key, entry.label, tuple(pages), total, slip.sure and all(each.sure for each in parts))


def slip_pages(items: int) -> Count:
    """Pages of the slip sheet of an exhibit on so many items."""
    more = max(0, items - _SLIP_HOLDS)
    return Count(1 + -(-more // _SLIP_MORE), sure=items <= 3)


def _as_built(total: int, slip: Count, parts: Sequence[Count]) -> tuple[Count, list[Count]]:
    """The binder's own number of pages, where one part alone is left to be told by it."""
    unsure = [place for place, each in enumerate(parts) if not each.sure]
    held = list(parts)
    if not unsure:
        return Count(max(1, total - sum(each.pages for each in parts))), held
    if len(unsure) == 1:
        rest = total - slip.pages - sum(each.pages for each in parts if each.sure)
        held[unsure[0]] = Count(max(0, rest), slip.sure)
    return slip, held


def _leaves(entry: Entry, slip: int, parts: Sequence[Count], total: int) -> Iterable[PrintedPage]:
    n = 0
    for page in range(slip):
        n += 1
        yield PrintedPage(Leaf.SLIP, entry.key, entry.label, n, total, entry.items[0] if entry.items else "", page)
    for number, part in zip(entry.items, parts, strict=True):
        alone = part.pages if part.pages <= MOST_SHOWN else MOST_SHOWN - 1
        for page in range(alone):
            n += 1
            yield PrintedPage(Leaf.PAGE, entry.key, entry.label, n, total, number, page)
        if part.pages > alone:
            more = part.pages - alone
            yield PrintedPage(Leaf.MORE, entry.key, entry.label, n + 1, total, number, alone, more)
            n += more


def with_blanks(exhibit: Printed, duplex: bool) -> tuple[PrintedPage, ...]:
    """An exhibit's pages and the blank back that lets the next one start on a right-hand page."""
    if not duplex or not exhibit.total % 2:
        return exhibit.pages
    return (*exhibit.pages, PrintedPage(Leaf.BLANK, exhibit.key, exhibit.label))


def window(thing: Thing, page: int, paper: PaperName, gutter: float) -> tuple[float, float]:
    """Which part of an image stands on a page: top and bottom, 0 to 1 of its height."""
    from evidencekit.printing.images import plan_cuts

    if thing.pixels is None:
        return 0.0, 1.0
    cuts = plan_cuts(*thing.pixels, sheet(paper, gutter))
    if len(cuts) < 2 or page >= len(cuts):
        return 0.0, 1.0
    return cuts[page][0] / cuts[-1][1], cuts[page][1] / cuts[-1][1]
