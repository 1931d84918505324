"""eBay: notifications, the Fulfillment API's orders, and those of the older Trading API."""
