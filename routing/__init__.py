"""Pure decisions about calls: values in, values out; no input, output or clock."""
