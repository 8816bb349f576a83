"""The running application: every live call, the desk, the worker."""
