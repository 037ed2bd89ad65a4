"""Custody documents for people to complete and sign: forms, draft certifications, reports."""
