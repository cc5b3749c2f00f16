"""What is known of one case: its entries, its rounds and the columns that rules read."""
