"""What the orders, letters and lists of the synthetic case say. Pure data."""

from __future__ import annotations

from evidencekit.demo import words
from evidencekit.demo.sheets import Document, numbered, para, sign, table

VISITORS = Document(
    "letter",
    "Visitors who asked for a member of staff, January – March 2026",
    "",
    "2026-03-31T09:12:00-07:00",
    "Front desk",
    (("Kept by", "Front desk"), ("For", "Det. S. Okada")),
    (
        para("The form behind this sheet was filled in at the desk's computer. Entries are by the person on duty."),
        table(
            ["Date", "How", "Asked for", "Answered"],
            [
                ["27 Jan", "telephone", "“the lady with the blue apron”", "no information given"],
                ["3 Feb", "telephone", "J. D., when in", "no information given"],
                ["10 Feb", "at the desk", "J. D., when in", "no information given"],
                ["24 Feb", "telephone", "J. D., whether still employed", "no information given"],
                ["17 Mar", "telephone", "J. D., to leave a message", "declined"],
            ],
            [0.8, 1, 2.4, 1.6],
        ),
    ),
    agency="Torrey Lane Library",
    sub="Branch office",
    foot="Torrey Lane Library · visitor log",
    producer="FormDesk 3",
)

ORDER = Document(
    "court",
    "Temporary restraining order",
    "Case No. CH-1182",
    "2026-02-18T10:11:00-08:00",
    "Clerk of the Court",
    (("Petitioner,", "J. D.,"), ("Respondent.", "MARC HOLLIS,")),
    (
        para(
            "Upon the petition and declaration filed on 17 February 2026, and good cause appearing, the court "
            "orders that the respondent shall, until the hearing and any continuance of it:"
        ),
        numbered(
            "not contact the petitioner, directly or through others, in person, by telephone, by text message, by "
            "mail, by e-mail or by any other electronic means;",
            "stay at least one hundred yards away from the petitioner, her home, her vehicle and the place of her "
            "work;",
            "not follow, watch or photograph the petitioner, or ask others to do so;",
            "not try to obtain the petitioner's addresses or locations.",
        ),
        para(
            "This order is in force when signed and may be enforced by any peace officer who has been shown it or has "
            "verified that it exists. It does not end because the petitioner answers a contact."
        ),
        para(
            "The respondent is to be served personally. The hearing is set for 11 March 2026 at 9:00 am in "
            "Department 12."
        ),
        sign(("M. Okafor", "Judge of the Superior Court · 18 February 2026")),
    ),
    agency="Superior Court of California, County of San Diego",
    sub="Petitioner in person, address withheld",
    foot="Temporary restraining order · CH-1182",
)
GRANTED = Document(
    "court",
    "Restraining order after hearing",
    "Case No. CH-1182",
    "2026-03-11T11:02:00-07:00",
    "Clerk of the Court",
    (("Petitioner,", "J. D.,"), ("Respondent.", "MARC HOLLIS,")),
    (
        para(
            "This matter was heard on 11 March 2026 in Department 12. The petitioner was present. The respondent was "
            "present and was heard. The court finds by clear and convincing evidence that the temporary order of "
            "18 February 2026 was needed and that it was served on 19 February 2026."
        ),
        para("The court orders that the temporary order stays in force, in the same terms, until 11 March 2029."),
        para(
            "The respondent was handed a copy of this order in open court. No further service is required. He was told "
            "that a violation is a crime."
        ),
        sign(("M. Okafor", "Judge of the Superior Court · 11 March 2026")),
    ),
    agency="Superior Court of California, County of San Diego",
    sub="Petitioner in person, address withheld",
    foot="Restraining order after hearing · CH-1182",
)
DECLARATION = Document(
    "court",
    "Declaration of petitioner",
    "Case No. CH-1182",
    "2026-02-17T11:48:00-08:00",
    "Self-help center",
    (("Petitioner,", "J. D.,"), ("Respondent.", "MARC HOLLIS,")),
    (
        para("I, J. D., declare:"),
        numbered(
            "I am the petitioner. What I state here I know myself, and I could testify to it.",
            "I met the respondent in October 2025 in an evening pottery class. We spoke about the work and about "
            "nothing else.",
            "On 6 January 2026 he wrote to my telephone for the first time. I had not given him my number. He took "
            "it from the sign-up sheet. I answered politely.",
            "From then on he wrote or called on most days. I answered seldom, and shortly.",
            "On 22 January 2026 flowers were delivered to the front desk of my work. I had not told him where I "
            "work. I wrote to him not to send things there.",
            "On 29 January 2026 I wrote to him that I was not looking for anything and that he should stop texting "
            "every day. He wrote that he understood. He wrote again at seven the next morning.",
            "On 6 February 2026 he wrote that I had changed my parking spot. I had done so that morning.",
            "On 11 February 2026 he wrote that he was across from the library and that I should wave. At 6:42 pm I "
            "wrote: No. Do not call me, write to me or come to my work. Please leave me alone. I asked a colleague "
            "to walk me to my car. His car was there.",
            "In the night that followed, between ten past one and a quarter to four, my telephone shows forty-one "
            "calls from him. I did not answer any of them. At 3:44 am he wrote: I know you read this.",
            "On 14 February 2026 roses lay on my doormat. I have never told him where I live.",
            "I am afraid of what comes next. I have changed how I get to work, when I shop, and where I sleep on "
            "some nights.",
        ),
        para("I declare under penalty of perjury under the laws of California that the foregoing is true and correct."),
        sign(("J. D.", "Petitioner · 17 February 2026")),
    ),
    agency="Superior Court of California, County of San Diego",
    sub="Petitioner in person, address withheld",
    foot="Declaration of petitioner · CH-1182",
    producer="Self-Help Forms 5",
)
SERVICE = Document(
    "court",
    "Proof of personal service",
    "Case No. CH-1182",
    "2026-02-19T17:25:00-08:00",
    "Sheriff's civil unit",
    (("Petitioner,", "J. D.,"), ("Respondent.", "MARC HOLLIS,")),
    (
        para("I am over eighteen years of age, a deputy sheriff, and not a party to this case."),
        para(
            "On 19 February 2026 at 4:10 pm I personally delivered to MARC HOLLIS, at his residence, a copy of the "
            "temporary restraining order of 18 February 2026, the petition, and a blank form of response. I told "
            "him that the order was in force from that moment. He said that he understood."
        ),
        para("I declare under penalty of perjury under the laws of California that the foregoing is true and correct."),
        sign(("D. Ng", "Dep. D. Ng, civil unit · 19 February 2026")),
    ),
    agency="Superior Court of California, County of San Diego",
    sub="Sheriff's civil unit",
    foot="Proof of personal service · CH-1182",
)

