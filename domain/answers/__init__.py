"""Questions answered, of now and of the past: what is looked for, why it is so, what changed, what may be done."""
