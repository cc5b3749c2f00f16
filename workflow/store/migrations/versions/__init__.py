"""The migrations, in the order of their revisions. A migration that was released is never edited."""
