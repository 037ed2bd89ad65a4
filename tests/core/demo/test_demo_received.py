"""The synthetic case's received files: the same bytes for the same seed, each file of its kind, nothing left behind."""

import json
import os
import subprocess
import sys
import wave
from io import BytesIO
from pathlib import Path

import pytest

from evidencekit.demo import Story, write_received
from evidencekit.demo.assembly import assemble
from evidencekit.demo.story import Fault
from evidencekit.demo.tour import Tour
from evidencekit.errors import Cancelled, StorageError, UsageError
from evidencekit.job import Job


def on_disk(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and not path.is_symlink()
    }


def test_it_writes_as_many_files_as_asked_for_and_names_them_all(received: tuple[Path, Story]) -> None:
    folder, story = received
    assert len(story.files) == 84
    assert on_disk(folder) == set(story.files)


def test_nothing_stands_beside_the_folder(received: tuple[Path, Story]) -> None:
    folder, _ = received
    assert [path.name for path in folder.parent.iterdir()] == ["received"]


# Files that are made in different ways, by the beginning of their keys.
MADE = (
    *("thread", "lock", "calls", "photo:dusk", "order", "report", "brandt", "plan", "visitors", "mail:kiln", "cdr"),
    *("sms", "call-list", "chat", "heic", "film", "castellano", "truncated", "garbage"),
)
PROGRAM = """
import json, sys
from pathlib import Path
from evidencekit.demo.assembly import assemble
scratch, out, prefixes = Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])
wanted, written, due = assemble(84, 417, scratch), {}, set(prefixes)
for each in wanted:
    sound = "voicemail" + Path(each.path).suffix if each.key.startswith("voicemail:") else None
    made = {sound} if sound else {start for start in due if each.key.startswith(start)}
    if made and not made & written.keys():
        each.write(out / f"{len(written)}{Path(each.path).suffix}")
        written |= {start: (each.path, f"{len(written)}{Path(each.path).suffix}") for start in made}
        due -= made
print(json.dumps([[[each.path, int(each.at.timestamp())] for each in wanted], list(written.values()), sorted(due)]))
"""


def test_another_process_with_another_hash_seed_writes_the_same_bytes(
    received: tuple[Path, Story], tmp_path: Path
) -> None:
    folder, _ = received
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland"}
    arguments = [str(tmp_path), str(tmp_path), json.dumps(MADE)]
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], check=True, env=environment, capture_output=True, text=True
    )
    everything, written, left_out = json.loads(run.stdout)
    assert left_out == []
    assert dict(everything) == {path: (folder / path).stat().st_mtime for path in on_disk(folder)}
    assert len({Path(path).suffix for path, _ in written}) >= 11
    for path, copy in written:
        assert (tmp_path / copy).read_bytes() == (folder / path).read_bytes(), path


def test_another_seed_writes_other_bytes(received: tuple[Path, Story], tmp_path: Path) -> None:
    folder, _ = received
    others = [each for each in assemble(84, 2, tmp_path) if each.key in {"thread:no", "mail:kiln", "cdr", "film"}]
    assert len(others) == 4
    for each in others:
        each.write(tmp_path / "other")
        assert (tmp_path / "other").read_bytes() not in [
            path.read_bytes() for path in folder.rglob(f"*{Path(each.path).suffix}") if path.is_file()
        ]


def test_screens_are_palette_images_of_a_phones_size(received: tuple[Path, Story]) -> None:
    from PIL import Image

    folder, _ = received
    sizes = []
    for path in sorted(folder.rglob("*.PNG")):
        with Image.open(path) as image:
            image.load()
            assert (image.format, image.mode) == ("PNG", "P")
            sizes.append(image.size)
        assert path.stat().st_size < 600_000
    tall = [size for size in sizes if size[1] > 10_000]
    assert len(tall) == 1
    assert {size for size in sizes if size not in tall} == {(1170, 2532)}


def test_photographs_carry_what_cameras_write(received: tuple[Path, Story]) -> None:
    from PIL import Image

    folder, story = received
    broken = {each.path for each in story.planted.faults}
    seen: dict[str, set[object]] = {"orientation": set(), "offset": set(), "gps": set(), "serial": set()}
    for name in story.files:
        if not name.endswith(".JPG") or name in broken:
            continue
        with Image.open(folder / name) as image:
            image.load()
            exif = image.getexif()
            inner = exif.get_ifd(0x8769)
            seen["orientation"].add(exif[0x0112])
            seen["offset"].add(inner.get(0x9011))
            seen["gps"].add(bool(exif.get_ifd(0x8825)))
            seen["serial"].add(inner.get(0xA431))
    assert seen["orientation"] == {1, 3, 6}
    assert seen["offset"] == {None, "-08:00", "-07:00"}
    assert seen["gps"] == {True, False}
    assert {"LP7-0417-2210", "0090417"} <= seen["serial"]


def test_recordings_can_be_decoded_to_their_end(received: tuple[Path, Story]) -> None:
    import av

    folder, story = received
    kinds = set()
    for name in story.files:
        if "/Voicemail/" not in name:
            continue
        kinds.add(Path(name).suffix)
        with av.open(str(folder / name)) as container:
            stream = container.streams.audio[0]
            samples = sum(frame.samples for frame in container.decode(stream))
            assert 8 <= samples / stream.rate <= 50
            assert ("creation_time" in container.metadata) == (Path(name).suffix in {".m4a", ".3gp"})
    assert {".m4a", ".wav", ".mp3"} <= kinds


