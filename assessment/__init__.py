"""The yearly assessment: periods, snapshots, rankings and scorecards, as use cases and queries."""
