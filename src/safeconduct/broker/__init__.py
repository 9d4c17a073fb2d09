"""The broker: the register's only reader. One permit, one look, one record at most; a process of its own."""
