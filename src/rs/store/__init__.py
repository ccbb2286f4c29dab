"""Stores: named bytes on a disk or in a bucket, written once; only derived files are replaced."""
