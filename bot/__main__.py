"""python -m bot: the command `elbi`."""

from bot.cli import main

main()
