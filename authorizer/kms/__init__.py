"""The other key source: public keys read from KMS at run time. With pinned keys, none of these modules is imported."""
