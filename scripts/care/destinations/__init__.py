"""Where files go: one verified transfer over small stores."""
