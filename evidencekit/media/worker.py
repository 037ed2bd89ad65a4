"""The process in which hostile files are opened: ``python -I -m evidencekit.media.worker``.

Standard input brings requests, standard output takes answers, both framed as in :mod:`evidencekit.media.wire`.
The first message sets the limits and the manner: ``series`` reads file after file; ``single`` reads each file in a
process of its own, forked from this one, which itself never opens a file; ``outside`` does so and may start the
programs that the message lists.
"""

from __future__ import annotations

import errno
import os
import sys
from dataclasses import replace
from pathlib import Path

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media import confine
from evidencekit.media.filetypes import ExtensionRules
from evidencekit.media.identify import Identity, form_at, identify
from evidencekit.media.messages.tablework import form_questions
from evidencekit.media.outside import VARIABLE
from evidencekit.media.protocol import Look, Reader, Source
from evidencekit.media.readers import needs_programs, reader_for
from evidencekit.media.wire import (
    Inbox,
    Message,
    pack,
    pack_pages,
    pack_preview,
    pack_reading,
    pack_study,
    unpack_context,
)
from evidencekit.model import Pages, Preview, Reading, Study
from evidencekit.printing.paper import Sheet
from evidencekit.sense.text import name_proposals


class Worker:
    """Answers requests until told, or bound, to stop."""

    def __init__(self, settings: Message, answers: int) -> None:
        self._settings = settings
        self._answers = answers
        self._rules = ExtensionRules()
        self._job = Job()
        self._single = settings["manner"] != "series"
        self._outside = settings["manner"] == "outside"
        self._forks = self._single and hasattr(os, "fork")
        self._forking = False
        self._out = ""
        self._done = 0
        self._memory = Memory()
        self._at_first = self._memory.held()

    def confine(self) -> None:
        """Gives up what a reader does not need, once everything of ours is imported."""
        confine.limit(self._settings["memory_bytes"], self._settings["file_bytes"])
        held = confine.leave_the_network(programs=self._outside)
        sys.dont_write_bytecode = True
        programs = self._settings["programs"] if self._outside else []
        if sys.platform == "linux" and not held:
            programs = []
            os.environ.pop(VARIABLE, None)
        confine.fence(lambda: self._out, lambda: self._forking, programs)
        self._send({"ready": True})

    def answer(self, request: Message) -> bool:
        """Answers one request; False when this process should not read another file."""
        if self._forks:
            return self._answer_in_child(request)
        message, sound = self._attempt(request)
        self._done += 1
        grown = self._memory.held() - self._at_first > self._settings["growth_bytes"]
        last = self._single or not sound or grown or self._done >= self._settings["files"]
        self._send({**message, "id": request["id"], "last": last})
        return not last

    def _answer_in_child(self, request: Message) -> bool:
        self._forking = True
        child = os.fork()
        self._forking = False
        if child == 0:
            confine.die_with_parent()
            message, _ = self._attempt(request)
            self._send({**message, "id": request["id"], "last": False})
            os._exit(0)
        _, status = os.waitpid(child, 0)
        # A child that died has not answered: this process dies of it too, and the parent knows which file it was.
        return status == 0

    def _attempt(self, request: Message) -> tuple[Message, bool]:
        """The answer to a request, and whether this process is still to be trusted with another."""
        self._out = request["out"]
        confine.limit_cpu(self._settings["cpu_seconds"] + request["more_seconds"])
        try:
            if request["do"] == "pages":
                return self._pages(request)
            if request["do"] == "preview":
                return self._preview(request)
            if request["do"] == "study":
                return self._study(request)
            try:
                context = unpack_context(request)
                identity = identify(Path(request["path"]), request["name"], self._rules, context)
            except OSError as error:
                return {"failed": f"It cannot be opened ({error.strerror})."}, True
            if request["do"] == "identify":
                return {"identity": _identity(identity)}, True
            return self._read(request, identity)
        finally:
            self._out = ""

    def _read(self, request: Message, identity: Identity) -> tuple[Message, bool]:
        reader = reader_for(identity.media_type, identity.form)
        if elsewhere := self._elsewhere(reader, "read", identity.media_type):
            return elsewhere, True
        source = _source(request, identity.media_type, identity.form)
        try:
            reading, sound = reader.read(source, Path(request["out"]), self._job), True
            named = name_proposals(source.untrusted_name, source.case_zone)
            reading = replace(reading, proposals=(*reading.proposals, *named))
            if not source.context.answer("form"):
                asked = form_questions(source.path, source.media_type)
                reading = replace(reading, questions=(*reading.questions, *asked))
        except Exception as error:  # noqa: BLE001 — whatever a parser throws at a hostile file, the file is listed
            why, sound = _why(error)
            warning = f"{why} The file is preserved; nothing more was read from it."
            reading = Reading(reader.kind, source.media_type, True, reader.name, reader.version, warnings=(warning,))
        message = _without_path(pack_reading(reading), source.path)
        return {"reading": {**message, "matches": identity.extension_matches}}, sound

    def _pages(self, request: Message) -> tuple[Message, bool]:
        source = _known(request)
        reader = reader_for(source.media_type, source.form)
        if elsewhere := self._elsewhere(reader, "pages", source.media_type):
            return elsewhere, True
        try:
            pages, sound = reader.pages(source, Sheet(*request["sheet"]), Path(request["out"]), self._job), True
        except Exception as error:  # noqa: BLE001
            why, sound = _why(error)
            why = why if sound else f"{why} It is not printed; the native file goes beside the binder."
            pages = Pages(None, 0, warnings=(why,))
        return {"pages": _without_path(pack_pages(pages), source.path)}, sound

    def _preview(self, request: Message) -> tuple[Message, bool]:
        source = _known(request)
        reader = reader_for(source.media_type, source.form)
        if elsewhere := self._elsewhere(reader, "preview", source.media_type):
            return elsewhere, True
        try:
            preview, sound = reader.preview(source, Look(*request["look"]), Path(request["out"]), self._job), True
        except Exception as error:  # noqa: BLE001
            why, sound = _why(error)
            preview = Preview(None, None, 0, warnings=(why if sound else f"{why} It cannot be shown.",))
        return {"preview": _without_path(pack_preview(preview), source.path)}, sound

    def _study(self, request: Message) -> tuple[Message, bool]:
        from evidencekit.media.studies import study

        source = _source(request, request["media_type"], "")
        try:
            found = study(request["work"], source, request["settings"], Path(request["out"]), self._job)
            sound = True
        except Exception as error:  # noqa: BLE001
            why, sound = _why(error)
            found = Study(None, (why,))
        return {"study": _without_path(pack_study(found), source.path)}, sound

    def _elsewhere(self, reader: Reader, work: str, media_type: str) -> Message | None:
        """The answer that asks for a worker of another manner, when this one is not what the reader needs."""
        if not self._outside and needs_programs(reader, work, media_type):
            return {"again": "outside"}
        return {"again": "single"} if reader.one_shot and not self._single else None

    def _send(self, message: Message) -> None:
        frame = memoryview(pack(message))
        while frame:
            frame = frame[os.write(self._answers, frame) :]


