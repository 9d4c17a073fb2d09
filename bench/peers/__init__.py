"""The law of the shipped pack written by hand for other engines: what the project's own bulk engine is measured beside."""
