"""Takes a word that it does not know for a failure."""

from client import Client, GaveUpError


class Strict(Client):
    def over(self, value):
        done = super().over(value)
        if not done and value["status"] not in {"queued", "in_progress"}:
            raise GaveUpError(f"{self.kept()} ended: {value}")
        return done


Strict().main()
