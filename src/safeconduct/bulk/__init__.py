"""The law over a file of requests: what opens nothing may be done in bulk.

    FILE → files → columns → facts.parquet → rulings.parquet → tripwires → (a synthetic register) match → summary

Each module is one step of that line. Bulk serves the law and measurement; looks, matches and releases on a custodian's
register are never made here.
"""
