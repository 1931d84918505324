"""One folder a provider, a file per port it fills."""
