"""Floor 4: runs someone's program against the lab, scenario by scenario, and grades what it did."""