_CARRIER = "Coastline Wireless"
_CARRIER_SUB = "Legal Response Center · records@example.org"
COVER_LETTER = Document(
    "letter",
    "Return to search warrant 26-SW-0331",
    "",
    "2026-04-16T08:30:00-07:00",
    "Legal Response Center",
    (("Date", "16 April 2026"), ("To", "Mesa Bay Police Department, Det. S. Okada"), ("Reference", "CW-558214")),
    (
        para("Enclosed are the records that we keep in the ordinary course for the numbers named in the warrant."),
        table(
            ["Number", "Subscriber on record", "Active since"],
            [
                [words.FIRST_NUMBER, "Marc Hollis", "2019-08-02"],
                [words.SECOND_NUMBER, "Marc Hollis, prepaid, paid by card ending 0417", "2026-03-11"],
            ],
            [1.4, 2.6, 1],
        ),
        para(
            "All times are in Coordinated Universal Time. A call of zero seconds was not answered. The content of "
            "messages is not kept."
        ),
        sign(("P. Whitlock", "P. Whitlock, Custodian of Records")),
    ),
    agency=_CARRIER,
    sub=_CARRIER_SUB,
    foot="Coastline Wireless · CW-558214",
    producer="LetterPress 12",
)
CERTIFICATION = Document(
    "letter",
    "Certification of records of a regularly conducted activity",
    "",
    "2026-04-16T08:34:00-07:00",
    "Legal Response Center",
    (("Reference", "CW-558214"), ("Records", "CDR_CW-558214.csv")),
    (
        numbered(
            "I am employed by Coastline Wireless as custodian of records.",
            "The records were made at or near the time of each event by equipment that does so automatically.",
            "They are kept in the course of a regularly conducted business activity, and making them is a regular "
            "practice.",
        ),
        para("I declare under penalty of perjury that the foregoing is true and correct."),
        sign(("P. Whitlock", "P. Whitlock, Custodian of Records · 16 April 2026")),
    ),
    agency=_CARRIER,
    sub=_CARRIER_SUB,
    foot="Coastline Wireless · CW-558214",
    producer="LetterPress 12",
)
KILN_LIST = Document(
    "letter",
    "Kiln list, week 4",
    "",
    "2026-01-24T16:40:00-08:00",
    "Studio",
    (("Shelf", "B"), ("Cone", "6")),
    (
        table(
            ["Piece", "Glaze", "Maker"],
            [["Bowl, small", "celadon", "J. D."], ["Mug, pair", "tenmoku", "M. H."], ["Plate", "white", "P. R."]],
            [1.6, 1.2, 1],
        ),
    ),
    agency="Tuesday pottery class",
    sub="Studio on Third Street",
    foot="Kiln list",
    producer="Spreadsheet 9",
)
