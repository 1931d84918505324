"""Mail providers' sending APIs: what all of them share. One request hands over one mail."""
