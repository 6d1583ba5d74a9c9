"""Foreign formats, one file each: pure functions that publishers share."""
