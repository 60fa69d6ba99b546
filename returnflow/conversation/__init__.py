"""What can happen on a call.

Pure but for the ports that `service` gets: no Flask, SQL, Redis, HTTP, clock or settings in here. Start at `service.handle_turn`,
then `machine`, then one YAML file in `returnflow/agents/`.
"""
