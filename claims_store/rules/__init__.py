"""Pure rules about claims: tables of data with one small interpreter each."""
