"""Mails: composes messages, renders their text and HTML, and sends them over SMTP or writes them to a folder."""
