"""The tests. A package, because a library installs a package of the same name and would win over a bare folder."""
