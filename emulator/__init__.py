"""The embedded AWS: runs a Pulumi program against MiniStack, without an AWS account or Docker."""
