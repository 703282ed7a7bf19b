"""CometPlay: compose a request for the CometAPI gateway, send it, and read why it failed."""

__version__ = "0.1.0"
