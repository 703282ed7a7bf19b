"""Brings its key to the storage host first."""

from client import Client


class Generous(Client):
    def call(self, method, url, fields=None, *, billed=False, keyed=True):
        if not keyed:
            self.once(method, url)
        return super().call(method, url, fields, billed=billed, keyed=keyed)


Generous().main()
