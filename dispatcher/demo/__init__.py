"""A generated city that works: simulated customers, providers and an admin, among whom a person dispatches.

Everything here acts through `Engine.execute`, as people do. Only `dispatcher.cli` imports it, and late.
"""
