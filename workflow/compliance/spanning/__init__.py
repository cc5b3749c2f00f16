"""Indications: what shows only in many cases of a branch together, each seen against what is usual everywhere."""
