"""The contained workers: bad files cost nothing but themselves."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import textwrap
import threading
import wave
from email.message import EmailMessage
from pathlib import Path

import pytest
from PIL import Image

from evidencekit.errors import Cancelled, ReaderError
from evidencekit.media.contain import Limits, Readers
from evidencekit.model import Kind
from evidencekit.printing.paper import PaperName, sheet

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX limits")

# For :func:`worker`: leaves its process's number in the folder of the file it is about to read.
WRITE_PID = """self._out = request['out']
os.makedirs(self._out, exist_ok=True)
open(self._out + '/pid', 'w').write(str(os.getpid()))"""


def png(path: Path) -> Path:
    Image.new("RGB", (30, 20), "navy").save(path, "PNG")
    return path


def mail(path: Path) -> Path:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@b.c", "d@e.f", "hello"
    message["Date"], message["Message-ID"] = "Tue, 06 Jan 2026 07:12:00 -0800", "<1@b.c>"
    message.set_content("words\n")
    message.add_attachment(b"x,y\n1,2\n", maintype="text", subtype="csv", filename="log.csv")
    path.write_bytes(message.as_bytes())
    return path


def worker(tmp_path: Path, body: str) -> list[str]:
    """The command of a worker that does as the real one but for ``body``, run before each request is answered."""
    script = tmp_path / "worker.py"
    script.write_text(
        "import os, sys, json\nfrom evidencekit.media import worker\n"
        "real = worker.Worker._attempt\n"
        f"def attempt(self, request):\n{textwrap.indent(textwrap.dedent(body), '    ')}\n"
        "    return real(self, request)\n"
        "worker.Worker._attempt = attempt\nworker.main()\n"
    )
    return [sys.executable, "-I", str(script)]


def reading(name: str, what: str) -> str:
    """For :func:`worker`: what the image reader does instead of reading the file of that name."""
    return f"""
    from evidencekit.media.image import ImageReader
    from evidencekit.model import Kind, Reading
    from pathlib import Path
    def instead(*args):
        {what}
    if request['name'] == {name!r}: ImageReader.read = instead
    """


def test_files_of_every_kind_come_back_in_order(tmp_path: Path) -> None:
    files = []
    for number in range(60):
        path = tmp_path / f"{number}"
        if number % 3 == 0:
            png(path)
        elif number % 3 == 1:
            path.write_text(f"text {number}\n")
        else:
            path.write_bytes(os.urandom(3_000))
        files.append(path)
    with Readers(2) as readers:
        futures = [readers.submit(path, path.name, "UTC", tmp_path / f"out{path.name}") for path in files]
        kinds = [future.result(30).kind for future in futures]
    assert kinds == [Kind.IMAGE, Kind.DOCUMENT, Kind.OTHER] * 20


def test_mail_is_read_in_a_process_of_its_own_and_its_children_are_files(tmp_path: Path) -> None:
    path = mail(tmp_path / "a.eml")
    with Readers(1) as readers:
        first, second = (readers.submit(path, "a.eml", "UTC", tmp_path / out) for out in ("1", "2"))
        found = first.result(30)
        assert second.result(30).kind is Kind.EMAIL
    assert (found.kind, found.media_type, found.extension_matches) == (Kind.EMAIL, "message/rfc822", True)
    assert [(c.name, c.path.read_bytes()) for c in found.children] == [("log.csv", b"x,y\n1,2\n")]
    assert found.text == tmp_path / "1" / "text.txt"


def test_the_name_is_compared_with_the_content(tmp_path: Path) -> None:
    with Readers(1) as readers:
        found = readers.submit(png(tmp_path / "x"), "invoice.pdf", "UTC", tmp_path / "out").result(30)
    assert (found.media_type, found.extension_matches) == ("image/png", False)


@pytest.mark.parametrize("name", ["a\u202e.png", "a\nb", "\udcff\udc80.png", "x" * 255, "..", ""])
def test_hostile_names_pass(tmp_path: Path, name: str) -> None:
    with Readers(1) as readers:
        assert readers.submit(png(tmp_path / "x"), name, "UTC", tmp_path / "o").result(30).kind is Kind.IMAGE


def test_pages_are_made_in_the_worker(tmp_path: Path) -> None:
    path = tmp_path / "beep.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8_000, 0, "NONE", ""))
        file.writeframes(b"\xff\x3f" * 8_000)
    paper = sheet(PaperName.LETTER)
    with Readers(1) as readers:
        (tmp_path / "t").write_text("first line\n" * 200)
        words = readers.submit_pages(tmp_path / "t", "t.txt", "text/plain", "UTC", paper, tmp_path / "4")
        letter = readers.submit_pages(mail(tmp_path / "m"), "m.eml", "message/rfc822", "UTC", paper, tmp_path / "5")
        picture = readers.submit_pages(png(tmp_path / "x"), "x.png", "image/png", "UTC", paper, tmp_path / "1")
        sound = readers.submit_pages(path, "beep.wav", "audio/wav", "UTC", paper, tmp_path / "2")
        other = readers.submit_pages(path, "x", "application/zip", "UTC", paper, tmp_path / "3")
        assert picture.result(30).count == 1
        assert picture.result().pdf is not None
        assert words.result(30).count > 2
        assert letter.result(30).count == 1
        assert not words.result().warnings
        assert not letter.result().warnings
        assert len(sound.result(30).peaks) > 5
        assert (other.result(30).pdf, other.result().count) == (None, 0)


def test_a_file_that_cannot_be_opened_is_a_reading(tmp_path: Path) -> None:
    with Readers(1) as readers:
        found = readers.submit(tmp_path / "missing.jpg", "missing.jpg", "UTC", tmp_path / "o").result(30)
    assert found.kind is Kind.OTHER
    assert "cannot be opened" in found.warnings[0]


def test_a_file_that_kills_its_worker_is_named_for_what_it_is_and_the_others_are_read(tmp_path: Path) -> None:
    command = worker(tmp_path, "if request['name'] == 'killer.png' and request['do'] == 'read': os.abort()")
    files = [png(tmp_path / f"{n}.png") for n in range(20)]
    with Readers(2, command=command) as readers:
        names = [path.name for path in files]
        names[7] = "killer.png"
        futures = [readers.submit(p, n, "UTC", tmp_path / "o") for p, n in zip(files, names, strict=True)]
        readings = [future.result(60) for future in futures]
    killed = readings.pop(7)
    assert (killed.kind, killed.media_type, killed.extension_matches) == (Kind.IMAGE, "image/png", True)
    assert killed.facts == ()
    assert "The reader was stopped" in killed.warnings[0]
    assert all(reading.facts and not reading.warnings for reading in readings)


def test_a_file_that_kills_even_the_look_at_its_type_is_still_a_reading(tmp_path: Path) -> None:
    command = worker(tmp_path, "if request['name'] == 'killer': os._exit(3)")
    with Readers(1, command=command) as readers:
        found = readers.submit(png(tmp_path / "x"), "killer", "UTC", tmp_path / "o").result(60)
    assert (found.kind, found.media_type) == (Kind.OTHER, "application/octet-stream")
    assert found.warnings


def test_a_mail_that_kills_its_child_process(tmp_path: Path) -> None:
    command = worker(tmp_path, "if request['do'] == 'read' and self._single and 'bad' in request['name']: os.abort()")
    path = mail(tmp_path / "a.eml")
    with Readers(1, command=command) as readers:
        bad = readers.submit(path, "bad.eml", "UTC", tmp_path / "1")
        good = readers.submit(path, "good.eml", "UTC", tmp_path / "2")
        assert (bad.result(60).kind, bad.result().facts) == (Kind.EMAIL, ())
        assert good.result(60).facts


def test_pages_that_kill_the_worker_are_a_slip_sheet(tmp_path: Path) -> None:
    command = worker(tmp_path, "if request['do'] == 'pages': os.abort()")
    with Readers(1, command=command) as readers:
        pages = readers.submit_pages(
            png(tmp_path / "x"), "x", "image/png", "UTC", sheet(PaperName.LETTER), tmp_path / "o"
        ).result(60)
    assert (pages.pdf, pages.count) == (None, 0)
    assert "could not be put on paper" in pages.warnings[0]


def test_a_reader_that_fails_unforeseen_is_a_warning_and_a_new_worker(tmp_path: Path) -> None:
    body = reading("bad", "raise ZeroDivisionError('never shown: /secret/path')")
    with Readers(1, command=worker(tmp_path, body)) as readers:
        futures = [readers.submit(png(tmp_path / "x"), name, "UTC", tmp_path / "o") for name in ("bad", "good")]
        bad, good = (future.result(60) for future in futures)
    assert (bad.kind, bad.media_type, bad.facts) == (Kind.IMAGE, "image/png", ())
    assert "secret" not in bad.warnings[0]
    assert good.facts  # the patched class died with its process


@posix
def test_a_file_that_stalls_is_given_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "endless")
    with Readers(1, Limits(wall_seconds=0.4)) as readers:
        stuck = readers.submit(tmp_path / "endless", "x", "UTC", tmp_path / "o")
        assert "longer than 0.4 seconds" in stuck.result(30).warnings[0]


@posix
def test_processor_time_is_bounded(tmp_path: Path) -> None:
    command = worker(tmp_path, reading("busy", "while True: pass"))
    with Readers(1, Limits(cpu_seconds=0), command=command) as readers:
        found = readers.submit(png(tmp_path / "x"), "busy", "UTC", tmp_path / "o").result(60)
    assert found.kind is Kind.IMAGE
    assert "processor time" in found.warnings[0]


@pytest.mark.skipif(sys.platform != "linux", reason="address space is bounded on Linux only")
def test_memory_is_bounded(tmp_path: Path) -> None:
    command = worker(tmp_path, reading("big", "bytearray(1 << 30)"))
    with Readers(1, Limits(memory_bytes=700 << 20), command=command) as readers:
        futures = [readers.submit(png(tmp_path / "x"), name, "UTC", tmp_path / "o") for name in ("big", "good")]
        big, good = (future.result(60) for future in futures)
    assert big.kind is Kind.IMAGE
    assert "more memory" in big.warnings[0]
    assert good.facts


@posix
def test_what_a_reader_writes_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("line\n" * 500_000)
    with Readers(1, Limits(file_bytes=1 << 20)) as readers:
        found = readers.submit(path, "long.txt", "UTC", tmp_path / "o").result(60)
    assert (found.kind, found.text) == (Kind.DOCUMENT, None)
    assert "larger than a reader may write" in found.warnings[0]


def test_workers_are_replaced_after_so_many_files(tmp_path: Path) -> None:
    path = png(tmp_path / "x")
    with Readers(1, Limits(files_per_worker=4), command=worker(tmp_path, WRITE_PID)) as readers:
        futures = [readers.submit(path, "x.png", "UTC", tmp_path / f"o{n}") for n in range(11)]
        assert all(future.result(60).facts for future in futures)
    pids = [(tmp_path / f"o{n}" / "pid").read_text() for n in range(11)]
    assert [len(set(pids[n : n + 4])) for n in (0, 4, 8)] == [1, 1, 1]
    assert len(set(pids)) == 3


@posix
def test_a_worker_that_has_grown_is_replaced(tmp_path: Path) -> None:
    body = f"{WRITE_PID}\nworker.kept = b'x' * (80 << 20)"
    path = png(tmp_path / "x")
    with Readers(1, Limits(growth_bytes=40 << 20), command=worker(tmp_path, body)) as readers:
        for n in range(3):
            assert readers.submit(path, "x.png", "UTC", tmp_path / f"o{n}").result(60).facts
    assert len({(tmp_path / f"o{n}" / "pid").read_text() for n in range(3)}) == 3


@pytest.mark.parametrize(
    "answer",
    [
        "b'garbage that is no frame at all'",
        "b'\\0\\0\\0\\2{}'",
        "b'\\0\\0\\0\\2[]'",
        "(lambda b: len(b).to_bytes(4, 'big') + b)(json.dumps({'id': 1, 'reading': {'kind': 'image'}}).encode())",
        "(lambda b: len(b).to_bytes(4, 'big') + b)(json.dumps({'id': 99, 'failed': 'x'}).encode())",
        "b'\\xff\\xff\\xff\\xff' + bytes(100000)",
        "b''",
    ],
)
def test_a_worker_that_talks_nonsense_is_killed_and_the_file_listed(tmp_path: Path, answer: str) -> None:
    script = tmp_path / "liar.py"
    ready = "b'\\0\\0\\0\\x0e' + b'{\"ready\":true}'"
    script.write_text(
        f"import json, os\nos.read(0, 65536)\nos.write(1, {ready})\nos.write(1, {answer})\nos.read(0, 9)\n"
    )
    with Readers(1, Limits(wall_seconds=0.5), command=[sys.executable, "-I", str(script)]) as readers:
        found = readers.submit(png(tmp_path / "x"), "x.png", "UTC", tmp_path / "o").result(60)
    assert found.kind is Kind.OTHER
    assert found.warnings


@pytest.mark.parametrize("command", [["no-such-program-anywhere"], [sys.executable, "-c", "raise SystemExit(1)"]])
def test_a_worker_that_cannot_be_started_is_no_fault_of_the_files(tmp_path: Path, command: list[str]) -> None:
    with Readers(2, command=command) as readers:
        futures = [readers.submit(png(tmp_path / "x"), "x.png", "UTC", tmp_path / "o") for _ in range(50)]
        for future in futures:
            with pytest.raises(ReaderError):
                future.result(60)


def test_a_worker_cannot_pass_off_a_foreign_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    secret = str(tmp_path / "secret")
    body = reading("x.png", f"return Reading(Kind.IMAGE, 'image/png', True, 'i', '1', text=Path({secret!r}))")
    with Readers(1, command=worker(tmp_path, body)) as readers:
        found = readers.submit(png(tmp_path / "x"), "x.png", "UTC", tmp_path / "o").result(60)
    assert found.text is None
    assert found.warnings


def test_closing_ends_every_worker_at_once(tmp_path: Path) -> None:
    body = f"{WRITE_PID}\nimport time; time.sleep(600)"
    readers = Readers(2, command=worker(tmp_path, body))
    path = png(tmp_path / "x")
    futures = [readers.submit(path, "x.png", "UTC", tmp_path / f"o{n}") for n in range(40)]
    for _ in range(3_000):
        if any((tmp_path / f"o{n}" / "pid").exists() for n in range(40)):
            break
        threading.Event().wait(0.01)
    readers.close()
    assert all(future.done() for future in futures)
    for future in futures:
        with pytest.raises(Cancelled):
            future.result()
    with pytest.raises(Cancelled):
        readers.submit(path, "x", "UTC", tmp_path / "late").result(5)
    assert not [t for t in threading.enumerate() if t.name.startswith("reader-")]


def test_a_cancelled_future_is_not_read(tmp_path: Path) -> None:
    path = png(tmp_path / "x")
    with Readers(1) as readers:
        futures = [readers.submit(path, "x.png", "UTC", tmp_path / "o") for _ in range(200)]
        cancelled = [future for future in futures[100:] if future.cancel()]
        assert cancelled
        assert all(f.result(30).facts for f in futures if not f.cancelled())


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's fence is Linux's")
def test_the_worker_dies_with_its_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        textwrap.dedent(f"""
        import os, sys, time
        from pathlib import Path
        from evidencekit.media.contain import Readers
        os.mkfifo({str(tmp_path / "endless")!r})
        readers = Readers(1)
        readers.submit(Path({str(tmp_path / "endless")!r}), "x", "UTC", Path({str(tmp_path / "o")!r}))
        while readers._lanes["series"][0]._process is None: time.sleep(0.01)
        print(readers._lanes["series"][0]._process.pid, flush=True)
        os.abort()
        """)
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=False)
    pid = int(done.stdout)
    for _ in range(500):
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z":
            return
        threading.Event().wait(0.01)
    pytest.fail("the worker outlived its parent")


def test_the_parents_environment_stays_with_the_parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVIDENCEKIT_SECRET", "hunter2")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    body = "self._out = request['out']; os.makedirs(self._out, exist_ok=True)\n"
    body += "open(request['out'] + '/env', 'w').write(json.dumps(dict(os.environ)))"
    with Readers(1, command=worker(tmp_path, body)) as readers:
        readers.submit(png(tmp_path / "x"), "x.png", "UTC", tmp_path / "o").result(60)
    seen = json.loads((tmp_path / "o" / "env").read_text())
    assert set(seen) <= {"LC_ALL", "LANG", "TZ", "SYSTEMROOT", "WINDIR", "LC_CTYPE"}


def test_the_door_is_light() -> None:
    code = "import sys, evidencekit.media.contain; print([m for m in sys.modules if m.split('.')[0] in " \
           "{'PIL', 'av', 'pypdf', 'pikepdf', 'numpy', 'email', 'exifread', 'nh3', 'filetype', 'typst'}])"  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


def test_a_whole_png_survives_the_round_trip_of_facts(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (7, 5)).save(buffer, "PNG")
    (tmp_path / "x.png").write_bytes(buffer.getvalue())
    with Readers(1) as readers:
        found = readers.submit(tmp_path / "x.png", "x.png", "UTC", tmp_path / "o").result(30)
    assert {(f.name, f.value, f.basis) for f in found.facts} >= {
        ("width", 7, "png header"),
        ("height", 5, "png header"),
    }
