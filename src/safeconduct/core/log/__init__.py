"""The log's formats: values in, values out. Whoever writes a log, witnesses one or verifies one starts from these."""
