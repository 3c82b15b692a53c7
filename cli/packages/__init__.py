"""The packages beside this one, and what of them the commands use: the only place of ``cli`` that imports them.

In a checkout they are top-level packages, in the wheel they are below ``kms_jwt``. A module for each package, so that a command
imports just those that it needs.
"""
