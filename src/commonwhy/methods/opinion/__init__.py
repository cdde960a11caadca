"""Shared ground: what people react to, who agrees with whom, and what everyone could live with."""
