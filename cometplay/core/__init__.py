"""Floor 1: values and decisions. No I/O, no clock, no randomness; time and chance are handed in."""
