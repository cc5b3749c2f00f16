"""The law as data: editions, overlays, coverage, conventions, transitions; their loader and their words."""
