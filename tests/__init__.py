"""The specification, as tests: a folder a room, tables taken from the text of the law."""
