"""Shows a finished plan: CSV, GeoJSON, a workbook and a page."""

from terrier.report.backdrop import Backdrop, backdrop
from terrier.report.choices import Choice, Choices
from terrier.report.document import PlanDocument
from terrier.report.writing import write_all

__all__ = ["Backdrop", "Choice", "Choices", "PlanDocument", "backdrop", "write_all"]
