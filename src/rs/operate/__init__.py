"""Operating: sites, acquisition, plans, runs."""
