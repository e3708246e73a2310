"""The one way out to the network, for every source: paced, bounded, and never to inner addresses."""
