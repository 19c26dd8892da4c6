"""The `terrier` command: one small module for each of its commands."""
