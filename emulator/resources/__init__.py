"""What the emulator knows to create: one module per AWS service, and one table over them all."""
