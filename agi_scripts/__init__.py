"""The net: short synchronous scripts that work while the app is down."""
