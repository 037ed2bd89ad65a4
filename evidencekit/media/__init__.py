"""One file per kind of evidence, behind one small protocol (:mod:`~evidencekit.media.protocol`).

Readers stand in :mod:`~evidencekit.media.readers` and run only in the contained worker; the rest of the core comes
to them through :mod:`~evidencekit.media.contain`, which imports none of them.
"""
