"""The audit of an event log: cases of another system, judged by a procedure of steps and rules alone.

A log becomes entries as ``docs/bulk.md`` describes them, the entries a table of cases, and this is judged as any other.
"""
