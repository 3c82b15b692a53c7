"""``kms-jwt check``: whether a deployed API keeps what kms-jwt promises, by requests and by reading its configuration.

It writes nothing: it signs tokens with KMS, sends requests without effect, and calls AWS's read operations.
"""
