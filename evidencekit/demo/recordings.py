"""The voicemails of the synthetic case: which calls left one, in which kinds of file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from pathlib import Path

from evidencekit.demo import speech
from evidencekit.demo.plan import Tell, Wanted, Write, seeded
from evidencekit.demo.timeline import HANDED_OVER, Call, later, local

_FIRST = local("2026-01-09 22:00")
_KINDS = (".m4a", ".m4a", ".amr", ".m4a", ".wav", ".m4a", ".mp3", ".3gp")


def chosen(calls: Sequence[Call], count: int, seed: int) -> list[tuple[Call, int]]:
    """The calls whose messages are handed over, oldest first, each with its seconds (8 to 48). The one of 9 January
    is always among them."""
    left = [call for call in calls if call.voicemail]
    first = next(call for call in left if call.at >= _FIRST)
    others = [call for call in left if call is not first]
    count = min(count, len(left))
    spread = [others[n * len(others) // max(1, count - 1)] for n in range(count - 1)]
    rng = seeded(seed, "voicemail lengths")
    lengths = [47, *(rng.randrange(8, 49) for _ in spread)]
    return sorted(zip([first, *spread], lengths, strict=True), key=lambda pair: pair[0].at)


def voicemails(left: Sequence[tuple[Call, int]], seed: int) -> list[Wanted]:
    """One file for each; a kind without an encoder on this machine becomes m4a."""
    known = {kind: kind if speech.can_write(kind) else ".m4a" for kind in dict.fromkeys(_KINDS)}
    wanted = []
    for n, (call, seconds) in enumerate(left):
        root = "phone" if call.at < HANDED_OVER else "phone-april"
        digits = "".join(char for char in call.number if char.isdigit())
        name = f"voicemail-{digits}-{n + 1:02d}{known[_KINDS[n % len(_KINDS)]]}"
        key = "voicemail:first" if _FIRST <= call.at < later(_FIRST, hours=2) else f"voicemail:{n + 1:02d}"
        tells = (Tell(call.at, f"recording {n + 1}", to_victim=True),)
        wanted.append(Wanted(key, f"{root}/Voicemail/{name}", call.at, _spoken(call, seconds, seed), tells=tells))
    return wanted


def dispatch_call(seed: int) -> Write:
    """The call to the dispatcher on the day of the arrest."""
    at = local("2026-04-24 16:58")
    return _recorded(at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z"), 36, "Dispatch line 2", seed, "dispatch")


def _spoken(call: Call, seconds: int, seed: int) -> Write:
    created = later(call.at, seconds=seconds + 21).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
    return _recorded(created, seconds, f"Voicemail from {call.number}", seed, f"voice {call.at.isoformat()}")


def _recorded(created: str, seconds: int, title: str, seed: int, key: str) -> Write:
    def write(path: Path) -> None:
        rng = seeded(seed, key)
        speech.write_sound(path, speech.voice(seconds + rng.uniform(0.1, 0.9), rng), created, title)

    return write
