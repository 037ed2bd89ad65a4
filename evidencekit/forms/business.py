"""The draft certification of business records, Rule 902(11): for a records custodian outside the office to sign.

It covers files that a carrier, provider or other business handed over. The three elements are those of Rule
803(6)(A)-(C), which the custodian affirms or strikes; the program adds what it knows, receipt and digests.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from evidencekit.binder.words import plural
from evidencekit.casefile import Case
from evidencekit.errors import UsageError
from evidencekit.forms.certificate import (
    OTHER_RULE,
    Certificate,
    Section,
    by_hand_over,
    handed_over,
    write_certificate,
)
from evidencekit.forms.gather import Told, gather
from evidencekit.forms.written import Written
from evidencekit.printing.paper import PaperName

_ELEMENTS = (
    "I am the custodian of the records in the files of the schedule, or am otherwise qualified to make these "
    "statements by what I know of how the records are made and kept.",
    "Each record was made at or near the time of what it sets out, by somebody with knowledge of it or from "
    "information that somebody with knowledge passed on. (Rule 803(6)(A))",
    "Each record was kept in the course of a regularly conducted activity of the business or organization named "
    "above. (Rule 803(6)(B))",
    "Making such a record was a regular practice of that activity. (Rule 803(6)(C))",
    "The files are the originals of the records or exact copies of them.",
)
_RECORDS = (
    ("What the records are", ""),
    ("Account, number or person they concern", ""),
    ("Period they cover", ""),
    ("How they are made and kept", ""),
    ("", ""),
    ("How they were found and copied out", ""),
    ("Asked for by (warrant, subpoena or order, no., date)", ""),
)

_DIGESTS = (
    "The digests in the schedule were computed by the office from the files as it received them; equal digests mean "
    "equal bytes. The custodian may compute them from the records held (“sha256sum FILE”, “shasum -a 256 FILE”, "
    "“certutil -hashfile FILE SHA256”) and compare."
)


def write_business(
    case: Case,
    numbers: Sequence[str],
    labels: Sequence[str],
    out: Path,
    *,
    declarant: str = "",
    paper: PaperName = PaperName.LETTER,
) -> Written:
    """Write the draft for those items and exhibits as the PDF ``out``.

    Raises :class:`~evidencekit.errors.UnsoundError` for a case that fails its checks,
    :class:`~evidencekit.errors.UsageError` when none are named or one is unknown, and what ``write_document`` raises.
    """
    if not (numbers or labels):
        raise UsageError(
            "It is not said which business records this is about.", todo="Name them with --item or --exhibit."
        )
    told = gather(case, numbers, labels, sound=True)
    return write_certificate(case, told, business(told, declarant), out, paper)


def business(told: Told, declarant: str = "") -> Certificate:
    """The draft for the items of ``told``."""
    return Certificate(
        heading="Certification of records of a regularly conducted activity",
        rule="Fed. R. Evid. 902(11) and 803(6)",
        opening=(
            f"This certification concerns the records in {plural(len(told.items), 'file', 'files')} that stand in the "
            "schedule below. It is for the custodian of the records or another qualified person of the business "
            "or organization that they come from, who is to complete the blanks and strike what they cannot say.",
        ),
        declarant=declarant,
        about=[("Business or organization", ""), ("Its activity", ""), ("Address and telephone", ""), OTHER_RULE],
        sections=(
            Section("The records", rows=_RECORDS),
            Section("Statements", statements=_ELEMENTS),
        ),
        office=(
            *(
                Section(
                    f"As the office received them: hand-over {number}", rows=tuple(handed_over(told, number, items))
                )
                for number, items in by_hand_over(told.items).items()
            ),
            Section("The digests", says=(_DIGESTS,)),
        ),
        schedule=told.items,
        digest="SHA-256 as received",
    )
