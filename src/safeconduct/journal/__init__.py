"""The journal: an append-only store of what happened, on SQLite or PostgreSQL, and the only writer of it.

store        where it lies, and what is asked of either kind of store
events       events as rows, and rows as events; old shapes are read as new ones
sql          statements to the store, as they are
journal      append, read, lock
projections  what is counted and looked up by: made from events, and made again from them
anchors      roots over events, by which the log holds them
models, migrations   the tables
"""

from safeconduct.journal import store

store.prepare()  # Django wants its settings before a table is named
