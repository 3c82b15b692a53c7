"""The KMS signing keys: generations, key policy, JWKs."""
