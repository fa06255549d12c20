"""The compiled graphs as they really are, drawn offline: as text, Mermaid, SVG and data."""

from app.drawing.formats import as_data, as_mermaid, as_text
from app.drawing.shape import GRAPHS, Shape, shape_of
from app.drawing.svg import as_svg
from app.drawing.visits import Visits, visits_of

__all__ = ["GRAPHS", "Shape", "Visits", "as_data", "as_mermaid", "as_svg", "as_text", "shape_of", "visits_of"]
