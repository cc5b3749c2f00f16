"""Rules: formulas over the columns of a case, their interpreter, verdicts and refusals."""
