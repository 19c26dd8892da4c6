"""The office: where a wholesaler's people sign in, see their customers and work. A Django project, one app a room."""
