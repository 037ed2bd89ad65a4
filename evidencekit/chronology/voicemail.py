"""Which recordings are voicemails that count as contacts. Pure."""

from __future__ import annotations

import re

from evidencekit.model import Channel, Contact, Item, Kind, Role, Zone
from evidencekit.moments import zone_basis
from evidencekit.sense.identities import People

_SAYS_SO = re.compile(r"voice[\s_-]?mail|\bmailbox message|(?<![a-z])vm[\s_-]?\d", re.IGNORECASE)
_HOLDERS = (Kind.ARCHIVE, Kind.OTHER)


def voicemail(item: Item, held_in: Kind | None, people: People, zone: str) -> Contact | None:
    """A recording as a contact of channel voicemail, from the party that a person gave it, at the item's own time.

    It counts only when a person has said whose voice it is, that is not a victim's, and it is called a voicemail by
    its name, path, title or facts: a recording of a doorbell or of a call to the police is no contact. What is
    attached to a message or mail is part of that contact; ``held_in`` is the kind of what it came out of."""
    if item.kind is not Kind.AUDIO or not item.party:
        return None
    party = people.named(item.party)
    if party is None or party.role is Role.VICTIM:
        return None
    if item.parent and held_in not in _HOLDERS:
        return None
    facts = (str(fact.value) for fact in item.facts if isinstance(fact.value, str))
    if not any(_SAYS_SO.search(words) for words in (item.received_path, item.name, item.title or "", *facts)):
        return None
    kind, as_found = Zone.NONE, ""
    if (moment := item.moment) is not None:
        kind, as_found = moment.zone, moment.as_found
    elif item.when_said is not None:
        kind, as_found = zone_basis(item.when_said, zone) or Zone.NONE, item.when_said
    return Contact(
        at="recording",
        channel=Channel.VOICEMAIL,
        when=item.when,
        as_found=as_found,
        zone=kind,
        sender=people.by_channel(party, Channel.VOICEMAIL) or party.name,
        recipients=(),
        outgoing=False,
        seconds=item.seconds,
    )
