"""The parts of the play screen. Each shows a Sheet, and posts what a person did."""
