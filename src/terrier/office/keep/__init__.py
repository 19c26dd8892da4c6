"""Keeping the office's data: backup, restore, and the check-up of an installation."""
