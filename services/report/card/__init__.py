"""The share card: a picture of a report for messages and link previews, as SVG and PNG."""
