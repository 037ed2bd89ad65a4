"""Everything that is said in the synthetic case: invented people, invented numbers, our own words."""

from __future__ import annotations

VICTIM = "J. D."
VICTIM_NUMBER = "+1 555-014-2210"
DEFENDANT = "Marc Hollis"
FIRST_NUMBER = "+1 555-017-8834"
SECOND_NUMBER = "+1 555-016-4471"
VICTIM_MAIL = "jd.lark@example.com"
DEFENDANT_MAIL = "marc.hollis@example.net"
DEFENDANT_SAVED_AS = "Marc (pottery)"  # in her address book
BRANDT_NUMBER = "+1 555-013-3302"

# (local time, incoming, words); what must be said, whatever the seed.
SCENES: tuple[tuple[str, bool, str], ...] = (
    ("2026-01-06 07:09", True, "Hi, it's Marc from the Tuesday pottery class. Got your number off the sign-up sheet."),
    ("2026-01-06 07:12", True, "Hope that's ok! You left your blue apron on the hook."),
    ("2026-01-06 07:31", False, "Hi Marc. Thanks, I'll pick it up next week."),
    ("2026-01-06 07:32", True, "I could drop it by. Where do you work again?"),
    ("2026-01-06 12:40", False, "No need, the studio is fine."),
    ("2026-01-09 21:48", True, "Tried calling. Nothing important, just wanted to hear a voice."),
    ("2026-01-14 18:20", True, "Your bowl came out of the kiln. It's beautiful. I told them it was mine for a second."),
    ("2026-01-22 17:05", True, "There's a little something at the front desk of your library. Don't be mad."),
    ("2026-01-22 17:41", False, "Marc, I didn't tell you where I work. Please don't send things here."),
    ("2026-01-22 17:43", True, "It's on the internet, everybody can see it. It's only flowers."),
    ("2026-01-29 20:15", False, "I am not looking for anything. Please stop texting every day."),
    ("2026-01-29 20:16", True, "Ok. Understood. Sorry."),
    ("2026-01-30 06:58", True, "Good morning. I thought about what you said and I don't think you meant it."),
    ("2026-02-06 18:12", True, "You changed your parking spot. Closer to the door now."),
    ("2026-02-11 18:30", True, "I'm across from the library. Just wave."),
    (
        "2026-02-11 18:42",
        False,
        "I have asked you before, so once more and clearly: No. Do not call me, write to me or come to my work. "
        "Please leave me alone.",
    ),
    ("2026-02-11 18:44", True, "You don't mean that."),
    ("2026-02-11 18:45", True, "Pick up. Two minutes."),
    ("2026-02-11 18:51", True, "I can see the lights are still on."),
    ("2026-02-12 03:43", True, "Forty-one calls and you let every one of them ring."),
    ("2026-02-12 03:44", True, "I know you read this."),
    ("2026-02-14 08:02", True, "Happy Valentine's. Check your doorstep."),
    ("2026-02-17 22:37", True, "So now there is a lawyer? Over some flowers?"),
    ("2026-02-19 18:05", True, "A deputy came to my door. In front of my neighbors. You did that."),
    ("2026-02-19 18:09", True, "It says I can't contact you. This is me not contacting you."),
    ("2026-02-24 23:20", True, "The paper says a hundred yards. I measured it."),
    ("2026-03-04 21:14", True, "Grey coat today. It suits you."),
    ("2026-03-12 07:40", True, "New number, since the other one seems to be broken on your side. It's Marc."),
    ("2026-03-21 19:30", True, "You took the back way home. I only noticed because I worry."),
    ("2026-04-02 22:51", True, "Answer once and I'll stop. That's fair."),
    ("2026-04-08 17:20", True, "Your colleague with the beard stared at my car. Tell him it's a free country."),
    ("2026-04-14 20:05", True, "They can't keep you from talking to me. Only you can."),
    ("2026-04-20 06:31", True, "I'll be at the library Friday. We'll clear this up in person."),
    ("2026-04-23 21:58", True, "Tomorrow then."),
)

BEFORE: tuple[str, ...] = (
    "Coffee at the place by the studio?",
    "Saw a glaze today that looked exactly like your bowl.",
    "You were quiet on Tuesday. Everything ok?",
    "I saved you the wheel by the window.",
    "Did you get home alright? It was raining hard.",
    "Call me when you get a minute.",
    "I walked past the library. Nice building.",
    "You don't have to answer right away.",
    "Or you could just answer.",
    "I made you a cup. It has a handle and everything.",
    "What time do you usually finish on Thursdays?",
    "Your friend with the red bike says hi. Well, I said hi to her.",
    "Sleep well.",
    "Guess who I was thinking about.",
    "I rang a few times. You must be busy.",
    "The class isn't the same when you skip it.",
    "I could come by Saturday and look at that shelf you mentioned.",
    "Fine. Another day.",
)

