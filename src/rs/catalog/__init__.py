"""The catalogue: items, collections, the register that makes them published, indexes, verification."""
