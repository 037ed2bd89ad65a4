"""One file per kind of evidence, behind one small protocol. Readers run only in the contained worker.

A new kind of evidence is one file, one entry in :data:`READERS`, one mirrored test. There is no plug-in
discovery: an evidence tool loads no code it happens to find.
"""
