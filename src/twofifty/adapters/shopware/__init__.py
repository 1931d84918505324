"""Shopware 6: webhooks of apps and of the Admin API, and the Admin and Store API's orders."""
