"""What the app shows of a case: kept, verified, cancelled, cut to its bound; real workers on a real case."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import threading
import wave
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, wait
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

from evidencekit import previews as module
from evidencekit.casefile import Case, create_case, read_case, write_case
from evidencekit.catalog.items import all_items
from evidencekit.custody.keys import Home
from evidencekit.errors import Cancelled
from evidencekit.intake import HandOver, take_in
from evidencekit.job import Job
from evidencekit.model import CaseInfo, Item, Preview
from evidencekit.previews import Previews

ACTOR = "A. Rivera, victim-witness unit"
Ask = tuple[str, str, str]


def picture(path: Path, shade: int = 90, size: tuple[int, int] = (300, 600)) -> Path:
    Image.new("RGB", size, (shade, 40, 40)).save(path)
    return path


def size_of(preview: Preview) -> tuple[int, int]:
    assert preview.image is not None, preview.warnings
    with Image.open(preview.image) as image:
        return image.size


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's home and a case with a picture, a ruined picture, a recording, words and a PDF of two pages."""
    folder = tmp_path_factory.mktemp("taken-in")
    received = folder / "in"
    received.mkdir()
    picture(received / "1.png")
    (received / "2.png").write_bytes((received / "1.png").read_bytes()[:20])
    with wave.open(str(received / "3.wav"), "wb") as file:
        file.setparams((1, 2, 8_000, 0, "NONE", ""))
        file.writeframes(b"\xff\x3f" * 16_000)
    (received / "4.txt").write_text("He was outside again.\n")
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(200, 400))
        pdf.add_blank_page(page_size=(400, 200))
        pdf.save(received / "5.pdf")
    lines = "".join(f"She wrote line {n}.\n\n" for n in range(80))
    (received / "6.md").write_text(f"# What happened\n\n{lines}")
    home = Home(folder / "home")
    create_case(folder / "case", CaseInfo("", "26CR00417", "People v. Hollis", "UTC"), home, ACTOR)
    with write_case(folder / "case", home, ACTOR) as case:
        take_in(case, [received], HandOver("Phone of J. D."), Job(), workers=1)
    return folder


@pytest.fixture
def case_folder(taken_in: Path, tmp_path: Path, home: Home) -> Path:
    """A copy of that case, of the same user."""
    shutil.copytree(taken_in / "home", home.folder, dirs_exist_ok=True)
    return shutil.copytree(taken_in / "case", tmp_path / "case")


@pytest.fixture
def case(case_folder: Path, home: Home) -> Iterator[Case]:
    with write_case(case_folder, home, ACTOR) as opened:
        yield opened


@pytest.fixture
def shows(case: Case) -> Iterator[Previews]:
    opened = Previews(case)
    yield opened
    opened.close()


def items(case: Case) -> dict[str, Item]:
    with case.catalog.read() as connection:
        return {item.name: item for item in all_items(connection)}


def ask(case: Case, name: str) -> Ask:
    item = items(case)[name]
    return item.digests.sha256, item.name, item.media_type


def kept_folders(case: Case) -> set[str]:
    return {path.name for path in (case.derived / "previews").iterdir()}


@pytest.mark.started_readers
def test_each_kind_is_shown(case: Case, shows: Previews) -> None:
    assert size_of(shows.thumb(*ask(case, "1.png")).result(60)) == (128, 256)
    assert size_of(shows.page(*ask(case, "1.png"), width=150).result(60)) == (150, 300)
    assert size_of(shows.thumb(*ask(case, "5.pdf")).result(60)) == (128, 256)
    second = shows.page(*ask(case, "5.pdf"), page=1, width=800).result(60)
    assert (size_of(second), second.pages) == ((800, 400), 2)
    assert shows.thumb(*ask(case, "3.wav")).result(60).peaks
    sound = shows.sound(*ask(case, "3.wav")).result(60)
    assert sound.sound is not None
    assert (sound.seconds, len(sound.peaks)) == (2.0, 16)
    assert shows.page(*ask(case, "3.wav")).result(60) == sound
    assert shows.thumb(*ask(case, "4.txt")).result(60) == Preview(None, None, 0)
    torn = shows.page(*ask(case, "2.png")).result(60)
    assert (torn.image, len(torn.warnings)) == (None, 1)


