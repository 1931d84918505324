"""From frozen bytes to the next hop's answer, and what that answer means."""
