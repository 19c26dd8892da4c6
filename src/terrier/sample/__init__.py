"""A made-up pet-products wholesaler at true US places: accounts, people, chains, how they came to be, and what they bought."""

from terrier.sample.files import write
from terrier.sample.generate import Sample, generate
from terrier.sample.sales import Sales, draw_sales

__all__ = ["Sales", "Sample", "draw_sales", "generate", "write"]
