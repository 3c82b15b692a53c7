"""Benchmarks: `python -m bench` answers one question after the other, side by side with what others offer.

Each question is a module with ``measure(scale)``, which returns its ``Answer``. Whatever is compared takes turns within
one run, so that the noise of a shared machine hits all sides alike; read the figures as ratios.
"""
