"""The law as data: editions, overlays, calendar and forms. No code lives here."""
