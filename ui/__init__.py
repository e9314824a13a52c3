"""What screens share: navigation, guard, page frame, charts, and the way to the data."""
