"""The viewer: looks at items through copies made for the screen."""

from ui.views.viewer.pages import PageList
from ui.views.viewer.viewer import Viewer

__all__ = ["PageList", "Viewer"]
