"""Conversations on paper: who with which number, when with which zone, where in the evidence, and nothing torn."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from evidencekit.job import Job
from evidencekit.media.contacts import ContactsOut
from evidencekit.media.contain import Readers
from evidencekit.media.messages import paper
from evidencekit.media.messages.paper import print_contacts
from evidencekit.media.messages.reader import MessagesReader
from evidencekit.media.protocol import Source
from evidencekit.model import Beside, Channel, Contact, Context, Pages, Zone
from evidencekit.printing.paper import PaperName, sheet

LETTER = sheet(PaperName.LETTER)
HIM = "+15550178834"


def message(number: int, body: str | None, **more: object) -> Contact:
    minutes = 7 * 60 + number
    known = Contact(
        at=f"message {number}",
        channel=Channel.TEXT,
        when=f"2026-01-06T{minutes // 60:02d}:{minutes % 60:02d}:09-08:00",
        as_found="1",
        zone=Zone.STATED,
        sender=HIM,
        recipients=(),
        outgoing=False,
        body=body,
        names=((HIM, "Danny"),),
        thread=HIM,
    )
    return replace(known, **more)  # type: ignore[arg-type]


def printed(folder: Path, contacts: list[Contact], *beside: Beside) -> tuple[Pages, list[str]]:
    with ContactsOut(folder / "in") as out:
        for contact in contacts:
            out.add(contact)
    source = Source(folder / "x", "x.xml", "application/xml", "America/Los_Angeles", Context(beside=beside))
    pages = print_contacts(out.path, "SMS Backup & Restore", source, LETTER, folder / "out", Job())
    assert pages.pdf is not None
    with pypdfium2.PdfDocument(pages.pdf) as document:
        assert len(document) == pages.count
        return pages, [page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in document]


def flat(text: str) -> str:
    return " ".join(text.split())


def test_a_bubble_says_who_when_and_where(tmp_path: Path) -> None:
    sent = message(3, "stop", sender="", recipients=(HIM,), outgoing=True)
    pages, texts = printed(tmp_path, [message(2, "I see you 😉\nhere"), sent])
    text = flat(texts[0])
    assert "Danny +15550178834 → this phone or account" in text
    assert "6 Jan 2026, 07:02:09 PST (UTC−8) message 2" in text
    assert "This phone or account → Danny (+15550178834)" in text
    assert "Tuesday, 6 January 2026" in text
    assert "2 messages" in text
    assert pages.whole
    assert pages.warnings == ()


def test_sides_stand_where_a_screen_has_them(tmp_path: Path) -> None:
    printed(tmp_path, [message(1, "theirs"), message(2, "mine", sender="", outgoing=True)])
    with pypdfium2.PdfDocument(tmp_path / "out" / "pages.pdf") as document:
        page = document[0].get_textpage()
        left = {word: page.get_charbox(page.search(word).get_next()[0])[0] for word in ("theirs", "mine")}
    assert left["theirs"] < 80 < 250 < left["mine"]


def test_calls_say_whether_they_were_answered(tmp_path: Path) -> None:
    def call(number: int, **more: object) -> Contact:
        return message(number, None, channel=Channel.CALL, **more)

    calls = [
        call(1, answered=False, seconds=0.0, note="missed"),
        call(2, answered=True, seconds=75.0),
        call(3, answered=True, seconds=3671.0, outgoing=True, sender="", recipients=(HIM,)),
        message(4, None, channel=Channel.VOICEMAIL, answered=False, seconds=31.0),
        call(5, answered=None, seconds=0.0),
    ]
    text = flat(printed(tmp_path, calls)[1][0])
    for words in (
        "Call received – not answered",
        "Call received – answered, 1 min 15 s",
        "Call made – answered, 1 h 1 min 11 s",
        "Voicemail, 31 s",
        "not known whether answered",
        "missed",
    ):
        assert words in text


def test_gaps_days_and_undated_entries_are_marked(tmp_path: Path) -> None:
    late = message(2, "again", when="2026-01-16T07:00:00-08:00")
    undated = message(3, "when?", when=None, zone=Zone.NONE, as_found="01/02/26, 21:41")
    text = flat(printed(tmp_path, [message(1, "a"), late, undated])[1][0])
    assert "9 days without messages or calls in this export" in text
    assert "Friday, 16 January 2026" in text
    assert "time as found: 01/02/26, 21:41" in text


def test_times_over_a_daylight_saving_change_bear_their_zone(tmp_path: Path) -> None:
    pair = [message(1, "a", when="2026-03-08T01:59:00-08:00"), message(2, "b", when="2026-03-08T03:00:00-07:00")]
    text = flat(printed(tmp_path, pair)[1][0])
    assert "01:59:00 PST (UTC−8)" in text
    assert "03:00:00 PDT (UTC−7)" in text


def test_messages_stand_in_the_order_of_their_instants(tmp_path: Path) -> None:
    mixed = [message(2, "second"), message(1, "first"), message(3, "third", when="2026-01-06T15:00:00+00:00")]
    text = flat(printed(tmp_path, mixed)[1][0])
    assert text.index("third") < text.index("first") < text.index("second")


def test_without_sure_instants_the_order_is_the_exports(tmp_path: Path) -> None:
    naive = {"zone": Zone.NONE, "outgoing": None}
    mixed = [
        message(2, "second", when="2026-11-01T01:30", **naive),
        message(1, "first", when="2026-11-01T01:10", **naive),
    ]
    text = flat(printed(tmp_path, mixed)[1][0])
    assert text.index("second") < text.index("first")
    assert "no zone" in text
    assert "does not say whose phone" in text


def test_several_conversations_have_a_section_each(tmp_path: Path) -> None:
    other = message(2, "other", sender="+15550009999", thread="+15550009999", names=())
    text = flat(printed(tmp_path, [message(1, "a"), other, message(3, "b")])[1][0])
    assert "in 2 conversations" in text
    assert text.index("Danny (+15550178834) 2 messages") < text.index("+15550009999 1 message ·")


def picture(folder: Path, size: tuple[int, int] = (1200, 900)) -> Path:
    from PIL import Image

    path = folder / "picture.jpg"
    Image.new("RGB", size, (200, 30, 30)).save(path)
    return path


def test_pictures_stand_in_their_place_and_files_are_named(tmp_path: Path) -> None:
    photo, sound = picture(tmp_path), tmp_path / "voice.amr"
    sound.write_bytes(b"#!AMR\n" + bytes(2_494))
    beside = (
        Beside("message 1 a.jpg", photo, "image/jpeg", "ITEM-0008"),
        Beside("wa/voice.amr", sound, "audio/amr", "ITEM-0009"),
    )
    with_files = message(1, "look", attachments=("message 1 a.jpg", "voice.amr", "lost.mp4"))
    _, texts = printed(tmp_path, [with_files], *beside)
    text = flat(texts[0])
    assert "ITEM-0008 · message 1 a.jpg" in text
    assert "ITEM-0009 · voice.amr · 2.5 KB" in text
    assert "lost.mp4 · not among the items received" in text
    with pypdfium2.PdfDocument(tmp_path / "out" / "pages.pdf") as document:
        shown = document[0].render(scale=0.5).to_pil().convert("RGB")
    red = sum(count for count, (r, g, b) in shown.getcolors(1 << 20) if r > 150 and g < 80 and b < 80)
    assert red > 1_000


def test_a_picture_that_cannot_be_decoded_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff\xe0 nothing")
    _, texts = printed(
        tmp_path,
        [message(1, "a", attachments=("broken.jpg",))],
        Beside("broken.jpg", broken, "image/jpeg", "ITEM-0002"),
    )
    assert "ITEM-0002 · broken.jpg" in flat(texts[0])


@pytest.fixture(scope="module")
def long_chat(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """700 messages of all lengths, one longer than a page: three lots."""
    start = 1_767_712_320
    from datetime import datetime, timedelta, timezone

    zone = timezone(timedelta(hours=-8))
    contacts = [
        message(
            n,
            " ".join(f"w{n}.{k}" for k in range(1 + (n * 37) % 60))
            if n != 350
            else "\n".join(f"line {k}" for k in range(90)),
            when=datetime.fromtimestamp(start + 600 * n, zone).isoformat(),
        )
        for n in range(1, 701)
    ]
    folder = tmp_path_factory.mktemp("long")
    return folder, printed(folder, contacts)[1]


def test_every_message_is_printed_once_and_in_order(long_chat: tuple[Path, list[str]]) -> None:
    _, texts = long_chat
    numbers = [int(found) for text in texts for found in re.findall(r"\bmessage (\d+)", text)]
    assert numbers == list(range(1, 701))


def test_no_bubble_is_torn_and_no_page_left_short(long_chat: tuple[Path, list[str]]) -> None:
    _, texts = long_chat
    for text in texts:
        words = re.findall(r"w(\d+)\.\d+", text)
        for number in set(words):
            assert words.count(number) == 1 + (int(number) * 37) % 60, f"message {number} is on two pages"
    shown = [len(re.findall(r"\bmessage \d+", text)) for text in texts]
    tall = next(at for at, text in enumerate(texts) if "line 0\n" in text)
    assert all(count >= 4 for at, count in enumerate(shown[:-1]) if abs(at - tall) > 2)


def test_every_page_says_whose_conversation_it_is(long_chat: tuple[Path, list[str]]) -> None:
    _, texts = long_chat
    assert all("Danny (+15550178834)" in text and "SMS Backup & Restore" in text for text in texts)


def test_everything_stays_inside_the_frame(long_chat: tuple[Path, list[str]]) -> None:
    folder, _ = long_chat
    with pypdfium2.PdfDocument(folder / "out" / "pages.pdf") as document:
        for at in (0, len(document) // 2, len(document) - 1):
            shown = document[at].render(scale=1).to_pil().convert("L")
            box = shown.point(lambda value: 255 if value < 250 else 0).getbbox()
            assert box[0] >= LETTER.left - 1
            assert box[1] >= LETTER.top - 1
            assert box[2] <= LETTER.width - LETTER.right + 1
            assert box[3] <= LETTER.height - LETTER.bottom + 1


def test_what_is_too_much_for_paper_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "MOST", 2)
    monkeypatch.setattr(paper, "_LONGEST", 20)
    pages, texts = printed(tmp_path, [message(n, "word " * 10) for n in range(1, 6)])
    assert not pages.whole
    assert "Of 5 messages and calls the first 2 are printed; 3 are in the native file only." in pages.warnings
    assert any("longer than is printed" in warning for warning in pages.warnings)
    assert "goes on in the native file" in flat(texts[0])


def test_nothing_hidden_and_nothing_interpreted(tmp_path: Path) -> None:
    body = "#panic() $x$ *b* <a> \u202egpj.exe\u202c \x00\x07 مرحبا שלום 你好 " + "x" * 300
    text = printed(tmp_path, [message(1, body)])[1][0]
    assert "#panic() $x$ *b* <a>" in text
    assert "⟨U+202E⟩" in text
    assert "⟨U+0000⟩" in text
    assert "你好" in text


def test_an_empty_export_prints_its_heading(tmp_path: Path) -> None:
    pages, texts = printed(tmp_path, [])
    assert pages.count == 1
    assert "nothing" in texts[0]


def test_the_same_contacts_give_the_same_bytes(tmp_path: Path) -> None:
    contacts = [message(n, f"words {n}") for n in range(1, 30)]
    one, two = (printed(tmp_path / name, contacts)[0].pdf for name in ("a", "b"))
    assert one is not None
    assert two is not None
    assert one.read_bytes() == two.read_bytes()


def test_printing_takes_nothing_out_of_the_export_again(tmp_path: Path) -> None:
    path = tmp_path / "sms.xml"
    part = '<part ct="image/jpeg" cl="a.jpg" data="QUJDRA==" />'
    path.write_text(
        f'<smses count="1"><mms date="1767712320000" msg_box="1" address="{HIM}"><parts>{part}</parts></mms></smses>',
        "utf-8",
    )
    beside = (Beside("message 1 a.jpg", picture(tmp_path), "image/jpeg", "ITEM-0002"),)
    source = Source(path, "sms.xml", "application/xml", "UTC", Context(beside=beside), "sms-backup")
    pages = MessagesReader().pages(source, LETTER, tmp_path / "out", Job())
    assert pages.pdf is not None
    with pypdfium2.PdfDocument(pages.pdf) as document:
        assert "ITEM-0002 · message 1 a.jpg" in flat(document[0].get_textpage().get_text_bounded())
    assert not list((tmp_path / "out").rglob("*.part"))


def test_through_the_contained_worker(tmp_path: Path) -> None:
    path = tmp_path / "chat.txt"
    path.write_text("26/01/2026, 21:41 - Danny: look.jpg (file attached)\n26/01/2026, 21:42 - Mara: no\n", "utf-8")
    context = Context(
        answers=(("owner", "Mara"),), beside=(Beside("look.jpg", picture(tmp_path), "image/jpeg", "ITEM-0002"),)
    )
    with Readers(workers=1) as readers:
        asked = readers.submit_pages(
            path, "WhatsApp Chat with Danny.txt", "text/plain", "UTC", LETTER, tmp_path / "o", context
        )
        pages = asked.result(timeout=60)
    assert pages.pdf is not None, pages.warnings
    with pypdfium2.PdfDocument(pages.pdf) as document:
        assert "ITEM-0002 · look.jpg" in flat(document[0].get_textpage().get_text_bounded())
