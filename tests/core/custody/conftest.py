"""A small package that proves itself, and the tools that others would check it with."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

import resources
from evidencekit.casefile import TOOL
from evidencekit.custody.bag import close_bag, write_payload_manifests
from evidencekit.custody.baginfo import AGENT, info_of
from evidencekit.custody.checkpoint import Checkpoint, Signer
from evidencekit.custody.digest import digest_file
from evidencekit.custody.extract import write_extract
from evidencekit.custody.keys import Home, format_keys
from evidencekit.custody.known import Known, know
from evidencekit.custody.ledger import Ledger, read_ledger, start_ledger
from evidencekit.custody.lines import Entry, Line

UUID = "0b5c1f60-0000-4000-8000-000000000001"
PERSON = "A. Rivera, clerk"
OFFICE = "Office of the District Attorney of a County with a name that is longer than one line of a tag file"
OPEN = ("create", "key-add", "produce")
PAYLOAD = {
    "data/index.csv": b"BEGBATES,NAME\r\nP000001,IMG_2041.PNG\r\n",
    "data/load/production.dat": b"\xef\xbb\xbf\xc3\xbeBEGBATES\xc3\xbe\r\n",
    "data/natives/P000001.png": bytes(range(256)) * 8,
    "data/pdf/P000001.pdf": b"%PDF-1.7\none page\n",
    "data/text/P000001.txt": b"",
}


def produced(number: int, manifest: str) -> Entry:
    """The line that says what left."""
    fields = {"production": number, "first": "P000001", "last": "P000001", "manifest": manifest}
    return Entry("produce", {**fields, "record": number, "sha256": "5" * 64})


class Made:
    """A package in ``bag``, the case's own ledger in ``case``, and who signed."""

    def __init__(
        self, root: Path, signer: Signer, payload: dict[str, bytes], earlier: int = 9, case: str = UUID
    ) -> None:
        self.case, self.bag, self.signer = root / "case", root / "bag", signer
        self.case.mkdir(parents=True)
        start_ledger(self.case, case, {"number": "26CR00417", "agency": OFFICE}, signer, PERSON)
        for number in range(earlier):
            self.writer().commit([Entry("view", {"item": f"ITEM-{number:04}"})])
        for name, content in payload.items():
            (self.bag / name).parent.mkdir(parents=True, exist_ok=True)
            (self.bag / name).write_bytes(content)
        self.manifest = list_payload(self.bag)
        self.checkpoint = self.writer().commit([produced(1, self.manifest)])
        self.put_record(self.checkpoint)
        for name in ("verify.py", "README-VERIFY.txt"):
            (self.bag / name).write_bytes(resources.data(f"verify/{name}"))
        self.tag_manifest = close(self.bag)

    def writer(self) -> Ledger:
        return Ledger(self.case, read_ledger(self.case / "ledger.jsonl", self.case / "checkpoint"), self.signer, PERSON)

    def put_record(self, checkpoint: Checkpoint, keys: str = "") -> None:
        (self.bag / "ledger.jsonl").unlink(missing_ok=True)
        write_extract(
            self.case / "ledger.jsonl", checkpoint.size, self.bag / "ledger.jsonl", lambda line: line.act in OPEN
        )
        (self.bag / "checkpoint").write_bytes(checkpoint.note())
        (self.bag / "keys.txt").write_text(keys or format_keys((self.signer.public,)), newline="\n")


def knowing(folder: Path, made: Made, **more: object) -> Home:
    """The folder of a user who worked on the case as it is now."""
    state = read_ledger(made.case / "ledger.jsonl", made.case / "checkpoint", roots_at=frozenset({1, 12}))
    keys = {key.fingerprint: state.revoked.get(key.name, 0) for key in state.keys}
    home, case = Home(folder), state.case_uuid
    know(home, replace(Known(case, "26CR00417", OFFICE, dict(state.roots), keys), **more))  # type: ignore[arg-type]
    return home


def list_payload(bag: Path) -> str:
    files = sorted(each for each in (bag / "data").rglob("*") if each.is_file())
    return write_payload_manifests(bag, {each.relative_to(bag).as_posix(): digest_file(str(each))[0] for each in files})


def close(bag: Path) -> str:
    """Write the bag's own files anew, as its ledger has it."""
    lines: dict[str, Line] = {}
    read_ledger(bag / "ledger.jsonl", None, visit=lambda line: lines.update({line.act: line}), allow_withheld=True)
    return close_bag(bag, (*info_of(lines["create"], lines["produce"]), (AGENT, TOOL)))


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Made:
    root = tmp_path_factory.mktemp("made")
    return Made(root, Home(root / "home").signer(UUID), PAYLOAD)


@pytest.fixture
def bag(made_once: Made, tmp_path: Path) -> Path:
    """A copy of the package, to be changed."""
    return Path(shutil.copytree(made_once.bag, tmp_path / "bag"))


@pytest.fixture(scope="session")
def script() -> ModuleType:
    """The script of a package as a module."""
    spec = importlib.util.spec_from_file_location("package_verify", resources.path("verify/verify.py"))
    assert spec is not None
    assert spec.loader is not None
    module, paths = importlib.util.module_from_spec(spec), sys.path
    spec.loader.exec_module(module)
    sys.path = paths
    return module


@pytest.fixture
def run_script(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[Path], list[str]]:
    """Run the script on a package, here and now; gives the faults it prints, after a look at its exit code."""

    def run(bag: Path) -> list[str]:
        monkeypatch.setattr(script, "FOLDER", str(bag))
        capsys.readouterr()
        code = script.main()
        printed = capsys.readouterr().out.splitlines()
        faults = [line.removeprefix("FAULT  ") for line in printed if line.startswith("FAULT  ")]
        assert code == (1 if faults else 0)
        assert ("All holds." in printed) is not bool(faults)
        return faults

    return run
