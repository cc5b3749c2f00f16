"""What a draft of the law would change in the cases that are under way."""
