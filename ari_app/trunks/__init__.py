"""Ways into the telephone network and to the desk phones: what the operator says of them."""
