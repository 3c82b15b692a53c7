"""The HTTP API: routes, integrations, CORS, stage, domain, well-known documents, alarms."""
