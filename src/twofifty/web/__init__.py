"""The HTTP face: hooks and API, their OpenAPI document, health, metrics, and the console."""
