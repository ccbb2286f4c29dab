"""Floors: parts of a workload measured alone, with the libraries that `rs` uses, two threads, warm page cache.

decode: rasterio reads of every band, one handle a thread, windows of whole tiles, into a buffer that is used
again. arithmetic: masks and formulas as compiled loops over blocks in memory. encode: predictor 2 and ISA-L
level 1 over tiles of 512 px of all overview levels from memory into one file. The time that counts is what the
process prints: imports, compiling and preparing are outside of it.
"""
