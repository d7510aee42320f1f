"""Destinations of files: one verified transfer over small stores."""
