"""Times: as found in files, as people say them, as they are ordered and printed. Pure; nothing here reads a clock."""

from evidencekit.moments.found import (
    epoch1904_moment,
    exif_moment,
    gps_moment,
    iso_moment,
    mail_moment,
    pdf_moment,
    weekday_fault,
)
from evidencekit.moments.ranked import rank
from evidencekit.moments.said import When, parse_when
from evidencekit.moments.shown import UNDATED, day_span, placed_at, show, sort_key, zone_basis
from evidencekit.moments.spans import Precision
from evidencekit.moments.zones import check_zone, local_zone

__all__ = [
    "UNDATED",
    "Precision",
    "When",
    "check_zone",
    "day_span",
    "epoch1904_moment",
    "exif_moment",
    "gps_moment",
    "iso_moment",
    "local_zone",
    "mail_moment",
    "parse_when",
    "pdf_moment",
    "placed_at",
    "rank",
    "show",
    "sort_key",
    "weekday_fault",
    "zone_basis",
]
