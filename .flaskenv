# Read by the `flask` command: the same port as every other way to serve.
FLASK_RUN_PORT=${PORT:-5040}
