"""What WhatsApp itself writes into an exported chat, by language: its own lines, what it says instead of a picture, a
deleted message or a call. Words that are not here stay what they are: a message's body."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

MARKS = "\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
_MARK = re.compile(f"[{MARKS}]")

_ATTACHED = """file attached|archivo adjunto|Datei angehängt|fichier joint|file allegato|arquivo anexado|ficheiro anexado
|bestand bijgevoegd|添付ファイル|ファイル添付|파일 첨부|파일 첨부됨|文件附件|附件|檔案附件|檔案已附上|फ़ाइल अटैच है|फ़ाइल संलग्न|फ़ाइल अटैच की गई
|الملف مرفق|ملف مرفق|bijlage|fil vedhæftet|bifogad fil|fil vedlagt|plik dołączony|файл добавлен|dosya ekli"""
_OMITTED = """<Media omitted>|<Multimedia omitido>|<Archivo omitido>|<Medios omitidos>|<Medien ausgeschlossen>
|<Medien ausgelassen>|<Médias omis>|<Fichier omis>|<Média omis>|<Media omessi>|<Media omesso>|<File omesso>
|<Arquivo de mídia oculto>|<Mídia oculta>|<Mídia omitida>|<Ficheiro não revelado>|<Media weggelaten>
|<メディアは含まれていません>|<メディアなし>|<メディアファイルは含まれていません>|<미디어 제외됨>|<미디어 파일을 제외한 텍스트>|<미디어 파일 제외>
|<省略多媒体文件>|<省略媒体文件>|<媒體已略去>|<已忽略多媒體檔>|<मीडिया को छोड़ दिया गया>|<मीडिया के बिना>|<तब मीडिया छोड़ दिया गया>
|<تم استبعاد الوسائط>|<تم استثناء الوسائط>|<Video note omitted>|<Videonotiz ausgelassen>|<View once voice message omitted>
|(?:image|video|audio|sticker|GIF|document|Contact card|video note|voice message) omitted
|(?:imagen|vídeo|video|audio|sticker|GIF|documento|nota de video|Tarjeta de contacto) omitid[oa]
|(?:Bild|Video|Audio|Sticker|GIF|Dokument|Kontaktkarte|Videonachricht) weggelassen
|(?:image|vidéo|audio|sticker|GIF|document|fiche contact) (?:absente|absent|omise|omis)
|(?:immagine|video|audio|sticker|GIF|documento|scheda contatto) omess[oai]
|(?:imagem|vídeo|áudio|figurinha|GIF|documento|cartão do contato) (?:ocultad[oa]|omitid[oa]|ocult[oa])
|(?:afbeelding|video|audio|sticker|GIF|document|contactkaart) weggelaten
|(?:画像|動画|ビデオ|音声|オーディオ|スタンプ|ステッカー|GIF|ドキュメント)は?(?:が)?(?:省略されました|含まれていません|なし)
|(?:이미지|동영상|오디오|스티커|GIF|문서) ?(?:생략됨|제외됨|파일 제외|이 생략되었습니다)
|(?:忽略|省略|略去)(?:图像|图片|视频|音频|贴图|文件|文档|GIF|圖像|圖片|影片|音訊|貼圖|文件)|(?:图像|图片|视频|音频|圖片|影片|音訊|貼圖|檔案)(?:已忽略|已省略|已略去)
|(?:छवि|वीडियो|ऑडियो|स्टिकर|GIF|दस्तावेज़) (?:छोड़ दी गई|छोड़ दिया गया|को छोड़ दिया गया)
|(?:تم استبعاد|تم حذف) (?:الصورة|الفيديو|الصوت|الملصق|المستند)"""
_DELETED = """(?:This message was deleted|You deleted this message|This message was deleted by admin .{1,80}
|Se eliminó este mensaje|Este mensaje fue eliminado|Eliminaste este mensaje|Este mensaje se eliminó|Mensaje eliminado
|Diese Nachricht wurde gelöscht|Du hast diese Nachricht gelöscht|Vous avez supprimé ce message|Ce message a été supprimé
|Ce message a été effacé|Hai eliminato questo messaggio|Questo messaggio è stato eliminato|Il messaggio è stato eliminato
|Mensagem apagada|Você apagou esta mensagem|Essa mensagem foi apagada|Esta mensagem foi apagada|Apagou esta mensagem
|Dit bericht is verwijderd|U hebt dit bericht verwijderd|Je hebt dit bericht verwijderd|このメッセージは削除されました
|メッセージを削除しました|このメッセージを削除しました|삭제된 메시지입니다|메시지를 삭제했습니다|이 메시지는 삭제되었습니다|삭제한 메시지입니다
|此消息已删除|你已删除此消息|您删除了这条消息|此消息已被删除|這則訊息已刪除|您已刪除此訊息|此訊息已刪除|यह संदेश हटाया गया|यह मैसेज हटाया गया है
|आपने यह संदेश हटाया|आपने यह मैसेज हटाया|تم حذف هذه الرسالة|لقد حذفت هذه الرسالة|حذفت هذه الرسالة)[.。]?"""
_DELETED_BY_OWNER = re.compile(
    "You deleted|Eliminaste|Du hast|Vous avez|Hai eliminato|Você apagou|Apagou|U hebt|Je hebt|を削除しました|"
    "메시지를 삭제했|삭제한|你已|您|आपने|لقد حذفت|^حذفت"
)
_EDITED = """<This message was edited>|<Se editó este mensaje\\.?>|<Este mensaje se editó\\.?>|<Este mensaje fue editado\\.?>
|<Diese Nachricht wurde bearbeitet\\.?>|<Ce message a été modifié\\.?>|<Questo messaggio è stato modificato\\.?>
|<Mensagem editada\\.?>|<Esta mensagem foi editada\\.?>|<Dit bericht is bewerkt\\.?>|<このメッセージは編集されました。?>
|<編集済み>|<수정된 메시지>|<이 메시지는 수정되었습니다\\.?>|<此消息已编辑>|<已编辑此消息>|<此訊息已編輯>|<यह मैसेज एडिट किया गया>
|<यह संदेश संपादित किया गया>|<تم تعديل هذه الرسالة>"""
_MISSED = """Missed (?:group )?(?:voice|video|audio) call|Missed call|Silenced (?:voice|video) call
|Llamada (?:grupal )?(?:de voz )?perdida|Videollamada (?:grupal )?perdida|Llamada perdida
|Verpasster (?:Sprach|Video|Gruppen)anruf|Verpasster Anruf|Appel (?:vocal|vidéo) manqué|Appel manqué
|Chiamata (?:vocale |video )?persa|Videochiamata persa|Chiamata senza risposta
|(?:Chamada|Ligação) (?:de voz |de vídeo )?perdida|Gemiste (?:spraak|video)oproep|Gemiste oproep
|音声通話の不在着信|ビデオ通話の不在着信|不在着信|부재중 (?:음성|영상) ?통화|부재중 전화|未接(?:来电|語音通話|语音通话|视频通话|視訊通話|語音來電|视频来电|語音電話|視訊電話)
|छूटी हुई (?:वॉइस|वॉयस|वीडियो) कॉल|मिस्ड (?:वॉइस|वॉयस|वीडियो) कॉल|मिस्ड कॉल|مكالمة (?:صوتية|فيديو|فائتة|صوتية فائتة|فيديو فائتة)(?: فائتة)?"""
_CALLED = """(?:Voice|Video|Group voice|Group video|Audio) call|(?:Llamada de voz|Videollamada)|(?:Sprach|Video)anruf
|Appel (?:vocal|vidéo)|(?:Chiamata vocale|Videochiamata)|(?:Chamada|Ligação) de (?:voz|vídeo)|(?:Spraak|Video)oproep
|音声通話|ビデオ通話|음성 ?통화|영상 ?통화|语音通话|视频通话|語音通話|視訊通話|(?:वॉइस|वॉयस|वीडियो) कॉल"""
_UNANSWERED = """No answer|Not answered|Declined|Sin respuesta|Rechazada|Keine Antwort|Nicht angenommen|Abgelehnt|Pas de réponse
|Sans réponse|Refusé|Nessuna risposta|Rifiutata|Sem resposta|Não atendida|Recusada|Geen antwoord|Niet beantwoord|Geweigerd
|応答なし|응답 없음|无应答|無人接聽|未接听|कोई जवाब नहीं|لم يتم الرد"""
_SYSTEM = """end-to-end encrypted|end-to-end encryption|cifrados? de extremo a extremo|Ende-zu-Ende-verschlüsselt
|chiffrés de bout en bout|crittografia end-to-end|crittografat[ie]|criptografadas? de ponta a ponta|encriptadas? de ponta a ponta
|protegidas? com a criptografia|end-to-end versleuteld|versleuteld|エンドツーエンド|종단간 암호화|端到端加密|端對端加密
|एंड-टू-एंड एन्क्रिप्ट|التشفير التام|مشفرة تمام|مشفرة بين
|\\bsecurity code\\b|código de seguridad|Sicherheitsnummer|code de sécurité|codice di sicurezza|código de segurança|beveiligingscode
|changed (?:the subject|the group|this group|their phone number|to a new number|to \\+)|joined using|created (?:the )?group|created this group
|\\badded\\b.{1,80}|\\bwas added\\b|\\bremoved\\b .{1,80}|\\bwas removed\\b|\\bleft\\b$|\\bis a contact\\b|disappearing messages|turned (?:on|off)
|pinned a message|now an admin|blocked this contact|unblocked this contact|\\bhat .{1,80}hinzugefügt|hat die Gruppe|\\bwurde.{0,80}hinzugefügt
|hat den Betreff|hat das Gruppenbild|Telefonnummer hat sich|añadió a|agregó a|creó (?:el )?grupo|cambió (?:el asunto|su número|a un nuevo|el código)|salió del grupo
|a ajouté|a créé le groupe|a changé|a quitté|ha aggiunto|ha creato il gruppo|ha cambiato|ha abbandonato|adicionou|criou (?:o )?grupo|mudou|saiu do grupo
|heeft .{1,80}toegevoegd|heeft de groep|heeft het onderwerp|heeft de groep verlaten|を追加しました|がグループを|が退出しました|님이 .{0,80}(?:초대|추가|나갔)
|添加了|创建了群组|建立了群組|更改了|离开了|離開了|已加入|ने .{1,80}जोड़ा|ने ग्रुप|तमाम|أضاف|أنشأ المجموعة|غادر|تغير رمز"""


def _words(table: str) -> str:
    return table.replace("\n", "")


_IS_OMITTED = re.compile(f"(?:{_words(_OMITTED)})", re.IGNORECASE)
_IS_DELETED = re.compile(_words(_DELETED), re.IGNORECASE)
_ENDS_EDITED = re.compile(rf"\s*[{MARKS}]*(?:{_words(_EDITED)})[{MARKS}]*\s*\Z", re.IGNORECASE)
_IS_MISSED = re.compile(f"(?:{_words(_MISSED)})", re.IGNORECASE)
_AFTER_MISSED = re.compile(r"[.,،。]?(?:\s?(?:Tap to call back|at \d\d?:\d\d(?:\s?[AaPp][Mm])?))?\.?")
_IS_CALL = re.compile(
    rf"(?:{_words(_CALLED)})(?:[.,،、]\s?(?P<rest>[^\n]{{1,40}})|\s?\((?P<inside>[^\n]{{1,40}})\))", re.IGNORECASE
)
_NOT_TAKEN = re.compile(_words(_UNANSWERED), re.IGNORECASE)
_OWN = re.compile(_words(_SYSTEM), re.IGNORECASE)
_ANDROID_FILE = re.compile(
    rf"(?P<name>[^\n<>:\"/\\|?*]{{1,180}}\.[A-Za-z0-9]{{1,8}}) \((?:(?:{_words(_ATTACHED)})|(?P<other>[^()\n]{{3,40}}))\)(?:\n|\Z)",
    re.IGNORECASE,
)
_PHONE_NAME = re.compile(r"(?:IMG|VID|AUD|PTT|DOC|STK)-\d{8}-WA\d{3,6}\.\w{2,5}")
_IOS_FILE = re.compile(r"<[^<>:：\n]{2,30}?\s?[:：]\s?(?P<name>[^<>\n]{1,180}\.[A-Za-z0-9]{1,8})>")
_DURATION = re.compile(
    r"(?:(\d{1,2})\s?(?:h|hr|hrs|Std\.?|hour|hours|hora|horas|heure|heures|ore|ora|uur|時間|시간|小时|小時|घंटे)\b\s?)?"
    r"(?:(\d{1,3})\s?(?:m|min|mins|Min\.?|minutes?|minutos?|分|분|分钟|分鐘|मिनट)(?![a-z])\.?\s?)?"
    r"(?:(\d{1,2})\s?(?:s|sec|secs|Sek\.?|seg|seconds?|segundos?|sn|秒|초|सेकंड)(?![a-z])\.?)?"
)

Said = Literal["", "call", "system"]


@dataclass(frozen=True, slots=True)
class Told:
    """What one line of a chat is: ``said`` by a person (“”), of a call, or the app's own; its body without what the
    app put in, its files, and notes."""

    said: Said = ""
    body: str | None = None
    files: tuple[str, ...] = ()
    note: str = ""
    answered: bool | None = None
    seconds: float | None = None
    by_owner: bool = False


def bare(text: str) -> str:
    """``text`` without the invisible marks of direction that the app sets."""
    return _MARK.sub("", text)


def is_system(text: str) -> bool:
    """Whether the app itself wrote this line."""
    return _OWN.search(text) is not None


def told(raw: str) -> Told:
    """What the words behind a sender's name are."""
    marked = raw.startswith(("\u200e", "\u200f"))
    text = bare(raw).strip()
    if len(text) <= 200 and (call := call_of(text, sure=marked)) is not None:
        return call
    if marked and len(text) < 600 and "\n" not in text and is_system(text) and not _IS_DELETED.fullmatch(text):
        return Told("system", text)
    if _IS_DELETED.fullmatch(text):
        return Told("", text, note="deleted", by_owner=_DELETED_BY_OWNER.search(text) is not None)
    if _IS_OMITTED.fullmatch(text):
        return Told("", text, note="media left out of the export")
    notes, body = [], raw
    if edited := _ENDS_EDITED.search(body):
        body = body[: edited.start()]
        notes.append("edited")
    body, files = _files(body)
    body, left = _omitted_under(body)
    notes += left
    if body.strip() == "null" and not files:
        notes.append("exported without its content")
    return Told("", bare(body).strip("\n ") or None, files, "; ".join(notes))


