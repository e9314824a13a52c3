"""Speed of the engine, side by side with plain NumPy and with other scoring libraries: `python -m tests.bench`."""
