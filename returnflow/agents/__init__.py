"""The agents as data: YAML definitions, their loader and validator, and the lint of their wordings."""
