"""How often the match is wrong: a deck of adversarial trials with bounds, and a labelled sample that a custodian drew."""
