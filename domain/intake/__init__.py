"""Files of requests, providers and services, turned into commands: every row lands or is named with its reason."""
