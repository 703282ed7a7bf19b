"""Floor 3: one run from a draft to its findings, without a screen and without a command line."""
