"""What a log's writer is put through, and whoever reads its log afterwards from the entries up."""
