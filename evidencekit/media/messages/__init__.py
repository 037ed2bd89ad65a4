"""Exports of messages and calls, one module per program that makes them, behind one reader.

A format is a module with a :class:`~evidencekit.media.messages.collected.Format`, and an entry in
:mod:`~evidencekit.media.messages.formats`.
"""
