"""The panel beside the viewer: all that is known of an item, and what people say of it."""

from ui.views.details.panel import Details

__all__ = ["Details"]
