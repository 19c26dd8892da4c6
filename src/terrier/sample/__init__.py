"""A made-up pet-products wholesaler at true US places: accounts, people, chains, and how they came to be."""

from terrier.sample.files import write
from terrier.sample.generate import Sample, generate

__all__ = ["Sample", "generate", "write"]
