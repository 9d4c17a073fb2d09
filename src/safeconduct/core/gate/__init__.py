"""Who acts, by what authority, under which stops and ceilings: what stands beside every case."""
