"""Merge and finish of a large volume, against qpdf's own merge and its overlay, in the same run.

    python tests/benchmarks/merge.py [--pages 3000] [--rounds 3]

Bars: at least 3 × as fast as ``qpdf --empty --pages … --overlay …``, at most 1.4 × ``qpdf --empty --pages …`` alone,
peak memory under 400 MB. The overlay brings the same marks and links; qpdf takes the received PDFs themselves, one
in eight a filled-in form as police reports are, and the same pictures. What it costs on our prepared parts instead,
and with the marks alone, is reported beside it. Preparation is reported apart. Exit code 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from evidencekit.binder.assemble import assemble
from evidencekit.binder.values import Bookmark, PageMarks, Sticker, Volume
from evidencekit.job import Job
from evidencekit.printing.pages import image_pages, pdf_pages
from evidencekit.printing.paper import PaperName, Sheet, sheet

if TYPE_CHECKING:
    import pikepdf

FASTER_THAN_OVERLAY, SLOWER_THAN_MERGE, PEAK_MB = 3.0, 1.4, 400
FRONT = 40


def photograph(seed: int) -> bytes:
    """About 450 KB of JPEG."""
    from PIL import Image, ImageFilter

    noise = Image.frombytes("RGB", (400, 300), random.Random(seed).randbytes(400 * 300 * 3))
    buffer = BytesIO()
    noise.filter(ImageFilter.GaussianBlur(1.2)).resize((2016, 1512)).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def screenshot(seed: int) -> bytes:
    """About 120 KB of PNG: bubbles with text on a plain ground."""
    from PIL import Image, ImageDraw

    rng = random.Random(seed)
    picture = Image.new("RGB", (1170, 2532), "white")
    pen = ImageDraw.Draw(picture)
    for top in range(80, 2400, 150):
        left = rng.choice((40, 420))
        pen.rounded_rectangle((left, top, left + 700, top + 120), 36, fill=(225, 228, 236))
        words = "".join(rng.choice("abcdefghij klmnop qrstuvwxyz") for _ in range(30))
        pen.text((left + 30, top + 34), words, fill="black", font_size=38)
    speckle = Image.frombytes("L", (300, 220), rng.randbytes(300 * 220))
    picture.paste(speckle, (40, 2300))
    buffer = BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def report(seed: int, pages: int, scan: bytes) -> bytes:
    """A PDF of typed pages, every fourth a scan; every eighth is a form, with fields on its first page."""
    import pikepdf
    from pikepdf import Dictionary, Name

    rng = random.Random(seed)
    buffer = BytesIO()
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/Times-Roman")))
        for number in range(pages):
            page = pdf.add_blank_page(page_size=(612, 792))
            page.Resources = Dictionary(Font=Dictionary(F=font), XObject=Dictionary())
            lines = [" ".join(f"word{rng.randrange(9999)}" for _ in range(10)) for _ in range(48)]
            typed = " ".join(f"({line}) Tj T*" for line in lines)
            content = f"BT /F 11 Tf 13 TL 72 720 Td {typed} ET"
            if number % 4 == 3:
                picture = pikepdf.Stream(pdf, scan)
                picture.Type, picture.Subtype = Name.XObject, Name.Image
                picture.Width, picture.Height, picture.BitsPerComponent = 2016, 1512, 8
                picture.ColorSpace, picture.Filter = Name.DeviceRGB, Name.DCTDecode
                page.Resources.XObject.S = pdf.make_indirect(picture)
                content = "q 540 0 0 400 36 200 cm /S Do Q"
            page.Contents = pdf.make_stream(content.encode())
            if seed // 16 % 8 == 0 and number == 0:
                add_fields(pdf, page, number)
        pdf.save(buffer)
    return buffer.getvalue()


def add_fields(pdf: pikepdf.Pdf, page: pikepdf.Page, number: int) -> None:
    """Six filled-in text fields at the foot of a page."""
    from pikepdf import Array, Dictionary, Name

    made = []
    for n in range(6):
        rect = [72 + 80 * n, 40, 142 + 80 * n, 56]
        look = pdf.make_stream(b"BT 0 g /F 9 Tf 2 4 Td (Hollis) Tj ET", Type=Name.XObject, Subtype=Name.Form)
        look.BBox = [0, 0, 70, 16]
        look.Resources = Dictionary(Font=Dictionary(F=page.Resources.Font.F))
        field = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=f"f{number}-{n}", V="Hollis", F=4)
        field.Rect, field.DA, field.AP = rect, "/F 9 Tf 0 g", Dictionary(N=look)
        made.append(pdf.make_indirect(field))
    page.Annots = Array(made)
    if "/AcroForm" not in pdf.Root:
        resources = Dictionary(Font=Dictionary(F=page.Resources.Font.F))
        pdf.Root.AcroForm = Dictionary(Fields=Array(), DR=resources, DA="/F 9 Tf 0 g")
    pdf.Root.AcroForm.Fields.extend(made)


def link(pdf: pikepdf.Pdf, uri: str, top: float) -> pikepdf.Object:
    from pikepdf import Dictionary, Name

    action = Dictionary(S=Name.URI, URI=uri)
    box = [72, top - 12, 400, top]
    return pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=box, Border=[0, 0, 0], A=action))


def index_links(pdf: pikepdf.Pdf, rows: range) -> pikepdf.Array:
    import pikepdf

    return pikepdf.Array(link(pdf, f"ek:ex/{row + 1}", 712 - 14 * n) for n, row in enumerate(rows))


def link_back(part: Path) -> None:
    """The slip sheet's link to the index, on the first page of a part."""
    import pikepdf

    with pikepdf.open(part, allow_overwriting_input=True) as pdf:
        pdf.pages[0].Annots = pikepdf.Array([link(pdf, "ek:index", 60)])
        pdf.save(part, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def front_matter(out: Path, links: int, paper: Sheet) -> None:
    """Pages with ``links`` index links, as the typesetter writes them."""
    import pikepdf
    from pikepdf import Dictionary

    with pikepdf.new() as pdf:
        for start in range(FRONT):
            page = pdf.add_blank_page(page_size=(paper.width, paper.height))
            page.Resources = Dictionary()
            page.Contents = pdf.make_stream(b"0.5 g 72 700 200 1 re f")
            page.Annots = index_links(pdf, range(start, links, FRONT))
        pdf.save(out)


def sources(folder: Path, pages: int) -> Iterator[tuple[Path, Callable[..., object], int]]:
    """Mixed evidence: a sixth photographs, a third screenshots, half reports of 15 pages."""
    photos = [photograph(seed) for seed in range(12)]
    screens = [screenshot(seed) for seed in range(12)]
    made = 0
    for number in range(pages):
        if made >= pages:
            return
        kind = number % 16
        name = folder / f"{number:05d}"
        if kind == 15:
            count = min(15, pages - made)
            name.write_bytes(report(number, count, photos[number % 12]))
            yield name, pdf_pages, count
        else:
            count = 1
            name.write_bytes(photos[number % 12] if kind % 3 == 0 else screens[number % 12])
            yield name, image_pages, count
        made += count


def prepare(folder: Path, pages: int, paper: Sheet) -> tuple[list[Path], list[Path], list[int]]:
    """Our prepared parts, what qpdf would take instead, and the page count of each."""
    parts: list[Path] = []
    received: list[Path] = []
    counts: list[int] = []
    for name, printer, count in sources(folder, pages - FRONT):
        part = folder / f"{name.name}.pdf"
        printer(name, paper, part, Job())
        link_back(part)
        if printer is pdf_pages:
            received.append(name)
        else:
            name.unlink()
            received.append(part)
        parts.append(part)
        counts.append(count)
    front = folder / "front.pdf"
    front_matter(front, len(parts), paper)
    return [front, *parts], [front, *received], [FRONT, *counts]


def volume_of(counts: list[int]) -> Volume:
    total = sum(counts)
    marks: list[PageMarks] = []
    outline: list[Bookmark] = []
    targets = {"ek:index": 1}
    for label, count in enumerate(counts):
        for n in range(count):
            page = len(marks) + 1
            mark = f"{page} of {total}"
            if not label:
                marks.append(PageMarks(mark, str(page), "People v. Hollis · 26CR00417"))
                continue
            sticker = Sticker("People's Exhibit", str(label), "26CR00417") if n == 0 else None
            exhibit = f"Exhibit {label} · {n + 1} of {count}"
            marks.append(PageMarks(mark, str(page), "People v. Hollis · 26CR00417", exhibit, sticker))
            if n == 0:
                targets[f"ek:ex/{label}"] = page
                outline.append(Bookmark(f"Exhibit {label}", page))
    return Volume(1, "Exhibit binder", tuple(marks), tuple(outline), targets)


def ours(folder: Path) -> None:
    """Runs in a process of its own: the time and the peak memory of merge and finish, as JSON on standard output.

    The libraries are loaded before the clock starts: in a build, the preparation has used them."""
    for library in ("pikepdf", "fontTools.subset"):
        importlib.import_module(library)
    plan = json.loads((folder / "plan.json").read_text())
    volume = volume_of(plan["counts"])
    start = time.perf_counter()
    parts = [Path(part) for part in plan["parts"]]
    assemble(volume, parts, folder / "ours.pdf", sheet=sheet(PaperName.LETTER), job=Job())
    seconds = time.perf_counter() - start
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    print(json.dumps({"seconds": seconds, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit}))


def qpdf(arguments: list[str]) -> float:
    """Seconds of one qpdf run; through pikepdf's own copy of qpdf when the program is not installed."""
    program = shutil.which("qpdf")
    command = [program, *arguments] if program else [sys.executable, __file__, "--qpdf", json.dumps(arguments)]
    Path(arguments[-1]).unlink(missing_ok=True)
    settle()
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def settle() -> None:
    """Lets the disk finish with what the run before has written, so that nobody pays for somebody else."""
    if hasattr(os, "sync"):
        os.sync()


def stamps(folder: Path, counts: list[int], paper: Sheet) -> Path:
    """The overlay that the other way needs: our marks on blank pages."""
    import pikepdf

    blank = folder / "blank.pdf"
    with pikepdf.new() as pdf:
        for _ in range(sum(counts)):
            pdf.add_blank_page(page_size=(paper.width, paper.height))
        pdf.save(blank)
    volume = volume_of(counts)
    out = folder / "stamps.pdf"
    assemble(Volume(1, "", volume.pages, (), {}), [blank], out, sheet=paper, job=Job())
    blank.unlink()
    return out


def with_links(marks: Path, counts: list[int]) -> Path:
    """The same overlay with the links of the index and of every exhibit's first page."""
    import pikepdf

    out = marks.with_name("stamps-and-links.pdf")
    with pikepdf.open(marks) as pdf:
        for start in range(FRONT):
            pdf.pages[start].Annots = index_links(pdf, range(start, len(counts) - 1, FRONT))
        for number in range(1, len(counts)):
            pdf.pages[sum(counts[:number])].Annots = pikepdf.Array([link(pdf, "ek:index", 60)])
        pdf.save(out)
    return out


def measure(folder: Path, pages: int, rounds: int) -> bool:
    paper = sheet(PaperName.LETTER)
    start = time.perf_counter()
    parts, received, counts = prepare(folder, pages, paper)
    marks = stamps(folder, counts, paper)
    both = with_links(marks, counts)
    size = sum(part.stat().st_size for part in parts) / 1e6
    prepared = time.perf_counter() - start
    print(f"{sum(counts)} pages in {len(parts)} parts, {size:.0f} MB; made and prepared in {prepared:.1f} s")
    (folder / "plan.json").write_text(json.dumps({"parts": [str(part) for part in parts], "counts": counts}))
    if not shutil.which("qpdf"):
        print("qpdf is not installed (apt-get install qpdf); its copy inside pikepdf runs instead.")
    merge = ["--empty", "--pages", *map(str, received), "--"]
    framed = ["--empty", "--pages", *map(str, parts), "--"]
    ways = {
        "merge": merge,
        "overlay": [*merge, "--overlay", str(both), "--"],
        "marks": [*merge, "--overlay", str(marks), "--"],
        "framed": [*framed, "--overlay", str(both), "--"],
        "framed merge": framed,
    }
    figures: dict[str, list[float]] = {"ours": [], "mb": []} | {name: [] for name in ways}
    for _ in range(rounds):
        (folder / "ours.pdf").unlink(missing_ok=True)
        settle()
        child = subprocess.run(
            [sys.executable, __file__, "--ours", str(folder)], check=True, capture_output=True, text=True
        )
        result = json.loads(child.stdout)
        figures["ours"].append(result["seconds"])
        figures["mb"].append(result["mb"])
        for name, way in ways.items():
            figures[name].append(qpdf([*way, str(folder / "qpdf.pdf")]))
    return report_figures({name: statistics.median(values) for name, values in figures.items()})


def report_figures(median: dict[str, float]) -> bool:
    seconds = median["ours"]
    gain, cost = median["overlay"] / seconds, seconds / median["merge"]
    print(f"merge + finish {seconds:.2f} s, peak {median['mb']:.0f} MB (bar {PEAK_MB})")
    print(f"qpdf overlay   {median['overlay']:.2f} s: {gain:.1f} × ours (bar {FASTER_THAN_OVERLAY})")
    print(f"qpdf merge     {median['merge']:.2f} s: ours is {cost:.2f} × (bar {SLOWER_THAN_MERGE})")
    for name, words in (("marks", "overlay, marks without links"), ("framed", "overlay on our prepared parts")):
        print(f"beside: {words} {median[name]:.2f} s, {median[name] / seconds:.1f} × ours")
    print(f"beside: merge of our prepared parts {median['framed merge']:.2f} s")
    return gain >= FASTER_THAN_OVERLAY and cost <= SLOWER_THAN_MERGE and median["mb"] < PEAK_MB


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ours", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--qpdf", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ours:
        ours(options.ours)
        return 0
    if options.qpdf:
        import pikepdf

        pikepdf.Job(["qpdf", *json.loads(options.qpdf)]).run()
        return 0
    with tempfile.TemporaryDirectory(prefix="evidencekit-merge-") as folder:
        return 0 if measure(Path(folder), options.pages, options.rounds) else 1


if __name__ == "__main__":
    raise SystemExit(main())
