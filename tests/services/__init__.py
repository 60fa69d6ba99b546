"""Real parts for the tests: PostgreSQL, Redis, Chromium and the app itself, each started on loopback and stopped again."""
