"""Revoked tokens, clients and keys, read at run time from S3. Without a denylist, none of these modules is imported."""
