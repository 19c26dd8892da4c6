"""The sample company: a made-up wholesaler with people, accounts and a history, to try the office on."""
