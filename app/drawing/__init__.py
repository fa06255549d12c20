"""The compiled graphs as they really are, drawn offline, and the paths of sessions through them."""

from app.drawing.asking import Asking, asking_in_run, asking_nothing, asking_now
from app.drawing.formats import Drawing, as_data, as_mermaid, as_text, ascii_only
from app.drawing.path import Path, path_of
from app.drawing.path_formats import path_data, path_mermaid, path_text
from app.drawing.path_svg import path_svg
from app.drawing.shape import GRAPHS, Shape, shape_of
from app.drawing.svg import as_svg
from app.drawing.visits import Visits, visits_of

__all__ = [
    "GRAPHS",
    "Asking",
    "Drawing",
    "Path",
    "Shape",
    "Visits",
    "as_data",
    "as_mermaid",
    "as_svg",
    "as_text",
    "ascii_only",
    "asking_in_run",
    "asking_nothing",
    "asking_now",
    "path_data",
    "path_mermaid",
    "path_of",
    "path_svg",
    "path_text",
    "shape_of",
    "visits_of",
]
