"""Rasters on disk: hardened opening, block reads, cloud-optimised GeoTIFF, footprints."""
