"""Floor 5: the terminal. It reads runs and posts what a person did; every decision is made below."""
