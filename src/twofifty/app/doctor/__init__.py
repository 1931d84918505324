"""`doctor`: everything that delivery needs, looked at now, all at once."""
