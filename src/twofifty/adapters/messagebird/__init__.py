"""MessageBird (Bird): text messages."""
