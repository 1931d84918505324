"""commercetools: subscription messages, checkout events, and the Orders API."""
