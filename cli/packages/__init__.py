"""What the commands use of the other packages: the only place in ``cli`` that imports them.

In a checkout they are top-level packages, in the wheel they are below ``kms_jwt``. There is one module for each package, so
that a command imports only those that it needs.
"""
