"""What the police reports and statements of the synthetic case say. Pure data."""

from __future__ import annotations

from evidencekit.demo import words
from evidencekit.demo.sheets import Block, Document, head, numbered, para, sign, table


def _report(title: str, number: str, created: str, officer: str, date: str, *blocks: Block) -> Document:
    fields = (
        ("Report no.", number),
        ("Date of report", date),
        ("Offense", "PC 646.9 Stalking"),
        ("Victim", words.VICTIM),
        ("Suspect", f"{words.DEFENDANT}, born 1988"),
        ("Reporting officer", officer),
    )
    return Document("form", title, f"No. {number}", created, officer, fields, blocks)


_OKADA = "Det. S. Okada, badge 2217"
_RUIZ = "Ofc. L. Ruiz, badge 3140"

INCIDENT = _report(
    "Incident Report",
    "26-004417",
    "2026-02-13T15:42:10-08:00",
    _RUIZ,
    "13 Feb 2026",
    head("Synopsis"),
    para(
        "The reporting party (RP) states that an acquaintance from an evening pottery class has contacted her on most "
        "days since 6 January 2026 by text message, telephone, e-mail and deliveries to her place of work, and that "
        "the contacts continued after she told him in writing on 11 February 2026 to stop."
    ),
    head("Narrative"),
    para(
        f"On 13 February 2026 at about 2:20 pm RP came to the front counter. She gave her telephone number as "
        f"{words.VICTIM_NUMBER} and the number from which she is contacted as {words.FIRST_NUMBER}. She knows the "
        "holder of that number as Marc Hollis from the class sign-up sheet and because he gave his name in his first "
        "message. She did not give him her number or tell him where she works."
    ),
    para(
        "RP showed this officer the message thread on her telephone. This officer saw messages on 22 January, 29 "
        "January, 6 February and 11 February 2026. The message of 11 February at 6:42 pm, sent by RP, reads in "
        "part: “No. Do not call me, write to me or come to my work.” Messages received after it were visible."
    ),
    para(
        "RP further showed the list of recent calls, which at 7:40 am on 12 February read "
        f"“{words.FIRST_NUMBER} (41)”. RP states that she answered none of these calls. RP was told how to "
        "keep the messages and how to ask the court for an order. She was given the card of the victim-witness unit."
    ),
    head("Evidence seen"),
    table(
        ["No.", "What", "Where kept"],
        [
            ["1", "Message thread, 6 Jan – 13 Feb 2026", "Telephone of RP"],
            ["2", "List of recent calls, 12 Feb 2026", "Telephone of RP"],
            ["3", "Card that came with flowers, 22 Jan 2026", "RP, to be collected"],
        ],
        [0.5, 3, 2],
    ),
    head("Disposition"),
    para("Forwarded to Investigations. RP wishes to proceed."),
    sign(("L. Ruiz", "Ofc. L. Ruiz, badge 3140 · 13 Feb 2026")),
)

SUPPLEMENT = _report(
    "Supplemental Report",
    "26-004417-S2",
    "2026-03-23T11:05:44-07:00",
    _OKADA,
    "23 Mar 2026",
    head("Follow-up"),
    para(
        "On 5 March 2026 RP reported a handwritten note found under the wiper of her car at about 9 pm the evening "
        "before. The note was photographed in place by RP and again by this detective (photographs 1 to 5) and "
        "collected."
    ),
    para(
        "The night porter at the residence keeps a log. The log has a white sedan at the curb at 8:55 pm on 4 March "
        "with one man in it, and on 11 March the number 7DEM042. A copy was handed over."
    ),
    head("Vehicle"),
    para("7DEM042 returns to a white 2016 four-door sedan. Registered owner: Marc Hollis."),
    table(
        ["Date", "Time", "Place", "Source"],
        [
            ["11 Feb 2026", "18:30 – 18:55", "Torrey Lane, across from the library", "M. Brandt; photograph by RP"],
            ["2 Mar 2026", "12:10", "Torrey Lane, bay 6", "Photograph by RP"],
            ["4 Mar 2026", "20:55 – 21:20", "Curb at the residence", "Porter's log"],
            ["11 Mar 2026", "22:30", "Curb at the residence", "Porter's log"],
            ["21 Mar 2026", "19:20", "Behind RP's car", "Photograph by RP"],
        ],
        [1.2, 1.3, 2.4, 2],
    ),
    sign(("S. Okada", "Det. S. Okada, badge 2217 · 23 Mar 2026")),
)

