"""The decisions in the log of an authorizer or a token service."""
