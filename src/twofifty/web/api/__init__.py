"""The API's handlers: each reads its request, asks one service, and says what it heard."""
