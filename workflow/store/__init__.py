"""The store: typed tables, sessions and migrations. It knows no rule of law and nobody's rights."""
