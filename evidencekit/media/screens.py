"""Whether a picture is probably a screenshot: a hint with its reasons, never more."""

from __future__ import annotations

import re

from evidencekit.media.notes import Notes, clean

# Pixels of phones' and tablets' screens, upright, without those that are as common among sent photographs (3 : 4).
_SCREENS = frozenset(
    {
        # iPhone
        (640, 1136), (750, 1334), (828, 1792), (1080, 1920), (1125, 2436), (1170, 2532), (1179, 2556),
        (1206, 2622), (1242, 2208), (1242, 2688), (1284, 2778), (1290, 2796), (1320, 2868), (1080, 2340), (1260, 2736),
        # iPad
        (1488, 2266), (1640, 2360), (1668, 2224), (1668, 2388), (1668, 2420),
        (2048, 2732), (2064, 2752),
        # Android
        (720, 1280), (720, 1440), (720, 1480), (720, 1520), (720, 1544), (720, 1560),
        (720, 1600), (720, 1612), (720, 1640), (720, 1650), (800, 1280), (1080, 2160), (1080, 2220), (1080, 2244),
        (1080, 2246), (1080, 2248), (1080, 2280), (1080, 2310), (1080, 2312), (1080, 2316), (1080, 2376), (1080, 2400),
        (1080, 2408), (1080, 2412), (1080, 2424), (1080, 2460), (1080, 2520), (1080, 2640), (1200, 1920), (1200, 2000),
        (1220, 2712), (1224, 2700), (1240, 2772), (1280, 2856), (1344, 2992), (1440, 2560), (1440, 2880), (1440, 2960),
        (1440, 3040), (1440, 3088), (1440, 3120), (1440, 3168), (1440, 3200), (1440, 3216), (1600, 2560), (1644, 3840),
        (1752, 2800), (1812, 2176), (1840, 2208), (1848, 2960),
    }
)  # fmt: skip
_WIDTHS = frozenset({640, 720, 750, 828, 1080, 1125, 1170, 1179, 1206, 1242, 1284, 1290, 1320, 1440})
_WORDS = re.compile(
    r"screen[ _-]?shot|screen[ _-]?capture|screen[ _-]?cap\b|bildschirmfoto|captura de (?:pantalla|ecr|tela)"
    r"|capture d.?[eé]cran|schermafbeelding|schermata|schermafdruk|zrzut ekranu|skjermbilde|sk[äa]rmbild"
    r"|sk[æa]rmbillede|näyttökuva|снимок экрана|ekran g.r.nt.s."
    r"|スクリーンショット|屏幕截图|截屏|截图|螢幕截圖|스크린샷",
    re.IGNORECASE,
)
_CAMERA = ("make", "model", "exposure_seconds", "f_number", "focal_length_mm", "lens")
_TELLING = ("comment", "software", "description", "title")


def hint(name: str, size: tuple[int, int], notes: Notes) -> None:
    """Keep ``screenshot`` as a fact when a text in the picture or its name calls it so, or when it holds no camera's
    data and has a screen's size; the basis tells why."""
    reasons = []
    for fact in notes.facts:
        telling = fact.name in _TELLING or fact.name.startswith("text ")
        if telling and isinstance(fact.value, str) and _WORDS.search(fact.value[:500]):
            reasons.append(f"{fact.basis} says “{clean(fact.value, 40)}”")
    camera = sum(notes.has(fact) for fact in _CAMERA) >= 2
    if not camera:
        if _WORDS.search(name[:500]):
            reasons.append("so its name says")
        reasons.extend(_by_size(*size))
    if reasons:
        also = "" if camera else "; no camera’s data"
        notes.fact("screenshot", True, f"hint: {'; '.join(reasons[:4])}{also}")


def _by_size(width: int, height: int) -> list[str]:
    lying = width > height
    upright = (height, width) if lying else (width, height)
    monitor = lying and width * 10 <= height * 18  # 1920 × 1080 and its like are anybody's
    if upright in _SCREENS and not monitor:
        return [f"{width} × {height} is the size of a phone’s or tablet’s screen"]
    if width in _WIDTHS and height > 2.6 * width:
        return [f"as wide as a phone’s screen and {height / width:.1f} times as tall, as scrolling captures are"]
    return []
