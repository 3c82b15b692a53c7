"""Keys that are read at run time, from KMS or from other issuers' URLs. With pinned keys, none of these modules is imported."""
