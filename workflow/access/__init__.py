"""Who comes in, and what is kept of it: passwords, sessions, the slowing of guesses, the record of access."""
