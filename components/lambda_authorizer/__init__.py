"""The Lambda authorizer: its function, role, package and configuration."""
