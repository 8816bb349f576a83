"""What is wrong with an installation and how it is mended: `claimline doctor`."""
