"""The command ``kms-jwt``: sign tokens, publish keys, decode tokens, explain why one is denied, check a deployed API.

Installed from the wheel it is ``kms-jwt`` or ``python -m kms_jwt``, in a checkout ``python -m cli``. A command is a module in
``commands/`` and an entry in its table; the module and its imports are loaded only when the command runs.
"""
