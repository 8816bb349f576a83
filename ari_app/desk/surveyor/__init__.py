"""What a surveyor sees on his phone: one survey behind his link, and the list of his surveys."""
