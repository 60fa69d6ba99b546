"""Load on a running ReturnFlow: customers who hold whole conversations, at a rate that does not wait for the answers."""
