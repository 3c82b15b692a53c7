"""The embedded AWS: runs this project's Pulumi program against MiniStack, without an AWS account or Docker."""
