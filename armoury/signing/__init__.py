"""Officers' and sites' keys: make, wrap, seal, certify, sign, check.

One key technology only: ECDSA on P-256 with SHA-256 and X.509, because any government's stock tools can check it.
Around it stand Argon2id and AES-256-GCM (a passphrase protects a key), HPKE (a public key receives the register's data
key) and PKCS#11 (a token keeps a signing key that never leaves it). This room knows no database, no file and no screen.
"""
