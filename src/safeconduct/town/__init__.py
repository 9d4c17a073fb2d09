"""The town: a synthetic register of any size, and files of requests about it. No person in it is real."""
