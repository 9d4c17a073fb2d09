"""Every use of a private key, and of a secret one: no module outside of this folder reads such a file.

    desk      signs look permits: ECDSA, P-256
    broker    32 bytes, and of them keys for marks, for counting near-identical requests, for the lot, for slots
    recipient opens what was sealed to a certificate: P-384, P-256 or RSA
    sealing   signs what is released: ECDSA, P-384
    letters   signs letters (PAdES): P-256 or P-384
    log       signs checkpoints, as a log or as a witness: Ed25519 and ML-DSA-44
    decoys    the secret of which entries of the log are made that are nothing
    fips      whether the ciphers run in a FIPS provider
    files     whose files are used; town, the keys of a town, which are worth nothing anywhere else

Keys lie in files of their owner's alone (0600, no link), and one that lies otherwise is not used.
"""
