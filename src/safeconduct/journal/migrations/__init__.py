"""The journal's migrations. The first makes the table of events, whose shape never changes."""
