#!/usr/bin/env python3
"""Check this package without the software that made it: python3 verify.py (Python 3.8 or newer, nothing else).

Exit code 0: all holds; 1: not, with a line for each fault. Nothing is written. README-VERIFY.txt: the same by hand.
"""

import os
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
# Python looks for modules beside a script first: a json.py put there must not be taken for Python's own.
sys.path = [each for each in sys.path if os.path.realpath(each) != os.path.realpath(FOLDER)]

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any, Dict, List, Optional, Set, Tuple

try:
    from blake3 import blake3
except ImportError:
    blake3 = None  # type: ignore[assignment, misc]
PAYLOAD_LIST, TAG_LIST, BLAKE3_LIST = "manifest-sha256.txt", "tagmanifest-sha256.txt", "blake3sums.txt"
OTHERS = {"bagit.txt", "bag-info.txt", "README-VERIFY.txt", "verify.py", "ledger.jsonl", "checkpoint", "keys.txt"}
AGENT = re.compile("^Bag-Software-Agent: EvidenceKit [0-9A-Za-z.+-]{1,40}\n", re.MULTILINE)
SIGNATURE = re.compile("\u2014 ([!-~]+) ([A-Za-z0-9+/]{91}=)\n")
LONGEST = 1 << 20  # bytes of a line, and of what is read at once: memory stays small whatever the files hold
Point = Tuple[int, int, int, int]


def shown(text: object) -> str:
    """A text as it can be printed: characters that could deceive the eye are escaped."""
    return "".join(char if char.isprintable() else f"\\u{{{ord(char):x}}}" for char in str(text))


def list_folder(folder: Path, faults: List[str]) -> Set[str]:
    """The names of all files, and of all folders with a slash behind. A link, or what is no plain file, is a fault."""
    found, waiting = set(), [""]
    while waiting:
        prefix = waiting.pop()
        for entry in os.scandir(folder / prefix):
            linked = getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0) & 0x400  # Windows' own links
            if entry.is_dir(follow_symlinks=False) and not linked:
                waiting.append(prefix + entry.name + "/")
            elif entry.is_file(follow_symlinks=False) and not linked:
                found.add(prefix + entry.name)
            else:
                faults.append(f"{shown(prefix + entry.name)}: a link, or another thing that is not a file")
        found.update(waiting)
    return found


def read_list(folder: Path, name: str, expected: Set[str], faults: List[str]) -> Dict[str, str]:
    """Digest by file. Only one form is taken, so that nothing in a list can be changed without a fault."""
    listed, last = {}, b""
    with (folder / name).open("rb") as stream:
        for number, line in enumerate(iter(lambda: stream.readline(LONGEST), b""), 1):
            entry = re.fullmatch(rb"([0-9a-f]{64})  ([A-Za-z0-9._/-]+)\n", line)
            if not entry or entry[2] <= last:
                faults.append(f"{name}: line {number} is not a digest, two blanks and the next name in order")
            elif entry[2].decode() not in expected:
                faults.append(f"{entry[2].decode()}: listed in {name}, and not there or not to be listed")
            else:
                listed[entry[2].decode()] = entry[1].decode()
            last = entry[2] if entry else last
    return listed


def digest(path: Path, new: Any = hashlib.sha256) -> str:
    hasher = new()
    with path.open("rb") as stream:
        for piece in iter(lambda: stream.read(LONGEST), b""):
            hasher.update(piece)
    return str(hasher.hexdigest())


def start_of(path: Path) -> str:
    """The text of a file, or nothing where it is larger than it can be."""
    return (path.read_bytes() if path.stat().st_size < LONGEST else b"").decode("utf-8", "replace")


