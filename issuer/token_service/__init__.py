"""The token service: a token endpoint (RFC 6749 section 3.2) for machines, as a Lambda function. Handler:
``issuer.token_service.handler.handler``.

A request passes these steps; nothing before the last one calls KMS:

1. ``request``                the parameters of the form, and what else of the event counts
2. ``client_authentication``  one of the configured clients, by the one method that it is configured with
3. ``grant``                  grant type, scopes and audiences, within what the client may have
4. ``access_token``           the claims (RFC 9068), signed by KMS

``config`` is the contract with the deployment, which judges ``config.json`` with the same code.
"""
