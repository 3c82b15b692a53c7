"""The resources that the emulator supports: one module per AWS service, and one table of them all."""
