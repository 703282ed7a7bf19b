"""Floor 3: runs and open tasks on the person's disk, where the next start finds them."""
