"""How many people the application bears, and what becomes of them when a process dies: `python -m tests.load`."""
