"""What can be proven without asking anyone: canonical bytes, Merkle trees, signed notes, keys, envelopes.

Bytes in, bytes out. Nothing here knows a catalogue or a store.
"""
