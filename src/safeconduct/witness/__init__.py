"""A witness: it cosigns a log's tree only if that begins with the one it cosigned before. And how a log asks one."""
