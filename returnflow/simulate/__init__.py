"""Conversation tests: scenario files played against the real brain on a fresh database in memory. No model is asked, nothing leaves.

`scenario` reads the files, `world` builds what a call runs in, `call` plays one, `expectations` and `invariants` judge it,
`runner` does all of them, `report` is what came out. Prints nothing; `cli.simulate` does.
"""
