"""Whether a BagIt bag is complete and valid (RFC 8493 section 3; versions 0.93 to 1.0). Writes and fetches nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from evidencekit.custody.bagfiles import Contents, Hashes, hash_files, list_files, read_small
from evidencekit.custody.bagtext import (
    ALGORITHMS,
    BadTag,
    Declaration,
    Listing,
    read_declaration,
    read_fetch,
    read_info,
    read_manifest,
    read_text,
    unescaped,
)
from evidencekit.custody.names import shown
from evidencekit.job import Job
from evidencekit.model import Finding

_MANIFEST = re.compile(r"(tag)?manifest-([a-z0-9]+)\.txt")
_OXUM = re.compile(r"([0-9]{1,18})\.([0-9]{1,18})")
_LARGEST = 512 << 20  # bytes of one tag file that is read as text


@dataclass(slots=True)
class Examined:
    """What a bag showed: ``notes`` are worth knowing and no fault; ``digests`` of the files that manifests list, by
    name on the disk; ``listed`` the names on the disk that each manifest lists, by the manifest's name."""

    contents: Contents
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    digests: dict[str, Hashes] = field(default_factory=dict)
    listed: dict[str, dict[str, str]] = field(default_factory=dict)

    def fault(self, code: str, message: str, name: str) -> None:
        self.findings.append(Finding(code, message, path=shown(name)))

    @property
    def payload(self) -> dict[str, int]:
        """Sizes of the payload's files by name."""
        return {name: size for name, size in self.contents.files.items() if name.startswith("data/")}


def check_bag(bag: Path, job: Job) -> list[Finding]:
    """Every fault that keeps a bag from being complete and valid. Raises :class:`~evidencekit.errors.Cancelled`."""
    return examine(bag, job).findings


def examine(bag: Path, job: Job, also: frozenset[str] = frozenset()) -> Examined:
    """Check a bag; of its payload take the digests of the algorithms ``also`` in the same pass."""
    contents = list_files(bag)
    found = Examined(contents, list(contents.findings))
    declared = _declaration(bag, found)
    if "data" not in contents.folders:
        found.fault("bag-data", "The payload folder data is missing.", "data")
    manifests = _manifests(bag, declared, found)
    places = _Places(contents.files, strict=declared.strict)
    for name, listing in manifests.items():
        found.listed[name] = _located(name, listing, places, found)
    _check_listed(found, declared)
    _check_fetch(bag, declared, found, places)
    _check_info(bag, declared, found)
    _check_digests(bag, found, job, also)
    return found


def _declaration(bag: Path, found: Examined) -> Declaration:
    if "bagit.txt" not in found.contents.files:
        found.fault("bag-declaration", "bagit.txt is missing: the folder does not say that it is a bag.", "bagit.txt")
    else:
        try:
            return read_declaration(_bytes(bag, "bagit.txt"))
        except BadTag as error:
            found.fault("bag-declaration", f"bagit.txt cannot be relied on: {error}.", "bagit.txt")
    return Declaration("1.0", "utf-8")


def _bytes(bag: Path, name: str) -> bytes:
    """A tag file's bytes. Raises :class:`BadTag`."""
    try:
        return read_small(bag, name, _LARGEST)
    except OSError as error:
        raise BadTag(f"it cannot be read ({error.strerror})") from error


def _text(bag: Path, name: str, declared: Declaration, found: Examined) -> str | None:
    try:
        return read_text(_bytes(bag, name), declared)
    except BadTag as error:
        found.fault("bag-text", f"{name} cannot be read: {error}.", name)
        return None


def _manifests(bag: Path, declared: Declaration, found: Examined) -> dict[str, Listing]:
    """Every manifest by its name, with its lines' faults told."""
    listings = {}
    for name in found.contents.files:
        match = _MANIFEST.fullmatch(name)
        if match is None:
            continue
        if match[2] not in ALGORITHMS:
            found.fault("bag-algorithm", f"{name} uses an algorithm that is not known here; it was not checked.", name)
            continue
        text = _text(bag, name, declared, found)
        if text is not None:
            listings[name] = read_manifest(text, match[2], tags=bool(match[1]), strict=declared.strict)
            _tell(listings[name], name, found)
    if not any(name.startswith("manifest-") for name in listings):
        message = "There is no payload manifest that can be checked: nothing says what the payload should be."
        found.fault("bag-manifest", message, "manifest-sha256.txt")
    return listings


def _tell(listing: Listing, name: str, found: Examined) -> None:
    for code, message in listing.faults:
        found.fault(code, f"{name}: {message}.", name)
    found.notes.extend(f"{name}: {message}; a strict program refuses that." for message in listing.notes)