def test_a_voice_has_speech_and_pauses(received: tuple[Path, Story]) -> None:
    import numpy as np

    folder, story = received
    name = next(name for name in story.files if name.endswith(".wav"))
    with wave.open(str(folder / name)) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(float) / 32768
    loud = np.sqrt((samples[: len(samples) // 800 * 800].reshape(-1, 800) ** 2).mean(axis=1))
    assert (loud > 0.05).mean() > 0.2
    assert (loud < 0.01).mean() > 0.1


def test_pdfs_open_and_are_what_they_are_said_to_be(received: tuple[Path, Story]) -> None:
    import pikepdf
    import pypdfium2

    folder, story = received
    for name in story.files:
        if not name.endswith(".pdf") or "Examination" in name:
            continue
        with pikepdf.open(folder / name) as pdf:
            assert pdf.is_encrypted == ("Brandt" in name)
            assert ("/OpenAction" in pdf.Root) == ("Visitor" in name)
            assert ("/Rotate" in pdf.pages[0]) == ("Proof of service" in name)
            assert pdf.docinfo["/CreationDate"]
        with pypdfium2.PdfDocument(folder / name) as shown:
            width, height = shown[0].get_size()
            assert (round(width), round(height)) == (612, 792)
            text = shown[0].get_textpage().get_text_range()
            assert (len(text) > 100) == ("(scan)" not in name)


def test_the_locked_pdf_opens_with_its_password_only(received: tuple[Path, Story]) -> None:
    import pikepdf

    folder, story = received
    path = folder / next(name for name in story.files if "Examination" in name)
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(path)
    with pikepdf.open(path, password="lindqvist-417") as pdf:
        assert len(pdf.pages) == 1


def test_the_pages_of_the_site_plan_show_alike_whatever_their_boxes(received: tuple[Path, Story]) -> None:
    import pypdfium2
    from PIL import ImageChops, ImageStat

    folder, story = received
    path = folder / next(name for name in story.files if name.endswith("Site plan.pdf"))
    with pypdfium2.PdfDocument(path) as plan:
        assert len(plan) == 3
        pictures = [page.render(scale=612 / page.get_width()).to_pil().convert("L").resize((612, 792)) for page in plan]
    for other in pictures[1:]:
        assert ImageStat.Stat(ImageChops.difference(pictures[0], other)).mean[0] < 3


def test_mails_parse_with_their_attachments(received: tuple[Path, Story]) -> None:
    from email import message_from_bytes
    from email.policy import default

    from PIL import Image

    folder, story = received
    for path, names in story.planted.attachments:
        mail = message_from_bytes((folder / path).read_bytes(), policy=default)
        parts = list(mail.iter_attachments())
        assert tuple(part.get_filename() for part in parts) == names
        with Image.open(BytesIO(parts[0].get_content())) as image:
            image.load()
        assert parts[1].get_content().startswith(b"%PDF-")
        assert len(mail.get_all("Received", [])) == 2


def test_the_carriers_records_hold_the_night_that_the_reports_cite(received: tuple[Path, Story]) -> None:
    lines = (received[0] / "carrier/CDR_CW-558214.csv").read_text("ascii").splitlines()
    night = [
        line for line in lines if ",VOICE," in line and ",2026-02-12 09:" <= line[line.index(",") :] < ",2026-02-12 12"
    ]
    assert len(night) == 41
    assert all(",0," in line for line in night)


@pytest.mark.skipif(os.name == "nt", reason="such names cannot be written there")
def test_hostile_names_are_on_the_disk(received: tuple[Path, Story]) -> None:
    names = {name.rpartition("/")[2] for name in received[1].files}
    assert any("\u202e" in name for name in names)
    assert any("\n" in name for name in names)
    assert any("💐" in name for name in names)
    assert any(len(name) == 200 for name in names)


def test_every_kind_of_fault_is_planted(received: tuple[Path, Story]) -> None:
    folder, story = received
    kinds = {fault.fault for fault in story.planted.faults}
    assert kinds >= {
        Fault.TRUNCATED,
        Fault.UNREADABLE,
        Fault.EMPTY,
        Fault.NEEDS_PASSWORD,
        Fault.ACTIVE_CONTENT,
        Fault.OWNER_PASSWORD,
        Fault.ENCODING,
        Fault.HOSTILE_NAME,
        Fault.REMOTE_PICTURE,
    }
    empty = next(fault.path for fault in story.planted.faults if fault.fault is Fault.EMPTY)
    assert (folder / empty).stat().st_size == 0


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="in use"):
        write_received(tmp_path, items=12, job=Job())
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_fewer_than_the_story_needs_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="at least 12"):
        write_received(tmp_path / "received", items=11, job=Job())
    assert list(tmp_path.iterdir()) == []


def test_cancelling_leaves_nothing_behind(tmp_path: Path) -> None:
    steps = []
    job = Job(report=lambda done, total, what: steps.append(done), cancelled=lambda: len(steps) >= 3)
    with pytest.raises(Cancelled):
        write_received(tmp_path / "received", items=12, job=job)
    assert len(steps) == 3
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_refuses_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="could not be written"):
        write_received(tmp_path / "file" / "received", items=12, job=Job())
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_an_empty_folder_is_taken(tour: Tour) -> None:
    assert tour.story is not None
    assert len(tour.story.files) == 12
    assert on_disk(tour.received) == set(tour.story.files)
