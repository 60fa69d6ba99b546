"""What a store, an order and a return are, and the rules between them.

Pure: standard library, pydantic, PyYAML and holidays only. No Flask, SQL, Redis, HTTP, clock or settings in here.
"""
