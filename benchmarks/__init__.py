"""Speed, measured as ratios within one run: see README.md."""
