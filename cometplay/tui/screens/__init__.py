"""The screens: one to play on, and small ones in front of it."""
