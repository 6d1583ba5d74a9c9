"""A hub in partitions, each with its share of the values; together they answer as one hub."""
