"""What each fault means, in a sentence for people who know neither ledgers nor digests, and which to look at first."""

from __future__ import annotations

from collections.abc import Iterable

from evidencekit.model import Finding

# The order of the groups, and within them of nothing: a fault stands where it was found.
_HISTORY: dict[str, str] = {
    "ledger-missing": "The history of the case is not there, so nothing can be said about what was done to it.",
    "ledger-empty": "The history of the case holds nothing. It was emptied, or another file lies in its place.",
    "ledger-short": "Entries at the end of the history that was sealed are gone.",
    "ledger-line": "This entry of the history, or the one before it, is not what was written at the time.",
    "ledger-torn": "The last entry of the history is incomplete: it was cut off, or the file was damaged.",
    "ledger-root": "The history as it lies here is not the one that was signed.",
    "checkpoint-missing": "The signed seal over the history is not there, so the history cannot be held against it.",
    "checkpoint-damaged": "The signed seal over the history was changed or damaged; it no longer says what was signed.",
    "checkpoint-origin": "The signed seal belongs to another case and was put here.",
    "key-unknown": "The history was signed by somebody whose key it does not know, so the signature proves nothing.",
    "key-revoked": "The history was signed with a key that had been withdrawn before; a stolen key is used like this.",
    "signature-bad": "The signature does not fit what is said to have been signed: one of the two was changed.",
    "older-than-seen": "This computer has seen a later state of the case. What happened since is missing here.",
    "differs-from-seen": "This computer has seen another history of the case. One of the two was rewritten.",
    "against-case": "The printed page is about another case. If it is the letter to this package, that was made anew.",
    "against-short": "What was printed covers more than lies here: this is an older copy, or something was taken away.",
    "against-root": "The history here is not the one that was printed: it was rewritten, or another copy went its way.",
    "package-other-history": "Somebody made this package anew, or the history of the case was rewritten.",
    "package-other-key": "Somebody else than the people of this case, as known here, signed it: it may be made anew.",
    "package-other-case": "A package that somebody made anew looks like this: your case's number, and another case.",
    "package-ledger": "The history in the package is not one that a production of ours could have.",
    "package-keys": "The list of the signers' public keys is not the one that the history in the package gives.",
    "package-produce": "The history in the package does not say that it was ever produced.",
    "package-manifest": "What the package holds is not what was signed when it was produced, though its lists agree.",
    "seal-missing": "The seal that was set at that moment is gone; it no longer vouches for what was done up to then.",
    "seal-damaged": "A seal was changed or damaged; it can no longer vouch for what was done up to then.",
    "seal-newer": "A seal was set over more entries than the history holds now: entries are gone.",
    "seal-root": "The history is not the one that was sealed at that moment: it was rewritten since, or the seal was.",
    "keys-missing": "The list of the signers' public keys is gone. The history holds them; others rely on the list.",
    "keys-changed": "The list of the signers' public keys is not the one that the history gives.",
    "anchor-missing": "A time-stamp by an outside authority is gone, or what it was made of; it proves nothing then.",
    "anchor-changed": "A time-stamp by an outside authority was changed since it was taken in, or what it was made of.",
    "anchor-root": "The history is not the one that the outside authority time-stamped: it was rewritten since.",
    "anchor-bad": "A time-stamp by an outside authority does not say what is claimed, or its signature does not hold.",
    "transfer-broken": "Custody is said to have been received that nobody had given up so, or twice of the same.",
    "transfer-unsigned": "One of the two people of this transfer did not sign it, or their signature was removed.",
    "transfer-one-key": "Both sides of this transfer were signed with the same key, so one person could have made it.",
}
_ORIGINALS: dict[str, str] = {
    "originals-missing": "The folder that holds the evidence is gone.",
    "original-missing": "The file that was taken in as this item is gone.",
    "original-changed": "The file is no longer, bit for bit, the one that was taken in as this item.",
    "original-unreadable": "The file of this item could not be read, so it cannot be said whether it is unchanged.",
    "original-foreign": "Something lies among the evidence that was never taken in. It is not evidence of this case.",
}
_PACKAGE: dict[str, str] = {
    "bag-digest": "The file is no longer, bit for bit, the one that was packed.",
    "package-blake3": "The file is no longer, bit for bit, the one that was packed.",
    "bag-missing": "A file that was packed is gone.",
    "package-missing": "A file that every package has is gone.",
    "bag-unlisted": "A file lies in the package that was not packed; it may have been put there later.",
    "package-unlisted": "A file lies in the package that its lists do not name; it may have been put there later.",
    "package-extra": "A file lies in the package that was not packed; it may have been put there later.",
    "package-folder": "A folder lies in the package that was not packed; it may have been put there later.",
    "bag-link": "A link stands where a file should be. What it leads to can change at any time and proves nothing.",
    "bag-special": "Something lies in the package that is no file.",
    "bag-unreadable": "This could not be read, so it cannot be said whether it is unchanged.",
    "package-unreadable": "This could not be read, so it cannot be said whether it is unchanged.",
    "bag-data": "The folder that holds what was packed is gone.",
    "bag-declaration": "The package does not say what it is, or not in a way that can be relied on.",
    "package-declaration": "The package says what it is in other words than every package of ours.",
    "bag-manifest": "The list of what was packed is gone, so nothing says what should be here.",
    "bag-line": "A line of a list of files is damaged, so that what it was about is not known.",
    "bag-path": "A list names a file outside the package, or by a name that no file can have.",
    "bag-algorithm": "A list uses a method that is not known here, so it could not be held against the files.",
    "bag-twice": "A list names one file twice, so that it cannot be said which of the two was meant.",
    "bag-tag-unlisted": "The list of files is itself not vouched for by the list that should name it.",
    "bag-fetch": "A file was left out of the package, to be fetched from elsewhere; it is not here.",
    "bag-text": "A file that describes the package cannot be read.",
    "bag-info": "The words that describe the package are not written as they must be.",
    "bag-oxum": "The package holds another number of files or bytes than it says.",
    "package-format": "A list of files is not written as ours are: it was made or changed by something else.",
    "package-info": "What the package says of its case, number or date is not what was signed.",
    "package-name": "A file has a name that no file of a package of ours bears.",
}
_RECORDS: dict[str, str] = {
    "acquisition-missing": "What was written down when these items were received is gone: names, sources, digests.",
    "acquisition-changed": "What was written down when these items were received is not what was written then.",
    "acquisition-damaged": "What was written down when these items were received cannot be read.",
    "folder-unreadable": "A folder of the case may not be read here, so it cannot be said whether it is unchanged.",
    "folder-foreign": "A folder of the case leads to another place, where others could read and change what is there.",
    "record-missing": "A protected record that the history relies on, such as a reason or a recipient, is gone.",
    "record-changed": "A protected record that the history relies on is not what was written then.",
    "record-damaged": "A protected record that the history relies on cannot be read.",
}
_CATALOG: dict[str, str] = {
    "catalog-missing": "The working copy with titles, notes and the chronology is gone. The evidence is not in it.",
    "catalog-damaged": "The working copy with titles, notes and the chronology is damaged. The evidence is not in it.",
    "catalog-ahead": "The working copy tells of more than the history holds: one of them is from another time.",
    "catalog-case": "The working copy names another case, court or time zone than the history does.",
    "catalog-acquisition": "The working copy tells otherwise of a hand-over than what was written down at the time.",
    "catalog-missing-item": "The working copy lacks an item that was received. The item itself is checked apart.",
    "catalog-extra-item": "The working copy lists an item that was never received.",
    "catalog-differs": "The working copy tells otherwise of this item than what was written down when it was received.",
    "catalog-exhibit": "The working copy and the history differ on what was marked as this exhibit.",
}
_GROUPS = (_HISTORY, _ORIGINALS, _PACKAGE, _RECORDS, _CATALOG)
CODES = frozenset(code for group in _GROUPS for code in group)


def meaning(code: str) -> str:
    """What a fault of that code means; empty for a code that no check gives."""
    return next((group[code] for group in _GROUPS if code in group), "")


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The faults as a person should look at them: those of the history and its signatures, then of the evidence by
    item, then of the records made at the time, then of the working copy."""
    place = {code: number for number, group in enumerate(_GROUPS) for code in group}
    return tuple(sorted(findings, key=lambda each: place.get(each.code, 0)))
