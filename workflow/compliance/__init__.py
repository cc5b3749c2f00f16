"""The audit: every case judged by every rule as of the law of each day, and what is said about it."""
