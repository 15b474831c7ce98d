"""A terminal without a user interface: engines that understand a program's output, and the ptys they are fed from."""
