"""The KMS keys that sign: generations, key policy, JWKs."""
