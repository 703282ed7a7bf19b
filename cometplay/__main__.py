"""The `cometplay` command. Only this much is loaded before ctrl+c is under control."""

import sys


def main() -> int:
    """The exit status: 0 ok, 1 hard, 2 usage or blocked, 3 soft, 4 silent, 5 transport, 6 pending, 130."""
    try:
        from cometplay.cli import run  # noqa: PLC0415  ctrl+c may come while this loads

        return run(sys.argv[1:])
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
