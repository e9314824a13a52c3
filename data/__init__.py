"""Data at rest: models, sessions, migrations, repositories, reference tables and the demonstration data."""
