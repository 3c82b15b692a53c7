"""The command ``kms-jwt``: sign tokens, publish keys, read tokens, and tell why one is denied.

Installed from the wheel it is ``kms-jwt`` or ``python -m kms_jwt``, in a checkout ``python -m cli``. A command is a module in
``commands/`` and a line in its table; what it imports is imported when it runs.
"""
