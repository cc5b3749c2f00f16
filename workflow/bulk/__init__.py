"""The same formulas over a table of cases: what is judged one by one online is judged in bulk by plain SQL."""
