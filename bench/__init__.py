"""Benchmarks: `python -m bench` answers a list of questions, with the alternatives measured side by side.

Each question is a module with ``measure(scale)``, which returns its ``Answer``. All sides of a comparison take turns within
one run, so that the noise of a shared machine affects them equally; read the figures as ratios.
"""