REPLIES: tuple[str, ...] = (
    "I'm at work.",
    "I can't talk, sorry.",
    "Please don't wait for me after class.",
    "No, thank you.",
    "I have plans.",
)

AFTER_NO: tuple[str, ...] = (
    "Pick up.",
    "Please pick up.",
    "I only want to explain.",
    "You owe me five minutes.",
    "I'm not angry. I just want to understand.",
    "I left something for you. Don't throw it away this time.",
    "You were online at 2. I wasn't the only one awake.",
    "Nobody else is going to look out for you like I do.",
    "I drove by. Your light was on.",
    "One word and I go to bed.",
    "I deleted what I wrote last night. You read it though.",
    "Who was that at the door with you?",
    "I'm outside the studio, where are you?",
    "Are you really going to make me wait?",
    "I sat in the car and thought about it. You're scared of being happy.",
    "The girl at the studio says you switched to Wednesdays.",
    "If you want me to stop, tell me to my face.",
    "I know you're home.",
    "I wrote you a letter. A real one. On paper.",
    "You can't just switch a person off.",
    "Your phone rings, so it isn't off.",
    "It rained all day. Did you get home dry?",
    "I'm not a stranger. Strangers don't know how you take your coffee.",
    "Tell your colleague she needn't walk you to the car.",
)

AFTER_ORDER: tuple[str, ...] = (
    "A piece of paper doesn't change what we have.",
    "I'm allowed to drive on a public street.",
    "I won't stop being worried about you.",
    "You parked on level two today.",
    "I still have your apron.",
    "You don't have to tell anybody that you answered.",
    "I called from the office so you'd see it's serious.",
    "The librarian at the desk is very polite. Unlike some.",
    "I keep the bowl on my table. It's a good bowl.",
    "Blocking doesn't work, you know. I'll find another way to say sorry.",
    "I saw the ad for your flat share. Moving?",
    "Just say you're ok.",
    "Eleven calls. I count too.",
    "You looked tired today.",
    "It could be over with one conversation.",
    "I'm not doing anything wrong by writing.",
    "You changed the route again.",
    "Someone should fix the lamp in your parking lot.",
    "I know which window is yours now. Third floor, the one with the plant.",
    "You told a judge about me. We should talk about that.",
    "I could return the apron on Friday.",
    "Do you still take the number 9 on Mondays?",
    "I'm only across the street because the coffee is good here.",
    "It's quiet without your answers. I manage.",
    "My lawyer says I shouldn't write. So I keep it short.",
    "You smiled at somebody on the phone. Who was it?",
    "I passed your building. I did not stop. I want that noted.",
    "The kiln is on again tonight. Think of me.",
)

CALLER_LABELS = ("Mom", "Studio front desk", "T. Alvarez", "Dentist", "Library main line", "Priya")

NOTES_UTF8 = """What happened, written down as it happens (J. D.)

22 Jan  Flowers at the front desk. Card: "For the girl with the blue apron". T. Alvarez took them in. 💐
29 Jan  I told him to stop texting every day.
6 Feb   He knew that I moved my car.
11 Feb  I told him No, in writing, 6:42 pm. He was across the street. M. Brandt walked me to the car.
12 Feb  41 calls between 1:10 and 3:42 at night. I did not pick up. 😞
14 Feb  Roses on the doormat, no card.
~early March  White car outside work, more than once. I don't remember which days.
4 Mar   Note under the wiper, about 9 pm.

My neighbour's note, as she wrote it to me:
رأيت سيارة بيضاء أمام البيت مرتين هذا الأسبوع
(“I saw a white car in front of the house twice this week”)
"""

NOTES_CP1252 = """Night porter\x92s log \x96 Larkspur Court, block C
04 Mar  20:55  White saloon at the kerb, engine running, one man. Left 21:20.
05 Mar  07:10  Resident (Ms. D.) showed me a note found under her wiper. \x93Saw your light on.\x94
11 Mar  22:30  Same car. Took the number: 7DEM042. Parking fine, 40 \x80, paid at the caf\xe9.
""".encode("latin-1")

NOTE_ON_PAPER = ("Saw your light on.", "Sleep well.", "M.")
NOTE_ON_CARD = ("For the girl with", "the blue apron")

