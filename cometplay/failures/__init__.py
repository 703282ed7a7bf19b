"""Floor 2: the catalogue of failure modes, and the judge that finds them in a transcript."""
