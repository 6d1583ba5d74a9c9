"""The web server: HTTP in front of an installation, through the view of one audience."""
