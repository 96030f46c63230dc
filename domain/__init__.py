"""What is true: bookings, their lifecycle, and the one engine that may change them."""
