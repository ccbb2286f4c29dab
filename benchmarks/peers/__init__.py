"""Peers: the same products with the tools that others use, each set up as its own documentation advises.

A peer is a module with one function a workload; `python -m benchmarks.peers.NAME WORKLOAD SCENE OUT` runs it
as a whole process. Peers write the products alone: no quality file, flags, statistics, pictures, digests,
items, register or checks.
"""
