"""Journals to measure with: a PostgreSQL that commits onto the disk, and a journal of as many events as are wanted."""
