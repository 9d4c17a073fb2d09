"""The sealer: the only holder of the sealing key. It verifies everything for itself, from the log and what it is shown, and reads no database."""