def test_what_can_be_printed_is_shown_as_printed_page_by_page(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    shows = Previews(case)
    printed: list[str] = []
    real = shows._now._printers.submit_pages

    def count(path: Path, name: str, *rest: Any) -> Any:
        printed.append(name)
        return real(path, name, *rest)

    monkeypatch.setattr(shows._now._printers, "submit_pages", count)
    try:
        asked = [shows.page(*ask(case, "6.md"), page=page, width=600) for page in (0, 1)]
        first, second = (future.result(60) for future in asked)
        assert size_of(first)[0] == 600
        assert (first.pages, second.pages) == (2, 2)
        assert "What happened" in first.text
        assert "line 79" in second.text
        assert "pandoc" in first.warnings[0]
        assert shows.page(*ask(case, "6.md"), width=700).result(60).pages == 2
        assert printed == ["6.md"]
        assert size_of(shows.page(*ask(case, "4.txt"), width=600).result(60))[0] == 600
        assert max(size_of(shows.thumb(*ask(case, "6.md")).result(60))) == 256  # printed already
    finally:
        shows.close()
    again = Previews(case)
    monkeypatch.setattr(again._now._printers, "submit_pages", None)
    try:
        assert again.page(*ask(case, "6.md"), page=1, width=900).result(60).pages == 2
    finally:
        again.close()


def counted(shows: Previews, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of all files that workers are asked for from now on."""
    asked: list[str] = []
    for desk in (shows._now, shows._sounds, shows._thumbs):
        real = desk._readers.submit_preview

        def count(path: Path, name: str, *rest: object, real: Callable[..., object] = real, **more: object) -> object:
            asked.append(name)
            return real(path, name, *rest, **more)

        monkeypatch.setattr(desk._readers, "submit_preview", count)
    return asked


def test_what_was_made_once_is_used_again_after_opening_again(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    wishes = [("thumb", "1.png"), ("page", "1.png"), ("thumb", "3.wav"), ("sound", "3.wav"), ("page", "5.pdf")]
    found = []
    for _ in range(2):
        shows = Previews(case)
        asked = counted(shows, monkeypatch)
        found.append([getattr(shows, how)(*ask(case, name)).result(60) for how, name in wishes])
        shows.close()
    assert found[0] == found[1]
    assert asked == []
    assert len(kept_folders(case)) == len(wishes)


def test_failures_and_what_cannot_be_seen_are_not_tried_twice_in_a_session(
    case: Case, shows: Previews, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = counted(shows, monkeypatch)
    for _ in range(3):
        assert shows.thumb(*ask(case, "2.png")).result(60).warnings
        assert shows.thumb(*ask(case, "4.txt")).result(60).image is None
    assert asked == ["2.png", "4.txt"]
    assert kept_folders(case) == set()


def test_one_wish_of_many_is_made_once(case: Case, shows: Previews, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = counted(shows, monkeypatch)
    futures = [shows.page(*ask(case, "1.png")) for _ in range(20)]
    assert len({future.result(60).image for future in futures}) == 1
    assert asked == ["1.png"]


def exchange(place: Path) -> None:
    picture(place / "page.png", shade=200)


def rewrite(place: Path) -> None:
    picture(place / "page.png", shade=200)
    record = json.loads((place / "kept.json").read_text())
    record["digest"] = hashlib.sha256((place / "page.png").read_bytes()).hexdigest()
    (place / "kept.json").write_text(json.dumps(record))


def link(place: Path) -> None:
    elsewhere = place.parents[2] / "elsewhere.png"
    (place / "page.png").rename(elsewhere)
    (place / "page.png").symlink_to(elsewhere)


def pipe(place: Path) -> None:
    (place / "page.png").unlink()
    os.mkfifo(place / "page.png")


def pipe_for_a_record(place: Path) -> None:
    (place / "kept.json").unlink()
    os.mkfifo(place / "kept.json")


@pytest.mark.parametrize("tamper", [exchange, rewrite, link, pipe, pipe_for_a_record])
@pytest.mark.skipif(os.name != "posix", reason="links and pipes")
def test_what_somebody_changed_is_made_anew(
    case: Case, monkeypatch: pytest.MonkeyPatch, tamper: Callable[[Path], None]
) -> None:
    shows = Previews(case)
    first = shows.page(*ask(case, "1.png")).result(60)
    shows.close()
    assert first.image is not None
    good = first.image.read_bytes()
    tamper(first.image.parent)
    shows = Previews(case)
    asked = counted(shows, monkeypatch)
    second = shows.page(*ask(case, "1.png")).result(60)
    assert asked == ["1.png"]
    assert second.image is not None
    assert not second.image.is_symlink()
    assert second.image.read_bytes() == good
    shows.close()


def test_what_another_user_kept_is_not_used(
    case: Case, case_folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    shows = Previews(case)
    shows.page(*ask(case, "1.png")).result(60)
    shows.close()
    case.close()
    with read_case(case_folder, Home(tmp_path_factory.mktemp("other"))) as theirs:
        shows = Previews(theirs)
        asked = counted(shows, monkeypatch)
        shows.page(*ask(theirs, "1.png")).result(60)
        shows.close()
    assert asked == ["1.png"]


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """No worker starts on anything until the event is set."""
    gate = threading.Event()
    real = module.Readers._keep

    def keep(self: module.Readers) -> None:
        gate.wait(60)
        real(self)

    monkeypatch.setattr(module.Readers, "_keep", keep)
    yield gate
    gate.set()


def test_what_is_cancelled_in_the_queue_is_never_made(
    case: Case, tmp_path: Path, shows: Previews, held: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [picture(tmp_path / f"{shade}.png", shade) for shade in range(60)]
    for file in files:  # as if they were items
        target = case.originals.path(f"{file.stem:0>64}")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    futures = [shows.thumb(f"{file.stem:0>64}", file.name, "image/png") for file in files]
    assert all(future.cancel() for future in futures[1:-1])
    held.set()
    assert wait([futures[0], futures[-1]], timeout=60).not_done == set()
    with pytest.raises(CancelledError):
        futures[5].result(1)
    assert wait(futures, timeout=5).not_done == set()
    shows.close()
    # A lane holds up to sixteen of them already.
    assert 2 <= len(kept_folders(case)) <= 17


def test_cancelling_one_of_two_wishes_leaves_the_other(case: Case, shows: Previews, held: threading.Event) -> None:
    first, second = (shows.page(*ask(case, "1.png")) for _ in range(2))
    assert first.cancel()
    held.set()
    assert second.result(60).image


def test_asking_again_after_cancelling_works(case: Case, shows: Previews, held: threading.Event) -> None:
    for _ in range(10):
        assert shows.page(*ask(case, "1.png")).cancel()
    again = shows.page(*ask(case, "1.png"))
    held.set()
    assert again.result(60).image


def test_closing_ends_what_is_open(case: Case, held: threading.Event) -> None:
    shows = Previews(case)
    futures = [shows.thumb(*ask(case, name)) for name in ("1.png", "5.pdf", "3.wav")] * 5
    futures += [shows.sound(*ask(case, "3.wav")), shows.page(*ask(case, "1.png"))]
    held.set()
    shows.close()
    for future in futures:
        error = future.exception(timeout=5)
        assert error is None or isinstance(error, Cancelled)
    with pytest.raises(Cancelled):
        shows.thumb(*ask(case, "1.png")).result(5)
    shows.close()


def test_a_thousand_calls_come_back_at_once_from_many_threads(case: Case, shows: Previews) -> None:
    wishes = [ask(case, name) for name in ("1.png", "2.png", "4.txt", "5.pdf")]
    futures = []

    def scroll() -> None:
        futures.extend(shows.thumb(*wish) for _ in range(50) for wish in wishes)

    threads = [threading.Thread(target=scroll) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(futures) == 1000
    assert wait(futures, timeout=120).not_done == set()
    assert {bool(future.result().image) for future in futures} == {True, False}


def everything(folder: Path) -> dict[str, int]:
    """When each file and folder was changed; but for what the database writes when it is read."""
    every = [path for path in folder.rglob("*") if not path.name.startswith("catalog.db-")]
    return {str(path.relative_to(folder)): path.lstat().st_mtime_ns for path in every}


def test_a_case_that_fails_its_checks_is_not_written_to(case_folder: Path, home: Home) -> None:
    with (case_folder / "ledger.jsonl").open("r+b") as file:
        file.seek(20)
        file.write(b"#")
    with read_case(case_folder, home) as case:
        assert case.findings
        before = everything(case_folder)
        shows = Previews(case)
        found = shows.thumb(*ask(case, "1.png")).result(60)
        assert shows.thumb(*ask(case, "1.png")).result(60) == found
        assert found.image is not None
        assert found.image.exists()
        assert not found.image.is_relative_to(case_folder)
        shows.close()
        assert not found.image.exists()
        assert everything(case_folder) == before


def test_a_folder_that_cannot_be_written_gets_a_temporary_one(case: Case) -> None:
    (case.derived / "previews").write_text("in the way")
    shows = Previews(case)
    found = shows.thumb(*ask(case, "1.png")).result(60)
    assert size_of(found) == (128, 256)
    assert found.image is not None
    assert not found.image.is_relative_to(case.folder)
    shows.close()
    assert not found.image.exists()


@pytest.mark.skipif(os.name != "posix", reason="links")
@pytest.mark.parametrize("which", ["derived", "derived/previews"])
def test_a_link_out_of_the_case_is_not_followed(case: Case, tmp_path: Path, which: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    precious = elsewhere / ("ab" * 32)
    precious.mkdir(parents=True)
    (precious / "file").write_bytes(bytes(1000))
    shutil.rmtree(case.folder / which, ignore_errors=True)
    (case.folder / which).symlink_to(elsewhere, target_is_directory=True)
    shows = Previews(case, most_kept=0)
    assert shows.thumb(*ask(case, "1.png")).result(60).image
    shows.close()
    assert [path.relative_to(elsewhere) for path in elsewhere.rglob("file")] == [Path("ab" * 32, "file")]
    assert len(list(elsewhere.iterdir())) == 1


def test_what_was_used_longest_ago_goes_first(case: Case) -> None:
    shows = Previews(case)
    wishes = [("thumb", "1.png"), ("page", "1.png"), ("thumb", "5.pdf"), ("page", "5.pdf")]
    found = [getattr(shows, how)(*ask(case, name)).result(60) for how, name in wishes]
    shows.close()
    places = [each.image.parent for each in found]
    for hours, place in zip((4, 3, 2, 5), places, strict=True):
        about = (place / "kept.json").stat()
        os.utime(place / "kept.json", (about.st_atime, about.st_mtime - hours * 3600))
    shows = Previews(case)  # looking at the oldest makes it the newest
    assert shows.page(*ask(case, "5.pdf")).result(60).image
    shows.close()
    (case.derived / "previews" / "notes").mkdir()
    room = sum(path.stat().st_size for place in (places[2], places[3]) for path in place.iterdir())
    shows = Previews(case, most_kept=room + 1)
    assert shows.thumb(*ask(case, "4.txt")).result(60).image is None
    shows.close()
    assert kept_folders(case) == {places[2].name, places[3].name, "notes"}


def test_too_much_is_cut_at_closing(case: Case) -> None:
    shows = Previews(case, most_kept=0)
    assert shows.thumb(*ask(case, "4.txt")).result(60).image is None
    assert shows._store._pruning is not None
    shows._store._pruning.join()  # the pruning at opening is over before anything is there
    assert size_of(shows.thumb(*ask(case, "1.png")).result(60)) == (128, 256)
    assert len(kept_folders(case)) == 1
    shows.close()
    assert kept_folders(case) == set()


def test_a_pdf_of_ours_is_shown_and_made_anew_when_it_changes(case: Case, shows: Previews, tmp_path: Path) -> None:
    path = tmp_path / "Binder.pdf"
    for size, shown in (((200, 100), (400, 200)), ((100, 300), (400, 1200))):
        with pikepdf.new() as pdf:
            pdf.add_blank_page(page_size=size)
            pdf.save(path)
        found = shows.pdf_page(path, 0, 400).result(60)
        assert (size_of(found), found.pages) == (shown, 1)
    path.unlink()
    gone = shows.pdf_page(path, 0, 400).result(60)
    assert (gone.image, len(gone.warnings)) == (None, 1)


def test_an_original_that_is_gone_is_told(case: Case, shows: Previews) -> None:
    found = shows.thumb("0" * 64, "gone.png", "image/png").result(60)
    assert found.image is None
    assert "not where it was kept" in found.warnings[0]


def test_a_secret_that_cannot_be_read_costs_only_the_keeping(case: Case, home: Home) -> None:
    (home.folder / "reuse.key").unlink(missing_ok=True)
    (home.folder / "reuse.key").mkdir()
    shows = Previews(case)
    for _ in range(2):
        assert size_of(shows.thumb(*ask(case, "1.png")).result(60)) == (128, 256)
    shows.close()


def test_nothing_is_started_before_it_is_wanted(case: Case) -> None:
    before = threading.active_count()
    shows = Previews(case)
    assert threading.active_count() == before
    assert not (case.derived / "previews").exists()
    shows.close()


def test_the_picture_shown_is_of_our_own_making(case: Case, shows: Previews) -> None:
    found = shows.page(*ask(case, "1.png")).result(60)
    assert found.image is not None
    original = case.originals.path(ask(case, "1.png")[0])
    assert found.image.read_bytes() != original.read_bytes()
    with Image.open(io.BytesIO(found.image.read_bytes())) as image:
        assert (image.format, image.mode) == ("PNG", "RGB")
