"""Every fault of a case, a production or a ledger, as findings, each naming its item or line. Writes nothing."""

from evidencekit.verify.look import log_verdict, verify_path
from evidencekit.verify.meanings import meaning
from evidencekit.verify.verdict import Against, Head, Kind, Run, Signature, Since, Verdict
from evidencekit.verify.words import Told, counted, grouped, since_words, summary

__all__ = [
    "Against",
    "Head",
    "Kind",
    "Run",
    "Signature",
    "Since",
    "Told",
    "Verdict",
    "counted",
    "grouped",
    "log_verdict",
    "meaning",
    "since_words",
    "summary",
    "verify_path",
]
