"""Terrier: sales territories for wholesale distributors."""
