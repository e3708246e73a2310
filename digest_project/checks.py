"""System checks: what a start should refuse or warn of."""
