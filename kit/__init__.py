"""What at least two of the services, the gateway and the pipelines need. Imports none of them."""
