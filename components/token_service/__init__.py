"""The token service: its function, role, package and configuration, its routes and its documents."""
