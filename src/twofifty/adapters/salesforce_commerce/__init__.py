"""Salesforce B2C Commerce: orders of its APIs (SCAPI and OCAPI) and of its XML export."""
