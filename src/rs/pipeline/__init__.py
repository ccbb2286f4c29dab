"""From a scene to results: load, correct, apply, produce."""
