"""The other key source: public keys read from KMS at run time. With pinned keys, nothing of this is imported."""
