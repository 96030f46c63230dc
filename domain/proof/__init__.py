"""Proof: the log chained, checked against every row, and every choice made again. All pure; the store feeds it."""