# (local time, incoming, the other side, words, picture)
PICTURE_MESSAGES: tuple[tuple[str, bool, str, str, str], ...] = (
    ("2026-03-01 09:12", True, DEFENDANT_MAIL, "Guess who this is for 🌹", "rose"),
    ("2026-03-02 12:16", False, "+15550133302", "He sent me this yesterday 😟", "rose"),
    ("2026-03-13 21:05", True, DEFENDANT_MAIL, "Found it 🏠 Third floor.\nThe one with the plant.", "window"),
)

# (local time, sender or "" for the app, words[, picture]); the clocks went forward at 2 am on 8 March.
CHAT: tuple[tuple[str, str, str] | tuple[str, str, str, str], ...] = (
    (
        "2026-01-15 21:12",
        "",
        "Messages and calls are end-to-end encrypted. Only people in this chat can read, listen to, or share them. "
        "Learn more.",
    ),
    ("2026-01-15 21:12", DEFENDANT_SAVED_AS, "Found you on here as well 🙂"),
    ("2026-01-15 21:14", DEFENDANT_SAVED_AS, "It looks even better by daylight.", "bowl"),
    ("2026-01-15 21:40", VICTIM, "Thank you. Please use the studio's list for this, not my private number."),
    ("2026-01-15 21:41", DEFENDANT_SAVED_AS, "Of course. Only this once."),
    ("2026-01-23 21:50", DEFENDANT_SAVED_AS, "Missed voice call"),
    ("2026-01-23 21:52", DEFENDANT_SAVED_AS, "Wrong button. But since you are awake:\nhow was the day?"),
    ("2026-02-12 03:51", DEFENDANT_SAVED_AS, "I'll try here, since you don't pick up 😔"),
    ("2026-02-12 03:52", DEFENDANT_SAVED_AS, "Missed voice call"),
    ("2026-02-20 22:30", DEFENDANT_SAVED_AS, "The order says nothing about this app. I read it twice."),
    ("2026-02-28 22:47", DEFENDANT_SAVED_AS, "Missed video call"),
    ("2026-02-28 22:49", DEFENDANT_SAVED_AS, "Two ticks, and they are blue. So you do read it."),
    ("2026-03-07 23:58", DEFENDANT_SAVED_AS, "You never turn that lamp off."),
    ("2026-03-08 01:47", DEFENDANT_SAVED_AS, "Thirteen minutes, then they take an hour from us."),
    ("2026-03-08 03:06", DEFENDANT_SAVED_AS, "Gone 🕰 Did you notice?"),
    ("2026-03-08 03:07", DEFENDANT_SAVED_AS, "Your lamp is still on.\nThird floor.\nI can wait."),
    ("2026-03-09 20:22", DEFENDANT_SAVED_AS, "Recognise it?", "window"),
    ("2026-03-10 07:15", DEFENDANT_SAVED_AS, "This message was deleted"),
    ("2026-03-11 06:58", DEFENDANT_SAVED_AS, "Have a good day in court 📝"),
    ("2026-03-11 19:30", "", "You blocked this contact. Tap to unblock."),
)

STATEMENT_PORTER = (
    "My name is R. Castellano. I work nights at the front desk of a residential building in Mesa Bay. I keep a log, "
    "and I wrote this from it.",
    "On 4 March 2026 at 8:55 pm a white saloon stood at the kerb in front of block C with its engine running. One man "
    "sat in it. It left at 9:20 pm. Nobody got out while I was looking.",
    "On 5 March 2026 at 7:10 am a resident, Ms. D., showed me a note that she had found under her wiper.",
    "On 11 March 2026 at 10:30 pm the same car stood there again. I walked past it and took the number, 7DEM042. The "
    "man looked at me and drove off.",
    "I did not speak with him. I would know the car again; of the man I could only say that he wore a dark jacket.",
)

MAIL_KILN = (
    "Hello,\n\nthe kiln list is attached, and a photo of your bowl on my shelf. I thought you would like to see "
    "it there. I took the liberty of asking at your library when you are in; they would not say.\n\n"
    "You could simply call me back.\n\nMarc\n"
)
MAIL_VALENTINE_HTML = (
    '<html><body style="font-family:Georgia"><p>I know that you asked me not to write.</p>'
    "<p>So read this as if nobody had written it. The roses are from nobody as well.</p>"
    '<img src="https://mail.example.net/open.gif?id=417" width="1" height="1" alt="">'
    "<p>Call me. <i>M.</i></p></body></html>\n"
)
MAIL_VALENTINE_TEXT = (
    "I know that you asked me not to write.\n\nSo read this as if nobody had written it. "
    "The roses are from nobody as well.\n\nCall me. M.\n"
)
MAIL_MARCH = (
    "The order speaks of calls and visits. It does not mention e-mail – I checked.\n\n"
    "I saw you take the long way home on Saturday. If you are afraid of something, tell me what it is.\n\n"
    "– Marc\n"
)
