"""The engine: what people can do with cases, checked against the law and against who they are."""
