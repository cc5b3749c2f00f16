"""Jishi (纪实): the procedure of admitting Party members as data, rules and a record."""
