"""Who may do and see what: accounts, keys, grants, ratings, and the record of who did."""
