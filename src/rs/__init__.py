"""rs: from a satellite scene to a product that a department can use and a trader can sell."""

__version__ = "0.1.0"
