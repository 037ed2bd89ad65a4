"""Every fault of a case, a production or a ledger, as findings, each naming its item or line. Writes nothing."""

from evidencekit.verify.look import log_verdict, verify_path
from evidencekit.verify.meanings import meaning
from evidencekit.verify.verdict import Head, Since, Verdict

__all__ = ["Head", "Since", "Verdict", "log_verdict", "meaning", "verify_path"]
