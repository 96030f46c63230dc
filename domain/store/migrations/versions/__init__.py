"""The steps, one module each, with frozen SQL beside them."""
