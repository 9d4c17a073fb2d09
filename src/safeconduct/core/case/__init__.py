"""The life of one request, from receipt to its end."""