class _Places:
    """Finds the file that a manifest means. Systems write one name's accents in two ways; old bags escape names or
    do not."""

    def __init__(self, files: Iterable[str], *, strict: bool) -> None:
        self._files, self._strict = frozenset(files), strict
        self._composed: dict[str, list[str]] | None = None

    def find(self, path: str) -> str | None:
        for candidate in (path,) if self._strict else (path, unescaped(path)):
            if candidate in self._files:
                return candidate
        if path.isascii():
            return None
        if self._composed is None:
            self._composed = {}
            for name in self._files:
                self._composed.setdefault(unicodedata.normalize("NFC", name), []).append(name)
        alike = self._composed.get(unicodedata.normalize("NFC", path), [])
        return alike[0] if len(alike) == 1 else None


def _located(manifest: str, listing: Listing, places: _Places, found: Examined) -> dict[str, str]:
    located: dict[str, str] = {}
    for path, digest in listing.entries.items():
        name = places.find(path)
        if name is None:
            found.fault("bag-missing", f"{shown(path)} is listed in {manifest} and is not there.", path)
            continue
        if name != path:
            found.notes.append(f"{manifest} writes the name of {shown(name)} in another way than the disk does.")
        if located.setdefault(name, digest) != digest:
            found.fault("bag-twice", f"{manifest} lists {shown(name)} under two spellings, with two digests.", name)
    return located


def _check_listed(found: Examined, declared: Declaration) -> None:
    """Every payload file stands in every payload manifest (before 1.0: in one), every payload manifest in every tag
    manifest."""
    payload = [name for name in found.listed if name.startswith("manifest-")]
    for name in found.payload:
        lacking = [manifest for manifest in payload if name not in found.listed[manifest]]
        if lacking and (declared.strict or len(lacking) == len(payload)):
            found.fault("bag-unlisted", f"{shown(name)} is not listed in {', '.join(lacking)}.", name)
    if not declared.strict:
        return
    for name, listed in found.listed.items():
        if name.startswith("tag"):
            for manifest in payload:
                if manifest not in listed:
                    found.fault("bag-tag-unlisted", f"{name} does not list {manifest}.", name)


def _check_fetch(bag: Path, declared: Declaration, found: Examined, places: _Places) -> None:
    if "fetch.txt" not in found.contents.files:
        return
    text = _text(bag, "fetch.txt", declared, found)
    if text is None:
        return
    listing = read_fetch(text, strict=declared.strict)
    _tell(listing, "fetch.txt", found)
    payload = [listed for name, listed in found.listed.items() if name.startswith("manifest-")]
    for path in listing.entries:
        name = places.find(path)
        if name is None:
            message = f"{shown(path)} is not here: fetch.txt says where it once was. Nothing was fetched."
            found.fault("bag-fetch", message, path)
        elif not any(name in listed for listed in payload):
            found.fault("bag-fetch", f"fetch.txt names {shown(path)}, which no manifest lists.", path)


def _check_info(bag: Path, declared: Declaration, found: Examined) -> None:
    name = "package-info.txt" if declared.version in ("0.93", "0.94", "0.95") else "bag-info.txt"
    if name not in found.contents.files:
        return
    text = _text(bag, name, declared, found)
    if text is None:
        return
    told, faults = read_info(text, strict=declared.strict)
    for fault in faults:
        found.fault("bag-info", f"{name}: {fault}.", name)
    sums = [value for label, value in told if label.casefold() == "payload-oxum"]
    if len(sums) > 1:
        found.fault("bag-oxum", f"{name} states Payload-Oxum more than once.", name)
    for value in sums:
        stated = _OXUM.fullmatch(value)
        payload = found.payload
        if stated is None:
            found.fault("bag-oxum", f"{name}: the Payload-Oxum {shown(value[:60])} is not two numbers.", name)
        elif (int(stated[1]), int(stated[2])) != (sum(payload.values()), len(payload)):
            message = (
                f"{name} states {stated[1]} bytes in {stated[2]} files; the payload has {sum(payload.values())} bytes "
                f"in {len(payload)} files."
            )
            found.fault("bag-oxum", message, name)


def _check_digests(bag: Path, found: Examined, job: Job, also: frozenset[str]) -> None:
    sizes = found.contents.files
    for tags, extra in ((False, also), (True, frozenset[str]())):
        manifests = {name: listed for name, listed in found.listed.items() if name.startswith("tag") is tags}
        wanted = {name: sizes[name] for listed in manifests.values() for name in listed}
        algorithms = frozenset(_algorithm(name) for name in manifests) | extra
        digests, failed = hash_files(bag, wanted, algorithms, job, "reading the package")
        found.digests.update(digests)
        for name, why in sorted(failed.items()):
            found.fault("bag-unreadable", f"{shown(name)} cannot be read ({why}).", name)
        for manifest, listed in manifests.items():
            for name, digest in listed.items():
                if name in digests and digests[name][_algorithm(manifest)] != digest:
                    message = f"{shown(name)} was changed: its digest is not the one that {manifest} lists."
                    found.fault("bag-digest", message, name)


def _algorithm(manifest: str) -> str:
    return manifest.removesuffix(".txt").rpartition("-")[2]