ARREST = _report(
    "Arrest Report",
    "26-009120",
    "2026-04-24T19:31:02-07:00",
    _OKADA,
    "24 Apr 2026",
    head("Arrest"),
    para(
        "On Friday, 24 April 2026 at 5:12 pm Marc Hollis was arrested without incident in the parking lot of the "
        "branch library on Torrey Lane, standing next to a white sedan, 7DEM042. A copy of order CH-1182, served on "
        "19 February 2026, was found in the glove box. He was advised of his rights and asked for counsel; no "
        "questions were put to him."
    ),
    head("Property"),
    table(
        ["Tag", "Item", "Booked by"],
        [
            ["P-1", f"Telephone, black; number on record {words.SECOND_NUMBER}", "S. Okada"],
            ["P-2", f"Telephone, blue; number on record {words.FIRST_NUMBER}", "S. Okada"],
            ["P-3", "Apron, blue", "S. Okada"],
            ["P-4", "Ceramic bowl, glazed", "S. Okada"],
        ],
        [0.6, 3.6, 1.2],
    ),
    head("Notification"),
    para("RP was told of the arrest by telephone at 5:40 pm. The victim-witness unit was told at 5:55 pm."),
    sign(("S. Okada", "Det. S. Okada, badge 2217 · 24 Apr 2026"), ("R. Haas", "Sgt. R. Haas, reviewed")),
)


def _statement(name: str, date: str, created: str, *paragraphs: str) -> Document:
    blocks = (head("Statement"), *(para(text) for text in paragraphs), sign((name, f"{name} · {date}")))
    return _report(f"Witness Statement: {name}", "26-004417", created, _OKADA, date, *blocks)


ALVAREZ = _statement(
    "T. Alvarez",
    "9 Mar 2026",
    "2026-03-09T10:20:00-07:00",
    "I work at the front desk of the library. On 22 January 2026, shortly before five, a courier left a vase of "
    "flowers for a colleague of mine. The card had no name on it. When she saw the card she went pale and said she "
    "had not told him where she worked.",
    "From the end of January on a man telephoned the main line and asked when she was in. I know of six such calls. "
    "He gave no name. We do not give out that kind of information.",
    "In early March I saw a white sedan across the street on several days. I cannot say on which.",
)
BRANDT = _statement(
    "M. Brandt",
    "10 Mar 2026",
    "2026-03-10T14:02:00-07:00",
    "I am responsible for the building's security. On 11 February 2026 at closing time I walked a member of staff "
    "to her car because she had asked me to. A white four-door car stood across the street with its lights on. The "
    "driver was a man of about forty. He drove off when we looked at him. It was about five to seven.",
    "I have since parked her car on level two and change the bay from week to week.",
)
INTERVIEW = _report(
    "Interview Summary",
    "26-004417-S1",
    "2026-03-03T16:48:00-08:00",
    _OKADA,
    "3 Mar 2026",
    head("Interview of J. D., 3 March 2026, 3:05 – 3:52 pm"),
    para("Recorded. What follows is a summary and not a transcript."),
    numbered(
        "She met Mr. Hollis in October 2025 in a class of eleven people. They spoke about glazes. They never met "
        "outside the class.",
        "She answered his first messages out of politeness. She counts fewer than ten answers in all.",
        "She has changed her parking place, her way home and the evening on which she attends the class. Since "
        "March she no longer attends it.",
        "She sleeps with the telephone in another room. She has begun to look for another apartment.",
        "Her address and the place of her work are to be kept out of anything that is handed on: 1482 Larkspur Court.",
    ),
    sign(("S. Okada", "Det. S. Okada, badge 2217 · 3 Mar 2026")),
)
PROPERTY = _report(
    "Property Receipt",
    "26-004417-P",
    "2026-03-05T09:40:00-08:00",
    _OKADA,
    "5 Mar 2026",
    head("Received from J. D."),
    table(
        ["Tag", "Item", "Date found"],
        [
            ["1", "Note on lined paper, folded once", "4 Mar 2026"],
            ["2", "Card, “For the girl with the blue apron”", "22 Jan 2026"],
            ["3", "Florist's ribbon, red", "14 Feb 2026"],
        ],
        [0.5, 3.4, 1.2],
    ),
    sign(("J. D.", "Released by"), ("S. Okada", "Received by, 5 Mar 2026, 9:40 am")),
)
EXTRACTION = _report(
    "Examination Summary",
    "26-009120-X",
    "2026-04-27T13:15:00-07:00",
    "Ex. K. Lindqvist",
    "27 Apr 2026",
    head("Restricted"),
    para("Summary of the examination of property P-1 and P-2 under warrant. Opened only with the examiner's password."),
)
DISPATCH_LOG = _report(
    "Dispatch Record",
    "26-009120-D",
    "2026-04-24T18:05:00-07:00",
    "Communications",
    "24 Apr 2026",
    head("Events"),
    table(
        ["Time", "Unit", "Entry"],
        [
            ["16:58", "—", "Caller M. Brandt: white sedan in the lot, driver known to staff, order on file"],
            ["17:01", "2217", "En route"],
            ["17:09", "2217", "On scene"],
            ["17:12", "2217", "One in custody"],
        ],
        [0.7, 0.7, 4],
    ),
)
PLAN = Document(
    "form",
    "Site Plan",
    "No. 26-004417, drawing 2",
    "2026-03-09T12:30:00-07:00",
    _OKADA,
    (("Place", "Branch library, Torrey Lane"), ("Drawn by", _OKADA), ("Scale", "none; distances measured")),
    ({"kind": "plan"}, para("Distances were measured with a wheel on 9 March 2026 between 9 and 10 am.")),
)