def _files(body: str) -> tuple[str, tuple[str, ...]]:
    """The names of files that a message brings, and the caption left of it."""
    start = bare(body[:400]).lstrip()
    android = _ANDROID_FILE.match(start)
    if android and (android["other"] is None or _PHONE_NAME.fullmatch(android["name"])):
        whole = bare(body).lstrip()
        return whole[android.end() :], (android["name"],)
    names = tuple(found["name"].strip() for found in _IOS_FILE.finditer(bare(body)))
    if names and ("\u200e" in body or _IOS_FILE.fullmatch(bare(body).strip())):
        return _IOS_FILE.sub("", bare(body)).strip(), names
    return body, ()


def _omitted_under(body: str) -> tuple[str, list[str]]:
    """iOS writes “image omitted” in a line of its own, marked, under or before a caption."""
    lines = body.split("\n")
    kept = [line for line in lines if not (line.startswith("\u200e") and _IS_OMITTED.fullmatch(bare(line).strip()))]
    return ("\n".join(kept), ["media left out of the export"]) if len(kept) < len(lines) else (body, [])


def call_of(text: str, *, sure: bool) -> Told | None:
    """The call that the app's words tell of, None when they tell of none. ``sure``: they are the app's; a person's own
    words are taken for the app's only when there is not a word more."""
    missed = _IS_MISSED.match(text)
    if missed and (sure or _AFTER_MISSED.fullmatch(text, missed.end())):
        return Told("call", text, answered=False, note="missed")
    found = _IS_CALL.fullmatch(text)
    if found is None:
        return None
    rest = (found["rest"] or found["inside"]).strip()
    if _NOT_TAKEN.search(rest):
        return Told("call", text, answered=False)
    seconds = seconds_of(rest)
    return None if seconds is None else Told("call", text, answered=True, seconds=seconds)


def seconds_of(text: str) -> float | None:
    """The length of a call in words, “1 hr 2 min”; None when it is none."""
    found = _DURATION.match(text)
    if found is None or not found[0].strip():
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return float(hours * 3600 + minutes * 60 + seconds)
