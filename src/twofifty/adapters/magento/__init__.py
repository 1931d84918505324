"""Magento 2 and Adobe Commerce: orders by REST, GraphQL, Adobe I/O Events and webhook modules."""
