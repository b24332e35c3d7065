"""Measurements beside peers; not installed, not imported by the product."""
