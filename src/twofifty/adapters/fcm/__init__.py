"""Firebase Cloud Messaging: apps."""
