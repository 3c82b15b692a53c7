"""What ``kms-jwt revoke`` does: read the denylist, change it, and write it if nobody else has changed it meanwhile."""