def check_files(folder: Path, faults: List[str]) -> bool:
    """Nothing missing, nothing added, each file with the digest listed. False when the rest cannot be checked."""
    found, tags = list_folder(folder, faults), {PAYLOAD_LIST, BLAKE3_LIST, *OTHERS}
    payload = {name for name in found if name.startswith("data/") and not name.endswith("/")}
    filled = {name[: at + 1] for name in payload for at, char in enumerate(name) if char == "/"}
    faults += [f"{shown(name)}: does not belong here" for name in sorted(found - payload - filled - tags - {TAG_LIST})]
    missing = sorted({TAG_LIST, *tags} - found)
    faults += [f"{name}: missing" for name in missing]
    lists = {PAYLOAD_LIST: (payload, hashlib.sha256), TAG_LIST: (tags, hashlib.sha256), BLAKE3_LIST: (payload, blake3)}
    for name, (wanted, new) in () if missing else lists.items():
        listed = read_list(folder, name, wanted, faults)
        faults += [f"{shown(each)}: not listed in {name}" for each in sorted(wanted - set(listed))]
        changed = [each for each in listed if new and digest(folder / each, new) != listed[each]]
        faults += [f"{each}: changed, its digest is not the one in {name}" for each in changed]
    return not missing


# Ed25519 as RFC 8032 section 5.1 gives it, in its strict reading. Points are (x, y, z, t) in extended coordinates.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a: Point, b: Point) -> Point:
    low, high = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    c, d = 2 * D * a[3] * b[3], 2 * a[2] * b[2]
    e, f, g, h = high - low, d - c, d + c, high + low
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(number: int, point: Point) -> Point:
    result = (0, 1, 1, 0)
    while number:
        result = add(result, point) if number & 1 else result
        point, number = add(point, point), number >> 1
    return result


def point_of(raw: bytes) -> Optional[Point]:
    """The point that 32 bytes stand for, or None. A second spelling of the same point is not allowed."""
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number % 2**255
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if len(raw) != 32 or y >= P or (x * x - square) % P or (sign and not x):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def signed_by(key: bytes, text: bytes, signature: bytes) -> bool:
    """Whether the signature (64 bytes) of the text was made with the key (32 bytes)."""
    a, r, s = point_of(key), point_of(signature[:32]), int.from_bytes(signature[32:], "little")
    base = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    if not a or not r or not base or s >= ORDER or len(signature) != 64:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + text).digest(), "little") % ORDER
    one, two = multiply(s, base), add(r, multiply(k, a))
    return not ((one[0] * two[2] - two[0] * one[2]) % P or (one[1] * two[2] - two[1] * one[2]) % P)


def read_line(raw: bytes, number: int, last: str, told: Any) -> None:
    """An open ledger line: it must follow the line before; it may tell of the case, of a key, of this production."""
    line = json.loads(raw.decode("utf-8")) if raw.endswith(b"\n") else None
    if not isinstance(line, dict) or line.get("seq") != number - 1 or line.get("prev") != last:
        raise ValueError("it is no whole line that follows the one before")
    act = line.get("act")
    if act == "create" and number == 1:
        told["create"] = line
    elif act == "key-add":
        name, key_id, text = str(line.get("key")).split("+", 2)
        key = base64.b64decode(text)[1:]  # behind a byte that names the algorithm
        told["keys"][name, key_id] = (key, line.get("person"), f"{line['key']}\n")
    elif act == "key-revoke":
        told["revoked"].setdefault(str(line.get("fingerprint")), number)
    elif act == "produce":
        told["produce"] = {**line, "line": number}


def read_ledger(folder: Path, faults: List[str]) -> Any:
    """Walk the chain of lines and compute the root of their tree (RFC 9162 section 2.1)."""
    told: Any = {"create": {}, "keys": {}, "revoked": {}, "signers": [], "produce": {"line": 0}, "size": 0, "closed": 0}
    last, heads = "0" * 64, []  # hashes of the full subtrees so far, the tallest first
    with (folder / "ledger.jsonl").open("rb") as stream:
        for number, raw in enumerate(iter(lambda: stream.readline(LONGEST), b""), 1):
            told["size"], line = number, raw[:-1]
            if re.fullmatch(rb"[0-9a-f]{64}", line) and raw.endswith(b"\n"):  # withheld: its hash stands in its place
                last, told["closed"] = line.decode(), told["closed"] + 1
            else:
                try:
                    read_line(raw, number, last, told)
                except (ValueError, RecursionError) as error:
                    faults.append(f"ledger.jsonl: line {number} was changed: {shown(error)}")
                last = hashlib.sha256(b"\0" + line).hexdigest()
            heads.append(bytes.fromhex(last))
            while number % 2 == 0:  # two full subtrees of one height become one
                heads[-2:], number = [hashlib.sha256(b"\1" + heads[-2] + heads[-1]).digest()], number // 2
    while len(heads) > 1:
        heads[-2:] = [hashlib.sha256(b"\1" + heads[-2] + heads[-1]).digest()]
    told["root"] = base64.b64encode(b"".join(heads)).decode()
    return told


