"""Widgets that every screen is made of: data goes down into them, messages come up; none knows a booking."""
