"""Mathematics that several products share."""
