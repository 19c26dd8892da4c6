"""Terrier measured: public instances with best-known values, made-up ones without, peers beside it, one scorer for all."""