def check_record(folder: Path, faults: List[str]) -> Any:
    """Ledger, checkpoint, keys and the list of the payload must all say the same."""
    told = read_ledger(folder, faults)
    text, _, tail = start_of(folder / "checkpoint").partition("\n\n")
    if text != f"evidencekit/{told['create'].get('case')}\n{told['size']}\n{told['root']}":
        faults.append("checkpoint: it was made over another ledger (the case, the number of lines or the root differ)")
    signatures = list(dict.fromkeys(SIGNATURE.findall(tail)))  # none counts twice
    if not signatures or "".join(f"\u2014 {name} {code}\n" for name, code in signatures) != tail:
        faults.append("checkpoint: its signature lines are damaged")
    for name, code in signatures:
        raw = base64.b64decode(code)
        key, person, _ = told["keys"].get((name, raw[:4].hex()), (b"", "nobody", ""))
        fingerprint = hashlib.sha256(key).hexdigest()
        told["signers"].append((fingerprint, shown(person)))
        if not signed_by(key, (text + "\n").encode(), raw[4:]) or base64.b64encode(raw).decode() != code:
            faults.append(f"checkpoint: it bears no true signature of {shown(name)} with a key that the ledger adds")
        if told["size"] > told["revoked"].get(fingerprint, told["size"]):
            faults.append(f"checkpoint: signed with a key that ledger line {told['revoked'][fingerprint]} withdrew")
    if start_of(folder / "keys.txt") != "".join(line for _, _, line in told["keys"].values()):
        faults.append("keys.txt: it does not list the keys that the ledger's lines add")
    case, made = told["create"], told["produce"]
    if made.get("manifest") != digest(folder / PAYLOAD_LIST):  # anybody can write new lists; nobody else can sign them
        faults.append(f"{PAYLOAD_LIST}: the ledger (line {made['line']}) does not say that this was produced")
    sizes = [os.path.getsize(each) for each in (folder / "data").rglob("*") if each.is_file()]
    said = f"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n\0\nSource-Organization: {case.get('agency', '')}"
    said += f"\nExternal-Identifier: {case.get('number')}, production {made.get('production')}\n"
    said += f"External-Description: {made.get('first')} to {made.get('last')}\n"
    said += f"Bagging-Date: {str(made.get('time'))[:10]}\nPayload-Oxum: {sum(sizes)}.{len(sizes)}\n"
    lines = [shown(" ".join(each.split())) for each in said.split("\n") if not each.endswith(": ")]
    info = AGENT.sub("", start_of(folder / "bag-info.txt"), 1).replace("\n  ", " ")
    if [shown(each) for each in f"{start_of(folder / 'bagit.txt')}\0\n{info}".split("\n")] != lines:
        faults.append(f"bagit.txt, bag-info.txt: what was signed, and lies here, is {'; '.join(lines[3:-1])}")
    return told


def main() -> int:
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a console may lack a letter
    folder = Path(FOLDER)
    faults: List[str] = []
    told: Any = None
    try:
        told = check_record(folder, faults) if check_files(folder, faults) else None
    except OSError as error:
        faults.append(f"{shown(error.filename)}: cannot be read ({error.strerror}); nothing behind it was checked")
    print("".join(f"FAULT  {fault}\n" for fault in faults), end="")
    print(f"{len(faults)} fault(s): this cannot be shown to be what was produced." if faults else "All holds.")
    if told:
        print("This script cannot know whose key it is. Compare with the letter, which came apart from this package:")
        print(f"  ledger, root   {told['size']} lines ({told['closed']} given as their hash only), {told['root']}")
        for fingerprint, person in told["signers"]:
            print(f"  signed with    {fingerprint}, a key of {person}, as the ledger says")
        for name in (TAG_LIST, "verify.py"):
            print(f"  SHA-256        {digest(folder / name)}  {name}")
        print("A changed script could print anything: compute these two with another program, such as sha256sum.")
    if not sys.modules.get("blake3"):
        print("Not checked: the BLAKE3 digests, for Python's module blake3 is not here; b3sum -c checks them by hand.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