def _source(request: Message, media_type: str, form: str) -> Source:
    path, context = Path(request["path"]), unpack_context(request)
    return Source(path, request["name"], media_type, request["zone"], context, form)


def _known(request: Message) -> Source:
    """A file whose media type was found before; its form is looked for again."""
    path, media_type, context = Path(request["path"]), request["media_type"], unpack_context(request)
    try:
        form = form_at(path, media_type, request["name"], context)
    except OSError:
        form = ""  # the reader will say that it cannot be opened
    return _source(request, media_type, form)


def _identity(identity: Identity) -> Message:
    reader = reader_for(identity.media_type, identity.form)
    return {
        "kind": reader.kind.value,
        "media_type": identity.media_type,
        "matches": identity.extension_matches,
        "reader": reader.name,
        "version": reader.version,
    }


def _without_path(message: Message, path: Path) -> Message:
    """Libraries name the file in their complaints; a warning is printed, and must not tell where the file lies."""
    message["warnings"] = [warning.replace(str(path), "the file") for warning in message["warnings"]]
    return message


def _why(error: Exception) -> tuple[str, bool]:
    """What to say of an error, and whether the reader foresaw it."""
    if isinstance(error, ReaderError):
        return f"{error.what} {error.todo}", True
    if isinstance(error, MemoryError):
        return "Reading it needs more memory than a reader may use.", False
    if isinstance(error, RecursionError):
        return "It is nested too deeply to be read.", False
    if isinstance(error, FileNotFoundError):
        return "It is not where it was kept.", True
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "The disk is full.", True
    if isinstance(error, OSError) and error.errno == errno.EFBIG:
        return "What is in it is larger than a reader may write.", False
    return "The reader could not make sense of it.", False


class Memory:
    """How much memory this process holds."""

    def __init__(self) -> None:
        # A process inherits the peak that getrusage tells from the one that started it; statm is its own.
        self._statm = os.open("/proc/self/statm", os.O_RDONLY) if sys.platform == "linux" else -1

    def held(self) -> int:
        """Bytes now, or the most so far where the system tells only that; 0 where it tells nothing."""
        if self._statm >= 0:
            return int(os.pread(self._statm, 100, 0).split()[1]) * os.sysconf("SC_PAGE_SIZE")
        if sys.platform == "win32":
            return 0
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024


def take_the_pipes() -> tuple[int, int]:
    """The two pipes as descriptors of their own; what libraries print goes nowhere."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(0, os.O_BINARY)
        msvcrt.setmode(1, os.O_BINARY)
    requests, answers = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    return requests, answers


def hung_up(requests: int) -> bool:
    """Whether the parent ended while this process was starting, before it could ask to be killed along with it."""
    if sys.platform == "win32":
        return False
    import select

    poll = select.poll()
    poll.register(requests, 0)
    return bool(poll.poll(0))


def preload() -> None:
    """What every mail needs, imported before the first fork; none of it starts a thread."""
    import email.parser
    import email.policy  # noqa: F401

    import nh3  # noqa: F401

    import evidencekit.media.html
    import evidencekit.moments  # noqa: F401


def main() -> None:
    """Serves requests until the parent closes the pipe."""
    confine.die_with_parent()
    requests, answers = take_the_pipes()
    inbox = Inbox.of(requests)
    settings = inbox.next()
    if settings is None or hung_up(requests):
        return
    worker = Worker(settings, answers)
    if settings["manner"] != "series":
        preload()
    worker.confine()
    while (request := inbox.next()) is not None:
        if not worker.answer(request):
            break


if __name__ == "__main__":
    main()
