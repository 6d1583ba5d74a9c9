"""The same work on the same data, here and in what people use today: `make bench-peers`."""
