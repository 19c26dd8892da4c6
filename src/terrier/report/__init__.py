"""Shows a finished plan: CSV, GeoJSON, a workbook and a page."""

from terrier.report.choices import Choice, Choices
from terrier.report.document import PlanDocument
from terrier.report.writing import write_all

__all__ = ["Choice", "Choices", "PlanDocument", "write_all"]
