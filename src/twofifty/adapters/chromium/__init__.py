"""Pictures of mails, taken by a browser that is installed beside us."""
