"""The verbs an agent has: verify, assess, create, list, cancel, explain, pass on. Framework-free.

Start at `runner.Tools`. Rules live in `retail`, sentences in `conversation`, rows in `storage`; a tool only joins them inside the
transaction that it is given. Beside the verbs: the return slip, its signed links, the order book's import and the demo orders.
"""
