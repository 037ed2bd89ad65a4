"""The case that custody documents are made from."""

from tests.core.forms.handled import handled, handled_once

__all__ = ["handled", "handled_once"]
