"""One case on disk: layout, lock, checks, recovery, history. Alone knows where things lie."""

from evidencekit.casefile.case import TOOL, Case
from evidencekit.casefile.opening import create_case, read_case, write_case

__all__ = ["TOOL", "Case", "create_case", "read_case", "write_case"]
