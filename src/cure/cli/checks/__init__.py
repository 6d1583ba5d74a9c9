"""What `cure doctor` looks at, a subject a file."""
