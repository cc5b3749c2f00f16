"""Keeping an installation: where it lives, backup, restore, upgrade, and whether it is sound."""
