"""What the desk achieves: times to removal, open cases counted; providers compared; whether the sweep is well."""
