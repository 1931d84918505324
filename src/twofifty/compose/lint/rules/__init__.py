"""The rules of lint: each looks at one mail and yields its findings."""
