"""EvidenceKit's core: intake, custody, chronology, exhibits and the binder. Knows no Qt."""

__version__ = "0.1.0"
