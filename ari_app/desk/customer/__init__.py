"""What a customer sees behind his link: one claim, without a script, on any phone."""
