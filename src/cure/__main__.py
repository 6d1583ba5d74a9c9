"""`python -m cure` is `cure`."""

from cure.cli import main

main()
