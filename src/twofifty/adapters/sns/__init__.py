"""Amazon SNS: text messages."""
