"""Lines that chain and are signed, and yet hold what no line of their act ever held: damage, never a crash."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from evidencekit.casefile import create_case, read_case
from evidencekit.casefile.history import history
from evidencekit.custody import fields
from evidencekit.custody import ledger as ledger_module
from evidencekit.custody.checkpoint import Checkpoint
from evidencekit.custody.fields import misfit
from evidencekit.custody.keys import Home
from evidencekit.custody.ledger import Ledger, read_ledger
from evidencekit.custody.lines import ACTS, BadLine, Entry, Line, decode
from evidencekit.errors import CaseError
from evidencekit.job import Job
from evidencekit.model import CaseInfo
from evidencekit.verify import verify_path

# Every field that any act has.
NAMES = sorted({*fields._COMMON, *(name for own in fields._OWN.values() for name in own)})


def line(act: str, **own: Any) -> Line:
    return Line(7, "2026-04-10T17:02:11.123456Z", "A. Rivera", act, own)


ACQUIRED = {"acquisition": 1, "sha256": "0" * 64, "items": 2, "first": "ITEM-0001", "last": "ITEM-0002"}


@pytest.mark.parametrize(
    "sound",
    [
        line("acquire", **ACQUIRED),
        line("acquire", acquisition=1, sha256="0" * 64, items=0),
        line("duplicate", acquisition=1, items=[{"item": "ITEM-0002", "of": "ITEM-0001"}]),
        line("verify", findings=0, items=4, lines=9, root=None),
        line("exhibit", label="1", items=["ITEM-0001"]),
        line("derive", bind=9, files=[{"name": "Binder.pdf", "sha256": "0" * 64}]),
        line("derive", made="transcript", item="ITEM-0001", version=1, sha256="0" * 64),
        line("recover", why="x", files=2, bytes=3),
        line("release", to="B. Ng", back=True, unheard_of=[{"x": None}]),
        line("dispose"),
    ],
)
def test_what_the_tool_writes_fits(sound: Line) -> None:
    assert misfit(sound) is None


@pytest.mark.parametrize(
    ("odd", "field"),
    [
        (line("acquire", **{**ACQUIRED, "items": ["ITEM-0001"]}), "items"),
        (line("acquire", **{**ACQUIRED, "items": True}), "items"),
        (line("acquire", **{**ACQUIRED, "last": "ITEM-99999999999999"}), "last"),
        (line("acquire", acquisition=1, sha256="0" * 64, items=1, first="ITEM-0001"), "last"),
        (line("acquire", acquisition=-1, sha256="0" * 64, items=0), "acquisition"),
        (line("duplicate", items=["ITEM-0001"]), "items"),
        (line("duplicate", items=[{"item": 5, "of": "x"}]), "items"),
        (line("exhibit", items=["ITEM-0001"]), "label"),
        (line("exhibit", label="1", items="ITEM-0001"), "items"),
        (line("exhibit", label="1", items=[5]), "items"),
        (line("derive", files=[{"name": "x"}]), "files"),
        (line("derive", made="transcript", item="ITEM-0001", version=1), "sha256"),
        (line("receive", back=1), "back"),
        (line("anchor", covers="5"), "covers"),
        (line("verify", root=5), "root"),
        (line("withdraw", label=["1"]), "label"),
    ],
)
def test_what_does_not_is_named(odd: Line, field: str) -> None:
    assert misfit(odd) == field


def test_an_act_that_is_no_word_is_refused() -> None:
    head = '{"act":%s,"actor":"A","prev":"' + "0" * 64 + '","salt":"' + "0" * 32
    tail = '","seq":0,"time":"2026-04-10T17:02:11.123456Z","v":1}'
    for act in ("[]", "{}", "5", "null", '["view"]'):
        with pytest.raises(BadLine, match="its act is"):
            decode(((head % act) + tail).encode(), seq=0, prev="0" * 64)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Home]:
    folder, home = tmp_path_factory.mktemp("odd"), Home(tmp_path_factory.mktemp("forger"))
    create_case(folder / "case", CaseInfo("", "1", "People v. X", "UTC"), home, "A. Forger")
    return folder / "case", home


def test_the_tool_itself_never_writes_such_a_line(made: tuple[Path, Home], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(made[0], tmp_path / "case"))
    state = read_ledger(folder / "ledger.jsonl", folder / "checkpoint")
    before = (folder / "ledger.jsonl").read_bytes()
    writer = Ledger(folder, state, made[1].signer(state.case_uuid), "A. Forger")
    with pytest.raises(BadLine, match="its field items"):
        writer.commit([Entry("exhibit", {"label": "1", "items": 5})])
    assert (folder / "ledger.jsonl").read_bytes() == before


def _value(chance: random.Random, depth: int = 0) -> Any:
    sort = chance.randrange(10)
    if sort < 4:
        return chance.choice([None, True, False, 0, 1, 2, 3, -1, 2**52])
    if sort < 7 or depth > 1:
        return chance.choice(["", "x", "ITEM-0001", "ITEM-x", "0" * 64, "2026-01-01T00:00:00Z", "receive", "hold"])
    if sort < 9:
        return [_value(chance, depth + 1) for _ in range(chance.randrange(3))]
    return {chance.choice(NAMES): _value(chance, depth + 1) for _ in range(chance.randrange(3))}


@pytest.mark.parametrize("turns", [25, pytest.param(2_000, marks=pytest.mark.slow)])
def test_no_line_that_somebody_can_sign_brings_verify_down(
    made: tuple[Path, Home], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, turns: int
) -> None:
    folder, home = Path(shutil.copytree(made[0], tmp_path / "case")), made[1]
    whole = {name: (folder / name).read_bytes() for name in ("ledger.jsonl", "checkpoint")}
    chance = random.Random(turns)
    found = 0
    for _ in range(turns):
        for name, data in whole.items():
            (folder / name).write_bytes(data)
        state = read_ledger(folder / "ledger.jsonl", folder / "checkpoint")
        writer = Ledger(folder, state, home.signer(state.case_uuid), "A. Forger")
        acts = chance.choices(sorted(ACTS - {"create", "key-add"}), k=3)
        odd = [
            Entry(act, {name: _value(chance) for name in chance.sample(NAMES, chance.randrange(14))}) for act in acts
        ]
        with monkeypatch.context() as forging:
            forging.setattr(ledger_module, "misfit", lambda line: None)
            note = writer.commit([each for each in odd if each.act != "key-revoke"])
        assert isinstance(note, Checkpoint)
        found += not verify_path(folder, home, Job()).ok
        verify_path(folder / "ledger.jsonl", home, Job())
        history(folder, {})
        try:
            read_case(folder, home).close()
        except CaseError:
            continue
    assert found > turns // 2
