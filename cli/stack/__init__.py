"""What is deployed: the outputs of a Pulumi stack, its authorizers' functions, and what these are configured with."""
