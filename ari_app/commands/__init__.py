"""The commands of `claimline`, one module a noun. They look at the store and change rows; the app
notices within a quarter of a second."""
