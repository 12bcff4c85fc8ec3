"""Keys of officers and sites: make, wrap, token, certificate, sign, check."""
