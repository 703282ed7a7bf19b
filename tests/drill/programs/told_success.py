"""Takes a 200 for a success, whatever is in it."""

from client import Client, GaveUpError


class Cheerful(Client):
    def content(self, value, answer):
        try:
            return super().content(value, answer)
        except GaveUpError:
            return "" if "Sunlight" not in answer.text else "(cut)"


Cheerful().main()
