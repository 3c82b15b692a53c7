"""The commands of ``python -m issuer``, one a module: ``add_to`` describes its arguments, ``run`` does it."""
