"""What an image file says of itself, as facts and moments: by its structure, its header, and the blocks of data
beside its pixels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from evidencekit.media import animation, structure
from evidencekit.media.exif import read_exif, read_tiff_exif, tell_orientation
from evidencekit.media.icc import profile_name
from evidencekit.media.notes import Notes, clean_name
from evidencekit.model import Child, Moment, Zone

if TYPE_CHECKING:
    from PIL import Image

    from evidencekit.media.heif import Still

_TIFF_BITS = 258
_MOTION = "The file also holds a short video (a motion photo), which is taken out as an item of its own."
_UNTAKEN = "The file also holds a short video (a motion photo), too large to be taken out; it is in the native file."
_LARGEST_MOVIE = 1 << 30
_NCLX = {1: "BT.709", 9: "BT.2020", 12: "Display P3"}
_HDR = {16: "PQ", 18: "HLG"}
# Bits per channel where the mode tells them.
_MODE_BITS = {"1": 1, "I;16": 16, "I;16B": 16, "I;16L": 16, "I": 32, "F": 32}


def structure_of(file: BinaryIO, media_type: str, notes: Notes) -> tuple[int, int]:
    """Whether the file is whole, and what stands beside its pixels; gives where a movie in it begins and ends."""
    if media_type == "image/png":
        _png(structure.read_png(file), notes)
    elif media_type == "image/jpeg":
        jpeg = structure.read_jpeg(file)
        _jpeg(jpeg, notes)
        return jpeg.video
    else:
        faults = structure.other_faults(file, media_type)
        for fault in faults:
            notes.warn(fault)
        size = structure.webp_size(file) if faults and media_type == "image/webp" else None
        for name, value in zip(("width", "height"), size or (), strict=False):
            notes.fact(name, value, "webp header")
        if media_type == "image/gif":
            moving, comments = animation.read_gif(file)
            _comments(comments, "gif comment", notes)
            _animation(moving, "gif", notes)
        elif media_type == "image/webp":
            _animation(animation.read_webp(file), "webp", notes)
    return 0, 0


def _jpeg(jpeg: structure.Jpeg, notes: Notes) -> None:
    for fault in jpeg.faults:
        notes.warn(fault)
    _comments(jpeg.comments, "jpeg comment", notes)
    notes.fact("bit_depth", jpeg.bits or None, "jpeg header")
    _movie(jpeg.video, "a movie behind the picture's end", notes)


def _movie(place: tuple[int, int], basis: str, notes: Notes) -> None:
    start, end = place
    if end <= start:
        return
    notes.fact("motion_photo", True, basis)
    notes.fact("motion_photo_bytes", end - start, basis)


def take_movie(file: BinaryIO, place: tuple[int, int], out: Path, name: str, notes: Notes) -> None:
    """The movie of a motion photo, as a child; ``place`` is where it begins and ends, 0 and 0 for none."""
    start, end = place
    if end <= start:
        return
    if end - start > _LARGEST_MOVIE:
        notes.warn(_UNTAKEN)
        return
    out.mkdir(parents=True, exist_ok=True)
    target = out / "motion.mp4"
    file.seek(start)
    left = end - start
    with target.open("wb") as movie:
        while left and (part := file.read(min(left, 1 << 20))):
            movie.write(part)
            left -= len(part)
    stem = clean_name(name).rpartition(".")[0] or "picture"
    notes.children.append(Child(f"{stem} motion.mp4", target))
    notes.warn(_MOTION)


def _comments(comments: list[bytes], basis: str, notes: Notes) -> None:
    for number, comment in enumerate(comments, 1):
        notes.fact("comment" if number == 1 else f"comment {number}", comment, basis)


def _animation(moving: animation.Animation, form: str, notes: Notes) -> None:
    if moving.frames < 2:
        return
    notes.fact("frames", moving.frames, f"{form} structure")
    notes.fact("animation_seconds", round(moving.seconds, 3) or None, f"{form} structure")
    if moving.repeats is not None:
        notes.fact("animation_repeats", moving.repeats or "for ever", f"{form} structure")


def _png(png: structure.Png, notes: Notes) -> None:
    for fault in png.faults:
        notes.warn(fault)
    notes.fact("bit_depth", png.bits or None, "png header")
    _animation(animation.Animation(png.frames, png.seconds), "png", notes)
    for key, text in png.texts:
        if key == "XML:com.adobe.xmp":
            xmp_facts(text.encode("utf-8", "replace"), notes)
        elif key == "Raw profile type exif":
            _raw_exif(text, notes)
        elif key.lower() == "creation time":
            _creation_time(text, notes)
        else:
            notes.fact("software" if key == "Software" else f"text {key}", text, f"png text {key}")
    if png.changed:
        year, month, day, hour, minute, second = png.changed
        value = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{min(second, 59):02}"
        _png_time(value, notes)


def _raw_exif(text: str, notes: Notes) -> None:
    """EXIF as ImageMagick writes it: a name, a length, and the bytes in hexadecimal."""
    try:
        read_exif(bytes.fromhex("".join(text.split("\n")[3:])), notes)
    except ValueError:
        notes.warn("The EXIF data in the PNG's text is damaged and was not read.")


def _png_time(value: str, notes: Notes) -> None:
    from evidencekit.moments import iso_moment

    basis = "png tIME"
    moment = iso_moment(value + "Z", basis=basis)
    if moment is not None:
        moment = Moment(moment.value, value, f"{basis}, UTC by the format", Zone.ASSUMED)
    notes.time(moment, value, "time tIME", basis)


def _creation_time(text: str, notes: Notes) -> None:
    from evidencekit.moments import exif_moment, iso_moment, mail_moment

    basis = "png text Creation Time"
    found = mail_moment(text, basis=basis) or iso_moment(text, basis=basis) or exif_moment(text, basis=basis)
    notes.time(found, text, "text Creation Time", basis)


def header(image: Image.Image, file: BinaryIO, media_type: str, notes: Notes) -> None:
    """Size, colour, resolution and the blocks of data, as Pillow found them without decoding."""
    form = media_type.partition("/")[2]
    basis = f"{form} header"
    notes.fact("width", image.width, basis)
    notes.fact("height", image.height, basis)
    notes.fact("color_mode", image.mode, basis)
    if not notes.has("bit_depth"):
        notes.fact("bit_depth", _bits(image, media_type), basis)
    _colour(image.info.get("icc_profile"), basis, notes)
    if "srgb" in image.info and not notes.has("color_profile"):
        notes.fact("color_profile", "sRGB", "png sRGB")
    dpi = image.info.get("dpi")
    if isinstance(dpi, tuple) and len(dpi) == 2:
        across, down = (round(float(value), 1) for value in dpi)
        notes.fact("dpi", f"{across:g}" if across == down else f"{across:g} × {down:g}", basis)
    if media_type == "image/tiff":
        _tiff(image, file, notes)
    elif image.info.get("exif"):
        read_exif(image.info["exif"], notes)
    packet = image.info.get("xmp")
    if isinstance(packet, bytes) and media_type != "image/png":
        xmp_facts(packet, notes)
    if isinstance(image.info.get("photoshop"), dict):
        from evidencekit.media.iptc import read_iptc

        read_iptc(image.info["photoshop"], notes)
    if media_type == "image/jpeg":
        from evidencekit.media.cameras import read_cameras

        read_cameras(getattr(image, "applist", ()), notes)
    if image.format == "MPO":
        notes.fact("pictures", getattr(image, "n_frames", 1), "mpo directory")


def _bits(image: Image.Image, media_type: str) -> int | None:
    if media_type == "image/tiff":
        said = getattr(image, "tag_v2", {}).get(_TIFF_BITS)
        return max(said) if isinstance(said, tuple) and said else 1
    return _MODE_BITS.get(image.mode, 8)


def _colour(icc: object, basis: str, notes: Notes) -> None:
    if isinstance(icc, bytes) and icc:
        notes.fact("color_profile", profile_name(icc) or "not named", f"{basis}, ICC profile")


def _tiff(image: Image.Image, file: BinaryIO, notes: Notes) -> None:
    tags = dict(getattr(image, "tag_v2", {}))
    size = file.seek(0, 2)
    for fault in structure.tiff_faults(tags, size):
        notes.warn(fault)
    frames = getattr(image, "n_frames", 1)
    if frames > 1:
        notes.fact("frames", frames, "tiff directory")
    read_tiff_exif(image.getexif(), file, notes)


def boxed(file: BinaryIO, media_type: str, notes: Notes) -> Still:
    """A HEIC, HEIF or AVIF by its boxes; its width and height are 0 when there is nothing to show."""
    from evidencekit.media.heif import read_still

    def fetch(at: int, length: int) -> bytes:
        file.seek(at)
        return file.read(length)

    still = read_still(fetch, file.seek(0, 2))
    form = media_type.partition("/")[2]
    basis = f"{form} header"
    for fault in still.faults:
        notes.warn(fault)
    if still.width and still.height:
        notes.fact("width", still.width, basis)
        notes.fact("height", still.height, basis)
    if still.coded_size != (0, 0):
        across, down = still.coded_size
        notes.fact("stored_size", f"{across} × {down}", f"{form} ispe; a part of it is shown (clap)")
    notes.fact("bit_depth", still.bit_depth or None, basis)
    if still.orientation is not None:
        tell_orientation(still.orientation, f"{form} irot, imir", notes)
    elif still.exif:
        tell_orientation(1, f"{form} without irot and imir", notes)
    _boxed_colour(still, basis, notes)
    _boxed_pictures(still, form, notes)
    if still.exif:
        _boxed_exif(still, form, notes)
    if still.xmp:
        xmp_facts(still.xmp.rstrip(b"\0"), notes)
    return still


def _boxed_colour(still: Still, basis: str, notes: Notes) -> None:
    _colour(still.icc, basis, notes)
    if still.nclx is not None and not still.icc:
        primaries, transfer, _ = still.nclx
        notes.fact("color_profile", _NCLX.get(primaries, f"primaries {primaries} of H.273"), f"{basis}, nclx")
        notes.fact("hdr", _HDR.get(transfer), f"{basis}, nclx")


def _boxed_pictures(still: Still, form: str, notes: Notes) -> None:
    if still.pictures > 1:
        notes.fact("pictures", still.pictures, f"{form} directory")
        notes.warn(f"The file holds {still.pictures} pictures; the primary one is shown and printed.")
    notes.fact("thumbnails", still.thumbnails or None, f"{form} directory")
    if still.auxiliary:
        notes.fact("auxiliary", sorted(still.auxiliary), f"{form} directory")
    notes.fact("tone_mapped", still.tone_mapped or None, f"{form} directory")
    if still.frames > 1:
        notes.fact("frames", still.frames, f"{form} track")
        notes.fact("animation_seconds", round(still.seconds, 3) or None, f"{form} track")
        notes.warn(f"The file holds a sequence of {still.frames} frames; one picture is shown and printed.")
    _movie(still.video, f"{form} mpvd", notes)


def _boxed_exif(still: Still, form: str, notes: Notes) -> None:
    """EXIF of a picture that its boxes turn: its Orientation is not applied again (ISO/IEC 23008-12, 6.5.10)."""
    read_exif(still.exif, notes)
    said = next((f.value for f in notes.facts if f.name == "orientation" and f.basis == "exif Orientation"), None)
    if said not in (None, still.orientation or 1):
        notes.warn(f"EXIF says another orientation ({said}) than the {form.upper()} itself; the picture is shown as it "
                   "says itself, as the format demands.")  # fmt: skip


def xmp_facts(packet: bytes, notes: Notes) -> None:
    """What an XMP packet says: facts that nothing else said, times, a place, a motion photo."""
    from evidencekit.media import xmp
    from evidencekit.moments import iso_moment

    found = xmp.properties(packet)
    if found is None:
        notes.warn("The XMP data is damaged and was not read.")
        return
    for key, name in xmp.FACTS.items():
        if key in found and not notes.has(name):
            notes.fact(name, found[key], f"xmp {key}")
    for key in xmp.TIMES:
        if key in found:
            basis = f"xmp {key.partition(':')[2]}"
            notes.time(iso_moment(found[key], basis=basis), found[key], f"time {key}", basis)
    turn = found.get("tiff:Orientation", "")
    if turn in ("1", "2", "3", "4", "5", "6", "7", "8") and not notes.has("orientation"):
        tell_orientation(int(turn), "xmp tiff:Orientation", notes)
    _xmp_place(found, notes)
    if "1" in (found.get("GCamera:MotionPhoto"), found.get("GCamera:MicroVideo")):
        notes.fact("motion_photo", True, "xmp GCamera:MotionPhoto")


def _xmp_place(found: dict[str, str], notes: Notes) -> None:
    from evidencekit.media import places, xmp

    latitude, longitude = (xmp.degrees(found.get(f"exif:GPS{name}", "")) for name in ("Latitude", "Longitude"))
    if latitude is None or longitude is None:
        return
    altitude = xmp.ratio(found.get("exif:GPSAltitude", ""))
    if altitude is not None and found.get("exif:GPSAltitudeRef") == "1":
        altitude = -altitude
    facing = xmp.ratio(found.get("exif:GPSImgDirection", ""))
    place = places.Place(latitude, longitude, altitude, facing)
    if place.possible:
        places.tell(place, "xmp exif:GPSLatitude, exif:GPSLongitude", notes)


def too_large(size: tuple[int, int], most: int, notes: Notes) -> None:
    """What is known of a WebP that is not opened."""
    for name, value in zip(("width", "height"), size, strict=True):
        notes.fact(name, value, "webp header")
    large(size, most, notes)


def large(size: tuple[int, int], most: int, notes: Notes) -> None:
    """Say when a picture is too large to be decoded."""
    width, height = size
    if width * height > most:
        notes.warn(
            f"The picture has {width * height / 1e6:,.0f} megapixels, more than the {most // 1_000_000} "
            "that are decoded here: it is described, not shown."
        )
